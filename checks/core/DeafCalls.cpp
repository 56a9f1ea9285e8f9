// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/DeafCalls.h"
#include "checks/core/Charges.h"
#include "checks/core/CycleAnalysis.h"
#include "checks/core/Deafness.h"
#include "checks/core/MemberTokens.h"
#include "checks/core/OwnWork.h"
#include "checks/core/ReadyWaits.h"
#include "checks/core/Unit.h"
#include "checks/core/Waits.h"
#include "checks/core/WakeUps.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Whether F, a function around it, or a lambda in it names D: what does not is
/// cancel-unused-token's.
bool isMentioned(const FunctionAnalysis &F, const ValueDecl &D) {
  auto Names = [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    return Ref && Ref->getDecl() == &D;
  };
  for (const FunctionAnalysis *A = &F; A; A = A->outer())
    if (A->body().mentions(D) ||
        llvm::any_of(A->body().lambdas(), [&](const LambdaExpr *L) {
          return anyWithin(L->getBody(), Names);
        }))
      return true;
  return false;
}

/// The token that F was given, or made of one that it was given. A member's is
/// there for what the object runs: only where F uses it itself, and for what
/// the object has no other way to end. What a carrier holds may be meant for
/// something else.
std::optional<ReachToken> tokenAt(const FunctionAnalysis &F, const Expr &Call) {
  for (ReachToken &T : F.reach().at(&Call)) {
    if (T.From == ReachToken::Origin::Carrier)
      continue;
    if (T.From == ReachToken::Origin::Field
            ? isGovernedBy(F, T) && !getsOwnState(F, Call)
            : isMentioned(F, *T.Root))
      return std::move(T);
  }
  return std::nullopt;
}

/// Loops that may be reported: what a round costs is said there.
class ReportedCycles {
public:
  /// Whether one of F, or of what runs the lambda F, is around Call.
  bool surround(const FunctionAnalysis &F, const Expr &Call) {
    const Stmt *At = &Call;
    for (const FunctionAnalysis *A = &F; A && At; A = A->outer()) {
      for (const UncheckedCycle &C : of(*A))
        if (C.Kind == UncheckedCycle::Shape::Goto ||
            A->body().isWithin(At, C.Loop))
          return true;
      At = A->body().lambda();
    }
    return false;
  }

private:
  const std::vector<UncheckedCycle> &of(const FunctionAnalysis &F) {
    auto [It, New] = Known.try_emplace(&F);
    if (New)
      It->second = uncheckedCycles(F);
    return It->second;
  }
  DenseMap<const FunctionAnalysis *, std::vector<UncheckedCycle>> Known;
};

bool isGivenToken(const FunctionAnalysis &F, const Expr &Call) {
  const Expr *Object = objectOf(Call);
  return llvm::any_of(writtenArgs(Call),
                      [&](const Expr *A) { return F.reach().involves(A); }) ||
         (Object && F.reach().involves(Object));
}

} // namespace

std::vector<DeafCall> deafCalls(const FunctionAnalysis &F) {
  std::vector<DeafCall> Out;
  if (!F.isJudged() || isa<CXXDestructorDecl>(F.decl()))
    return Out;
  SmallPtrSet<const FunctionDecl *, 8> Seen;
  ReportedCycles Cycles;
  for (const Expr *Call : F.body().calls()) {
    const FunctionDecl *FD = calleeOf(*Call);
    if (!FD || Seen.contains(FD->getCanonicalDecl()))
      continue;
    DeafCall Found;
    Found.Call = Call;
    if (TokenIndex::isAnnotated(*FD, "blocking")) {
      if (F.tokens().queryOf(*Call) ||
          llvm::any_of(FD->parameters(), [&](const ParmVarDecl *P) {
            return F.unit().holdsToken(P->getType());
          }))
        continue;
    } else if (!(Found.When = deafCallee(F, *Call))) {
      continue;
    }
    std::optional<ReachToken> Token = tokenAt(F, *Call);
    if (!Token || F.hasRegistration() || isGivenToken(F, *Call) ||
        F.isShielded(Call) || findSink(F, *Call) || isFutureDropped(F, *Call) ||
        isReadyInRound(F, *Call))
      continue;
    if (const Expr *Object = objectOf(*Call);
        Object && (isWokenFromOutside(F, *Object) || wasHandedOver(F, *Object)))
      continue;
    // waitFor(done): what it waits for was given to the work with the token.
    if (llvm::any_of(writtenArgs(*Call), [&](const Expr *A) {
          return !A->getType()->isArithmeticType() && wasHandedOver(F, *A);
        }))
      continue;
    if (Cycles.surround(F, *Call))
      continue;
    Found.Token = std::move(*Token);
    Seen.insert(FD->getCanonicalDecl());
    Out.push_back(std::move(Found));
  }
  return Out;
}

