// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/InitialConfig.h"
#include "checks/core/TokenModelYAML.h"
#include "tool/ProjectFiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Names that people give to folders with code that they only use.
bool namesForeignCode(StringRef Folder) {
  std::string Plain = Folder.lower();
  erase_if(Plain, [](char C) { return C == '_' || C == '-'; });
  return is_contained(ArrayRef<StringRef>{"thirdparty", "3rdparty", "external",
                                          "externals", "extern", "vendor",
                                          "vendored", "submodules"},
                      Plain);
}

/// Text as a YAML scalar that no character of it breaks.
std::string quoted(StringRef Text) {
  std::string Doubled;
  for (char C : Text)
    Doubled += C == '\'' ? "''" : std::string(1, C);
  return "'" + Doubled + "'";
}

/// A name for the family of a class: its outermost namespace.
std::string familyOf(StringRef Type, ArrayRef<std::string> Known) {
  auto [First, Rest] = Type.split("::");
  std::string Family = Rest.empty() ? "own" : First.lower();
  // The models of a family that is known are not meant.
  return is_contained(Known, Family) ? Family + "-own" : Family;
}

void printList(raw_ostream &OS, StringRef Key, ArrayRef<std::string> Names) {
  if (!Names.empty())
    OS << "#         " << Key << ": [" << join(Names, ", ") << "]\n";
}

void printModels(raw_ostream &OS, const InitialConfig &Found) {
  std::map<std::string, std::vector<TokenType>> ByFamily;
  for (const std::string &Entry : Found.Tokens) {
    TokenType T = proposedToken(Entry);
    ByFamily[familyOf(T.Type, Found.Known)].push_back(std::move(T));
  }
  OS << "\n## These classes look like tokens (they can be copied and tell "
        "whether something\n## was cancelled), and no model covers them. Keep "
        "those that are. What a model\n## can say besides: the page "
        "models.md. Does it match?\n##   cancel-tidy --test-model .cancel-tidy "
        "HEADER -- FLAGS\n# Models:\n";
  for (const auto &[Family, Types] : ByFamily) {
    OS << "#   - Family: " << Family << "\n#     Tokens:\n";
    for (const TokenType &T : Types) {
      OS << "#       - Type: " << T.Type << '\n';
      printList(OS, "Poll", T.Poll);
      printList(OS, "Throw", T.Throw);
    }
  }
  OS << "\n## Or judge all classes that look like tokens, without a model.\n"
        "# GuessTokens: true\n";
}

} // namespace

TokenType proposedToken(StringRef Entry) {
  TokenType T;
  yaml::Input In(Entry, nullptr, [](const SMDiagnostic &, void *) {});
  In >> T;
  if (In.error()) {
    T = TokenType();
    T.Type = Entry.str();
  }
  return T;
}

std::vector<std::string> foreignFolders(ArrayRef<std::string> Files,
                                        StringRef Root) {
  std::set<std::string> Found;
  for (const std::string &File : Files) {
    if (!isUnder(File, Root))
      continue;
    StringRef Below = StringRef(File).drop_front(Root.size()).ltrim('/');
    for (StringRef Folder = sys::path::parent_path(Below); !Folder.empty();
         Folder = sys::path::parent_path(Folder))
      if (namesForeignCode(sys::path::filename(Folder)))
        Found.insert(Folder.str());
  }
  // What lies in another of them goes with it.
  std::vector<std::string> Outermost;
  for (const std::string &Folder : Found)
    if (none_of(Outermost, [&](const std::string &Outer) {
          return isUnder(Folder, Outer);
        }))
      Outermost.push_back(Folder);
  return Outermost;
}

std::string initialConfig(const InitialConfig &Found) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "## What cancel-tidy should know of this code base. Written by "
        "cancel-tidy --init.\n"
        "## Lines with ## explain. Take the '# ' from the other lines to use "
        "what they say.\n"
        "## All keys: the pages usage.md and models.md.\n";
  OS << "\n## Token families in use, which need no line here: "
     << (Found.Families.empty() ? "none" : join(Found.Families, ", ")) << "\n";
  OS << "\n## The checks to start from: gentle (nearly every finding is a "
        "defect), library,\n## or strict (all); without a line, the default "
        "set.\n# Preset: gentle\n";
  if (!Found.Foreign.empty()) {
    OS << "\n## Folders whose name says that they hold code of others: not "
          "judged.\n# Exclude:\n";
    for (const std::string &Folder : Found.Foreign)
      OS << "#   - " << quoted(Folder) << '\n';
  }
  if (!Found.Tokens.empty())
    printModels(OS, Found);
  OS << "\n## Functions of yours that wait, run long, or are never worth a "
        "look at the token,\n## as far as nobody can see it in their code: "
        "Blocking, Long, Cheap.\n# Costs:\n#   Blocking: []\n";
  return Text;
}

} // namespace cancel_tidy
