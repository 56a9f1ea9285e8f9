// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleToken.h"
#include "checks/core/AskedSource.h"
#include "checks/core/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// A class with many functions is a service: the token that it holds is for
/// some of them, and those name it.
bool isLargeClass(const FieldDecl &Field) {
  constexpr unsigned Few = 16;
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  return Class && llvm::count_if(Class->methods(), [](const auto *M) {
                    return !M->isImplicit();
                  }) > Few;
}

/// Whether the function, or one around it, names Field.
bool speaksOf(const FunctionAnalysis &F, const FieldDecl &Field) {
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (A->body().namesMember(Field))
      return true;
  return false;
}

} // namespace

std::optional<ReachToken> tokenOfCycle(const FunctionAnalysis &F,
                                       const Stmt *Inside) {
  std::vector<ReachToken> Tokens = F.reach().at(Inside);
  llvm::erase_if(Tokens, [&](const ReachToken &T) {
    const auto *Field = dyn_cast<FieldDecl>(T.Root);
    if (T.From != ReachToken::Origin::Field || !Field)
      return false;
    const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
    return F.unit().isOnlyHandedOn(*Field) ||
           (M && F.unit().isUnsetIn(*Field, *M)) ||
           (isLargeClass(*Field) && !speaksOf(F, *Field));
  });
  for (ReachToken &T : Tokens)
    if (T.NeedsCapture.empty())
      return T;
  return Tokens.empty() ? askedSource(F)
                        : std::optional<ReachToken>(Tokens.front());
}

} // namespace cancel_tidy
