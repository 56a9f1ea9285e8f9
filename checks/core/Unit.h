// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is shared by the analyses of all functions of one TU.
#ifndef CANCEL_TIDY_CHECKS_CORE_UNIT_H
#define CANCEL_TIDY_CHECKS_CORE_UNIT_H

#include "checks/core/FunctionAnalysis.h"
#include "checks/core/Resources.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <functional>
#include <memory>

namespace cancel_tidy {

class Wakers;

class Unit {
public:
  /// Errors, Instantiate and IsVisible: see AnalysisOptions.
  Unit(clang::ASTContext &Context, const TokenModels &Models, bool GuessTokens,
       llvm::ArrayRef<clang::SourceLocation> Errors = {},
       std::function<void(clang::FunctionDecl &)> Instantiate = nullptr,
       std::function<bool(const clang::Decl &)> IsVisible = nullptr);
  ~Unit();

  clang::ASTContext &context() const { return Context; }
  const TokenIndex &tokens() const { return Tokens; }
  const Costs &costs() const { return CostList; }
  const Resources &resources() const { return ResourceList; }

  /// The definition of Any, if this parse saw its body. Libraries in system
  /// headers have none: cost tables and models know them, and parsing may skip
  /// their bodies.
  const clang::FunctionDecl *bodyOf(const clang::FunctionDecl &Any) const;

  /// Whether the class passes its token Field to others and never looks at it:
  /// what the class itself does is not what that token is for.
  bool isOnlyHandedOn(const clang::FieldDecl &Field);

  /// Whether Field, a pointer to a token, is still unset whenever Method runs:
  /// only constructors call it, and none of them has touched Field.
  bool isUnsetIn(const clang::FieldDecl &Field,
                 const clang::CXXMethodDecl &Method);

  /// Whether a value of that type holds, or leads to, a token or a source:
  /// through pointers, template arguments, members and bases.
  bool holdsToken(clang::QualType T) { return holdsToken(T, 0); }
  bool holdsToken(const clang::CXXRecordDecl &R) { return holdsToken(R, 0); }

  /// Analysis of a function whose body this TU has; null for others. A
  /// lambda's call operator is found through the function that holds it.
  const FunctionAnalysis *analysisOf(const clang::FunctionDecl &FD);

  /// Summary of a function whose body this TU has; null for others, and while
  /// its own summary is being made (recursion).
  const FunctionSummary *summaryOf(const clang::FunctionDecl &FD);

  /// Whether a summary is being made. What is learned of a function meanwhile
  /// may change: a callee's summary may be the one that is not there yet.
  bool isSummarising() const { return Depth > 0; }

  /// Facts of all functions summarised so far, sorted by USR.
  std::vector<FunctionFacts> allFacts() const;

  /// Whether the text of FD, or the head of its class, has a compile error.
  bool hasErrorIn(const clang::FunctionDecl &FD) const;

  /// Whether this TU calls FD, a coroutine, and each time waits for it in the
  /// expression that makes the call: arguments are there until then.
  bool isAwaitedInPlace(const clang::FunctionDecl &FD);

  /// Who wakes those who wait when work is to stop.
  Wakers &wakers() { return *WakerList; }
  /// The functions of the main file, as far as they are judged.
  llvm::ArrayRef<const FunctionAnalysis *> mainFile();
  /// Says who lists the functions that are judged.
  void setJudged(
      std::function<llvm::ArrayRef<const FunctionAnalysis *>()> Functions) {
    Judged = std::move(Functions);
  }

  /// Whether this TU names FD other than to call it. Such a function's
  /// signature is dictated by whoever calls it through the pointer.
  bool isAddressTaken(const clang::FunctionDecl &FD);

private:
  llvm::DenseMap<const clang::FieldDecl *, bool> HandedOn;
  llvm::DenseMap<
      std::pair<const clang::FieldDecl *, const clang::CXXMethodDecl *>, bool>
      Unset;
  bool holdsToken(clang::QualType T, unsigned Depth);
  bool holdsToken(const clang::CXXRecordDecl &R, unsigned Depth);
  bool findsToken(const clang::CXXRecordDecl &R, unsigned Depth);
  /// By class, as asked from outside; deeper answers look less far.
  llvm::DenseMap<const clang::CXXRecordDecl *, bool> Holders;

  bool hasErrorBetween(clang::SourceLocation Begin,
                       clang::SourceLocation End) const;

  clang::ASTContext &Context;
  std::function<void(clang::FunctionDecl &)> Instantiate;
  std::vector<std::pair<clang::FileID, unsigned>> Errors; ///< sorted
  TokenIndex Tokens;
  Costs CostList;
  Resources ResourceList;
  std::unique_ptr<Wakers> WakerList;
  std::function<llvm::ArrayRef<const FunctionAnalysis *>()> Judged;
  std::optional<std::vector<const FunctionAnalysis *>> MainFile;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<FunctionAnalysis>>
      Analyses;
  struct Slot {
    bool Done = false;
    FunctionSummary Summary;
  };
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Slot>> Summaries;
  unsigned Depth = 0;
  std::optional<llvm::DenseSet<const clang::FunctionDecl *>> AddressTaken;
  /// Functions that are called, and whether each call is awaited in place.
  std::optional<llvm::DenseMap<const clang::FunctionDecl *, bool>> Awaited;
};

/// Whether a lambda runs before the full expression that holds it ends:
/// immediately invoked, handed to an algorithm, or a local helper that is only
/// called.
bool runsInPlace(const FunctionBody &Outer, const clang::LambdaExpr &L,
                 const Costs &CostList);

} // namespace cancel_tidy

#endif
