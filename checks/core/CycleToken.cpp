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

bool isLeftUnread(const FunctionAnalysis &F, const ValueDecl &Token) {
  const auto *P = dyn_cast<ParmVarDecl>(&Token);
  if (!P)
    return false;
  bool Any = false;
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    for (const DeclRefExpr *Ref : A->body().references()) {
      if (Ref->getDecl() != P)
        continue;
      const Stmt *Use = A->body().parent(Ref);
      while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(Use))
        Use = A->body().parent(Use);
      const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Use);
      if (!Cast || Cast->getCastKind() != CK_ToVoid)
        return false;
      Any = true;
    }
  return Any;
}

std::optional<ReachToken> tokenOfCycle(const FunctionAnalysis &F,
                                       const Stmt *Inside) {
  std::vector<ReachToken> Tokens = F.reach().at(Inside);
  llvm::erase_if(Tokens, [&](const ReachToken &T) {
    if (isLeftUnread(F, *T.Root))
      return true;
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
