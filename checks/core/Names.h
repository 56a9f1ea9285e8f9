// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Qualified names as models spell them, and sets of such names.
#ifndef CANCEL_TIDY_CHECKS_CORE_NAMES_H
#define CANCEL_TIDY_CHECKS_CORE_NAMES_H

#include "clang/AST/Decl.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// "a::b::c" without inline and unnamed namespaces, template arguments, and
/// enclosing functions.
std::string qualifiedName(const clang::NamedDecl &D);

/// Whether Name, of a function or a flag, says that something was cancelled or
/// should stop: isCanceled, m_abort, should_stop.
bool namesCancellation(llvm::StringRef Name);

/// Splits off the first word of snake_case, camelCase or PascalCase.
std::string takeWord(llvm::StringRef &Name);

/// Whether Name starts with one of Prefixes, in any case.
bool startsWithAny(llvm::StringRef Name,
                   llvm::ArrayRef<llvm::StringRef> Prefixes);

/// Whether Name, of a function, says that it tidies up: close, shut_down,
/// onStop, rollbackAll.
bool namesCleanup(llvm::StringRef Name);

/// Whether Name, of a function, says that it writes a log or prints.
bool namesLogging(llvm::StringRef Name);

/// What `result.Name()` being true says of it: that it is good (ok, has_value),
/// or bad (failed, isCancelled). Nothing where Name is not that of such a test.
std::optional<bool> trueMeansGood(llvm::StringRef Name);

/// Whether Name, of an enumerator, is a result's that is good: kOk, NoError.
bool namesSuccess(llvm::StringRef Name);

/// Whether Name is one that classes give to a member that polls, as in
/// stop_requested and isCanceled.
bool isTokenPollName(llvm::StringRef Name);

/// Unified symbol resolution string; empty where Clang has none. What other
/// files cannot see bears its file's path.
std::string usrOf(const clang::Decl &D);

/// A set of qualified names. `a::*` holds everything below a; an exact name
/// wins over a pattern, a longer pattern over a shorter one.
class NameSet {
public:
  void insert(llvm::ArrayRef<std::string> Names);
  /// 0: not held; otherwise the length of what matched, exact ones longest.
  unsigned match(llvm::StringRef Name) const;
  bool contains(llvm::StringRef Name) const { return match(Name) != 0; }

private:
  llvm::StringSet<> Exact;
  std::vector<std::string> Prefixes;
};

} // namespace cancel_tidy

#endif
