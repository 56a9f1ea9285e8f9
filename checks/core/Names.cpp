// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

std::string qualifiedName(const NamedDecl &D) {
  SmallVector<std::string, 6> Parts;
  Parts.push_back(D.getDeclName() ? D.getNameAsString() : std::string());
  for (const DeclContext *DC = D.getDeclContext(); DC; DC = DC->getParent()) {
    if (const auto *NS = dyn_cast<NamespaceDecl>(DC)) {
      if (!NS->isInline() && !NS->isAnonymousNamespace())
        Parts.push_back(NS->getName().str());
    } else if (const auto *R = dyn_cast<RecordDecl>(DC)) {
      if (R->getIdentifier())
        Parts.push_back(R->getName().str());
    }
  }
  std::string Name;
  for (const std::string &Part : reverse(Parts)) {
    if (!Name.empty())
      Name += "::";
    Name += Part;
  }
  return Name;
}

std::string takeWord(StringRef &Name) {
  Name = Name.ltrim('_');
  size_t End = Name.empty() ? 0 : 1;
  while (End < Name.size() && isLowercase(Name[End]))
    ++End;
  std::string Word = Name.take_front(End).lower();
  Name = Name.drop_front(End);
  return Word;
}

bool startsWithAny(StringRef Name, ArrayRef<StringRef> Prefixes) {
  return llvm::any_of(
      Prefixes, [&](StringRef P) { return Name.starts_with_insensitive(P); });
}

bool namesCleanup(StringRef Name) {
  for (unsigned I = 0; I < 2 && !Name.empty(); ++I)
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("abort", "cancel", "clean", "cleanup", "close", true)
            .Cases("deinit", "destroy", "dispose", "drain", "finalize", true)
            .Cases("release", "rollback", "shut", "shutdown", "stop", true)
            .Cases("tear", "teardown", "terminate", "undo", "unwind", true)
            .Default(false))
      return true;
  return false;
}

std::optional<bool> trueMeansGood(StringRef Name) {
  const std::string Lower = Name.lower();
  return StringSwitch<std::optional<bool>>(Lower)
      .Cases("ok", "isok", "is_ok", "has_value", "success", true)
      .Cases("issuccess", "issuccessful", "is_success", "succeeded", true)
      .Cases("failed", "has_error", "is_error", "iserror", "isfailed", false)
      .Cases("iscancelled", "iscanceled", "is_cancelled", "is_canceled", false)
      .Default(std::nullopt);
}

bool namesSuccess(StringRef Name) {
  const std::string Lower = Name.lower();
  StringRef Rest = Lower;
  Rest.consume_front("k");
  return Rest.starts_with("succe") ||
         StringSwitch<bool>(Rest)
             .Cases("ok", "s_ok", "none", "noerror", "no_error", "done", true)
             .Default(false);
}

bool namesLogging(StringRef Name) {
  while (!Name.empty())
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("log", "logger", "trace", "debug", "info", "warn", true)
            .Cases("warning", "error", "critical", "print", "printf", true)
            .Cases("println", "fprintf", "format", "message", "puts", true)
            .Default(false))
      return true;
  return false;
}

bool isTokenPollName(StringRef Name) {
  if (Name.size() < 8 || Name.size() > 26)
    return false;
  std::string Plain = Name.lower();
  llvm::erase(Plain, '_');
  return llvm::is_contained(
      ArrayRef<StringRef>{"stoprequested", "isstoprequested", "iscancelled",
                          "iscanceled", "cancelled", "canceled", "wascancelled",
                          "wascanceled", "iscancellationrequested",
                          "cancellationrequested", "isaborted",
                          "abortrequested"},
      Plain);
}

bool namesCancellation(StringRef Name) {
  std::string Lower = Name.lower();
  StringRef N(Lower);
  for (StringRef Part :
       {"cancel", "abort", "interrupt", "shutdown", "shutting", "terminat"})
    if (N.contains(Part))
      return true;
  // m_stop, is_stopped, shouldStop, quit_
  N = N.ltrim('_');
  for (StringRef Prefix : {"m_", "is", "should", "must"})
    if (N.consume_front(Prefix))
      break;
  N = N.trim('_');
  return N == "stop" || N.ends_with("stopped") || N.ends_with("stopping") ||
         N == "quit" || N == "quitting" || N == "exiting" ||
         N == "stop_requested" || N == "stoprequested";
}

std::string usrOf(const Decl &D) {
  SmallString<128> Buffer;
  if (index::generateUSRForDecl(&D, Buffer))
    return {};
  // Of a file that names cannot leave, Clang writes the last part of the path
  // only: two folders may hold one each.
  const auto *Named = dyn_cast<NamedDecl>(&D);
  if (Named && !Named->isExternallyVisible()) {
    const SourceManager &SM = D.getASTContext().getSourceManager();
    // An instance of a header's template for a type of this file is its own.
    const auto *FD = dyn_cast<FunctionDecl>(&D);
    FileID File = FD && FD->isTemplateInstantiation()
                      ? SM.getMainFileID()
                      : SM.getFileID(SM.getFileLoc(D.getLocation()));
    if (auto Entry = SM.getFileEntryRefForID(File)) {
      SmallString<256> Path(Entry->getName());
      SM.getFileManager().makeAbsolutePath(Path);
      sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
      // As it is: facts of a project may be made relative to its folder.
      Buffer += "@";
      Buffer += Path;
    }
  }
  return std::string(Buffer);
}

void NameSet::insert(ArrayRef<std::string> Names) {
  for (StringRef Name : Names) {
    if (Name.consume_back("*"))
      Prefixes.push_back(Name.str());
    else
      Exact.insert(Name);
  }
}

unsigned NameSet::match(StringRef Name) const {
  if (Exact.contains(Name))
    return ~0u;
  unsigned Longest = 0;
  for (const std::string &Prefix : Prefixes)
    if (Name.starts_with(Prefix))
      Longest = std::max<unsigned>(Longest, Prefix.size());
  return Longest;
}

} // namespace cancel_tidy
