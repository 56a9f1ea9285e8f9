// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What --help and --version print.
#include "Version.inc"
#include "tool/OptionTable.h"
#include "tool/Options.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"
#include <utility>

using namespace llvm;

namespace cancel_tidy {

std::vector<OptionSection> optionSections() {
  const std::pair<OptionPlace, StringRef> Titles[] = {
      {OptionPlace::Run, "What is analysed and how"},
      {OptionPlace::Report, "What is reported and how"},
      {OptionPlace::Config, "Configuration"},
      {OptionPlace::Fix, "Fixes"},
      {OptionPlace::Tidy, "Options of clang-tidy that are ignored"},
  };
  std::vector<OptionSection> Sections;
  for (const auto &[Where, Title] : Titles) {
    Sections.push_back({Title, {}});
    for (const OptionSpec &S : optionTable())
      if (S.Where == Where)
        Sections.back().Options.push_back(
            {spelling(S), S.Value,
             S.IgnoredBecause.empty()
                 ? S.Help.str()
                 : ("Ignored: " + S.IgnoredBecause + ".").str()});
  }
  return Sections;
}

std::string withValue(const OptionText &T) {
  if (T.Value.empty() || T.Value.starts_with("["))
    return T.Spelled + T.Value.str();
  return T.Spelled + (T.Spelled.starts_with("--") ? "=" : " ") + T.Value.str();
}

/// Wraps Text at 80 columns after Indent spaces.
static void printWrapped(raw_ostream &OS, StringRef Text, unsigned Indent) {
  unsigned Column = Indent;
  SmallVector<StringRef, 32> Words;
  Text.split(Words, ' ', -1, false);
  bool First = true;
  for (StringRef Word : Words) {
    if (!First && Column + 1 + Word.size() > 80) {
      OS << '\n';
      OS.indent(Indent);
      Column = Indent;
      First = true;
    }
    if (!First) {
      OS << ' ';
      ++Column;
    }
    OS << Word;
    Column += Word.size();
    First = false;
  }
  OS << '\n';
}

static void printSection(raw_ostream &OS, const OptionSection &Section) {
  constexpr unsigned Indent = 34;
  OS << '\n' << Section.Title << ":\n";
  for (const OptionText &T : Section.Options) {
    std::string Left = "  " + withValue(T);
    OS << Left;
    if (Left.size() + 2 > Indent)
      (OS << '\n').indent(Indent);
    else
      OS.indent(Indent - Left.size());
    printWrapped(OS, T.Help, Indent);
  }
}

void printHelp(raw_ostream &OS) {
  OS << "USAGE: cancel-tidy [options] [files...] [-- compiler flags]\n"
        "       cancel-tidy link [options] <facts files>\n\n"
        "Reports where cooperative cancellation stops. Without files, all of "
        "the compile\ndatabase is analysed. Every option may be written with "
        "one dash or two.\n";
  for (const OptionSection &Section : optionSections())
    printSection(OS, Section);
  OS << "\nExit codes, the highest wins: 0 nothing failing, 1 failing "
        "findings, 2 usage,\nconfiguration or no compile database, 3 some TU "
        "incomplete, 130 interrupted.\n";
}

void printVersion(raw_ostream &OS) {
  // clang-tidy's form, for programs that look for "LLVM version".
  OS << "cancel-tidy " CANCEL_TIDY_VERSION "\n"
        "  LLVM version " CANCEL_TIDY_LLVM_VERSION "\n";
}

} // namespace cancel_tidy
