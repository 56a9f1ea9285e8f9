// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check is: a descriptor plus a function of data. A check walks no TU
// and registers no matcher; core calls it once for each function it may judge.
#ifndef CANCEL_TIDY_CHECKS_CORE_CHECK_H
#define CANCEL_TIDY_CHECKS_CORE_CHECK_H

#include "checks/core/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <vector>

namespace cancel_tidy {

class FunctionAnalysis;

/// Values that the user gave for a check's options, by option name without the
/// check's id. Absent means default.
using OptionValues = llvm::StringMap<std::string>;

/// Documents one option; the docs page and --dump-config render from it.
struct OptionInfo {
  llvm::StringRef Name;
  llvm::StringRef Type;    ///< "bool", "unsigned", "list of names"
  llvm::StringRef Default; ///< as it would be written in .clang-tidy
  llvm::StringRef Help;    ///< one sentence
};

class Check {
public:
  virtual ~Check() = default;

  /// Findings about one function body. Called once for each function
  /// definition in a project file; templates once.
  virtual std::vector<Finding> checkFunction(const FunctionAnalysis &F) = 0;
};

enum class FixKind { None, Sometimes, Always };

/// The lines of the guidance on cooperative cancellation. docs/checks.md takes
/// its headings from the comments here.
enum class Guideline {
  /// Pass the token to everything down the call stack.
  PassOn,
  /// Look at the token at sensible intervals: close to expensive work, and at
  /// the head of a loop's round.
  Look,
  /// Poll or throw, whichever fits the function.
  PollOrThrow,
  /// Handle the exception of cancellation where work ends; don't swallow it.
  Handle,
  /// Don't cancel after a point of no return.
  NoReturn,
  /// Balance how often to look against what a look costs.
  Balance,
  /// Release resources and leave objects valid when cancelled.
  LeaveValid,
  /// Keep sources, tokens and registrations for as long as they are needed.
  Own,
  /// Keep the checks themselves in force.
  None,
};

/// Everything that is known of a check without running it.
struct CheckInfo {
  llvm::StringRef Id;      ///< "cancel-forward-token"
  llvm::StringRef Summary; ///< one sentence, the same in header and page
  bool DefaultOn = true;
  FixKind Fixes = FixKind::None;
  llvm::StringRef Since; ///< version that brought it
  llvm::ArrayRef<OptionInfo> Options;
  std::unique_ptr<Check> (*Create)(const OptionValues &) = nullptr;
  Guideline Enforces = Guideline::None;
  /// Rules of other tools that come near, by language, for docs/checks.md:
  /// "C#: CA2016, MA0040; Go: contextcheck". Empty: none is known.
  llvm::StringRef Counterparts;
};

} // namespace cancel_tidy

#endif