namespace {

/// Tests call what they like; their parameters come from a framework.
bool isTestBody(const FunctionDecl &FD) {
  if (FD.getLocation().isMacroID())
    return true;
  if (!FD.getIdentifier())
    return false;
  std::string Name = FD.getName().lower();
  return Name == "testbody" || StringRef(Name).starts_with("test") ||
         StringRef(Name).ends_with("test");
}

/// Whether nobody else decides which parameters F has.
bool mayHaveParameter(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  if (F.body().lambda() || FD.isMain() || FD.isExternC() ||
      isa<CXXDestructorDecl, CXXConversionDecl>(FD) ||
      FD.isOverloadedOperator() || FD.isVariadic() || FD.isImplicit() ||
      FD.isDefaulted() || isTestBody(FD) ||
      FD.getTemplateSpecializationKind() == TSK_ExplicitSpecialization)
    return false;
  if (const auto *C = dyn_cast<CXXConstructorDecl>(&FD);
      C && (C->isCopyOrMoveConstructor() || C->isDefaultConstructor()))
    return false;
  if (const auto *M = dyn_cast<CXXMethodDecl>(&FD)) {
    const CXXRecordDecl *Class = M->getParent();
    if (M->isVirtual() || Class->isLambda())
      return false;
    for (const CXXBaseSpecifier &B : Class->bases())
      if (B.getType()->isDependentType())
        return false;
    // Slots of Qt and the like are callbacks.
    if (StringRef(M->getNameAsString()).starts_with("on"))
      return false;
  }
  return !F.unit().isAddressTaken(FD);
}

const WaitReplacement *interruptibleForm(const FunctionAnalysis &F,
                                         const Expr &Call,
                                         const TokenModel *&Of) {
  const auto Names = callNames(Call);
  for (const TokenModel &M : F.tokens().models().models())
    for (const WaitReplacement &W : M.Waits)
      if (llvm::is_contained(Names, W.Call) && !W.Needs.empty() &&
          F.tokens().isDeclared(W.Needs)) {
        Of = &M;
        return &W;
      }
  return nullptr;
}

} // namespace

std::optional<TokenlessCall> tokenlessCall(const FunctionAnalysis &F) {
  if (!F.isJudged() || !F.tokens().anyVisible())
    return std::nullopt;
  std::optional<TokenlessCall> Found;
  for (const Expr *Call : F.body().calls()) {
    if (!calleeOf(*Call))
      continue;
    TokenlessCall Is;
    Is.Call = Call;
    if (F.costs().listed(*Call) == CostClass::Blocking &&
        !TokenIndex::isAnnotated(*calleeOf(*Call), "blocking")) {
      if (!isForeignWait(F, *Call))
        continue;
      const WaitLimit Limit = limitOf(F, *Call);
      if (Limit == WaitLimit::Short || Limit == WaitLimit::Unknown)
        continue;
      Is.Where = findSink(F, *Call);
      if (!Is.Where)
        Is.Replacement = interruptibleForm(F, *Call, Is.Model);
    } else {
      Is.Where = forgottenSink(F, *Call);
    }
    if (Is.Where)
      Is.Model = Is.Where->Param.Model;
    if ((!Is.Where && !Is.Replacement) || !F.reach().at(Call).empty() ||
        F.isShielded(Call))
      continue;
    Found = Is;
    break;
  }
  // What costs more to find out comes last.
  if (!Found || !mayHaveParameter(F) || !isTokenless(F))
    return std::nullopt;
  return Found;
}

} // namespace cancel_tidy
