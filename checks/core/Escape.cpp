// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Escape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

using Kind = ObjectUse::Kind;

/// Nodes that pass their operand on as it is.
bool isTransparent(const Stmt &S) {
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(&S))
    return !Cast->getType()->isVoidType();
  return isa<ParenExpr, ImplicitCastExpr, FullExpr, MaterializeTemporaryExpr,
             CXXBindTemporaryExpr>(S);
}

StringRef stdFunctionName(const Stmt &S) {
  const auto *Call = dyn_cast<CallExpr>(&S);
  const FunctionDecl *FD = Call ? Call->getDirectCallee() : nullptr;
  return FD && FD->isInStdNamespace() && FD->getIdentifier() ? FD->getName()
                                                             : "";
}

bool isLocal(const VarDecl &V) {
  return V.hasLocalStorage() && !V.getType()->isReferenceType();
}

/// The member that a constructor of F initialises with E itself.
const FieldDecl *initialisedField(const FunctionAnalysis &F, const Stmt *E) {
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(&F.decl()))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (Init->getInit() == E)
        return Init->getMember();
  return nullptr;
}

/// A copy or a move of the one argument.
bool isCopy(const CXXConstructExpr &New) {
  return New.getNumArgs() > 0 && New.getConstructor() &&
         New.getConstructor()->isCopyOrMoveConstructor();
}

bool isReferenceWrapper(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->isInStdNamespace() && R->getIdentifier() &&
         R->getName() == "reference_wrapper";
}

/// The parameter that argument E of Call initialises.
unsigned parameterOf(const Expr &Call, const Stmt *E) {
  unsigned Index = 0;
  for (const Expr *A : writtenArgs(Call)) {
    if (A == E)
      break;
    ++Index;
  }
  return Index;
}

/// Fills U for "Target = E".
void assignTo(const Expr *Target, ObjectUse &U) {
  Target = Target->IgnoreParenImpCasts();
  U.What = Kind::Stored;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Target)) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()); V && isLocal(*V)) {
      U.What = Kind::Local;
      U.Alias = V;
    }
  } else if (const auto *M = dyn_cast<MemberExpr>(Target)) {
    U.Field = dyn_cast<FieldDecl>(M->getMemberDecl());
  }
}

/// Fills U where E, an operand of Op, ends up; false: the value goes on.
bool useInOperator(const CXXOperatorCallExpr &Op, const Stmt *E, ObjectUse &U) {
  const bool First = Op.getNumArgs() > 0 && Op.getArg(0) == E;
  if (Op.getOperator() == OO_Equal && Op.getNumArgs() == 2) {
    if (First)
      U.What = Kind::Assigned;
    else
      assignTo(Op.getArg(0), U);
    return true;
  }
  if (Op.isComparisonOp()) {
    U.What = Kind::Ignored;
    return true;
  }
  if (First && isa_and_nonnull<CXXMethodDecl>(Op.getCalleeDecl())) {
    U.What = Kind::Member;
    return true;
  }
  U.What = Kind::Passed;
  U.Index = parameterOf(Op, E);
  return true;
}

bool useInDeclaration(const DeclStmt &D, const Stmt *E, ObjectUse &U) {
  for (const Decl *One : D.decls()) {
    const auto *V = dyn_cast<VarDecl>(One);
    if (!V || V->getInit() != E)
      continue;
    if (V->isImplicit() || isa<DecompositionDecl>(V))
      U.What = Kind::Unknown;
    else if (!V->hasLocalStorage())
      U.What = Kind::Stored;
    else
      U.What = Kind::Local;
    U.Alias = V;
    U.ByAddress |= V->getType()->isReferenceType();
  }
  return true;
}

bool useInCapture(const LambdaExpr &L, const Stmt *E, ObjectUse &U) {
  U.What = Kind::Captured;
  auto Init = L.capture_init_begin();
  for (const LambdaCapture &C : L.captures()) {
    const Expr *With = *Init++;
    if (With != E)
      continue;
    U.ByAddress |= C.getCaptureKind() == LCK_ByRef;
    if (C.capturesVariable() &&
        cast<VarDecl>(C.getCapturedVar())->isInitCapture()) {
      U.What = Kind::Local;
      U.Alias = cast<VarDecl>(C.getCapturedVar());
    }
  }
  return true;
}

bool useInBinary(const BinaryOperator &Op, const Stmt *E, ObjectUse &U) {
  if (Op.isAssignmentOp()) {
    if (Op.getLHS() == E)
      U.What = Kind::Assigned;
    else
      assignTo(Op.getLHS(), U);
    return true;
  }
  if (Op.isCommaOp() && Op.getRHS() == E)
    return false;
  U.What = Op.isPtrMemOp() ? Kind::Unknown : Kind::Ignored;
  return true;
}

/// Fills U where P, whose child E is, ends what happens to the value; false: P
/// gives it on.
bool useIn(const FunctionAnalysis &F, const Stmt &P, const Stmt *E,
           ObjectUse &U) {
  U.At = &P;
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(&P);
      Cast && Cast->getType()->isVoidType()) {
    U.What = Kind::Ignored;
    return true;
  }
  if (isTransparent(P))
    return false;
  if (const auto *Op = dyn_cast<UnaryOperator>(&P)) {
    U.ByAddress |= Op->getOpcode() == UO_AddrOf;
    U.What = Kind::Ignored;
    return Op->getOpcode() != UO_AddrOf && Op->getOpcode() != UO_Deref;
  }
  if (const auto *C = dyn_cast<ConditionalOperator>(&P)) {
    U.What = Kind::Ignored;
    return C->getCond() == E;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(&P))
    return useInBinary(*Op, E, U);
  if (const auto *M = dyn_cast<MemberExpr>(&P)) {
    U.What = Kind::Member;
    const Stmt *Call = F.body().parent(M);
    while (isa_and_nonnull<ParenExpr>(Call))
      Call = F.body().parent(Call);
    if (isa<CXXMethodDecl>(M->getMemberDecl()) &&
        isa_and_nonnull<CallExpr>(Call))
      U.At = Call;
    return true;
  }
  if (const auto *D = dyn_cast<DeclStmt>(&P))
    return useInDeclaration(*D, E, U);
  if (const auto *L = dyn_cast<LambdaExpr>(&P))
    return useInCapture(*L, E, U);
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&P))
    return useInOperator(*Op, E, U);
  if (const auto *New = dyn_cast<CXXConstructExpr>(&P)) {
    const bool Names = isReferenceWrapper(New->getType());
    if (isCopy(*New) || (Names && New->getNumArgs() == 1)) {
      U.ByAddress = Names;
      return false;
    }
    U.What = Kind::Passed;
    U.Index = parameterOf(*New, E);
    return true;
  }
  if (const auto *Call = dyn_cast<CallExpr>(&P)) {
    const StringRef Name = stdFunctionName(P);
    if (Call->getNumArgs() == 1) {
      if (Name == "ref" || Name == "cref" || Name == "addressof")
        U.ByAddress = true;
      if (U.ByAddress || Name == "move" || Name == "forward" ||
          Name == "as_const" || Name == "move_if_noexcept")
        if (!Name.empty())
          return false;
    }
    U.What = Kind::Passed;
    U.Index = parameterOf(*Call, E);
    return true;
  }
  if (const auto *List = dyn_cast<InitListExpr>(&P)) {
    U.What = Kind::Stored;
    return List->getType()->isRecordType() || List->getType()->isArrayType() ||
           List->getNumInits() != 1;
  }
  if (isa<ReturnStmt, CoreturnStmt, CXXThrowExpr, CoyieldExpr>(P))
    U.What = Kind::Returned;
  else if (isa<CXXNewExpr>(P))
    U.What = Kind::Stored;
  else
    U.What = isa<Expr>(P) ? Kind::Unknown : Kind::Ignored;
  return true;
}

class UseCollector {
public:
  std::vector<ObjectUse> Uses;

  void collect(const FunctionAnalysis &F, const VarDecl &V, unsigned Depth) {
    if (Seen.insert(&V).second)
      visit(F, V, Depth);
  }

private:
  static constexpr unsigned MaxDepth = 3;

  void visit(const FunctionAnalysis &F, const VarDecl &V, unsigned Depth) {
    for (const DeclRefExpr *R : F.body().references())
      if (R->getDecl() == &V)
        add(nextUse(F, *R), Depth);
    for (const LambdaExpr *L : F.body().lambdas()) {
      const CXXMethodDecl *Op = L->getCallOperator();
      if (const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr)
        visit(*A, V, Depth);
      else if (captureOf(*L, V))
        Uses.push_back({Kind::Unknown, L, nullptr, &F});
    }
  }

  void add(ObjectUse U, unsigned Depth) {
    if (U.What == Kind::Captured)
      return; // its body is seen, too
    if (U.What == Kind::Local) {
      if (const FunctionAnalysis *Owner = ownerOf(U))
        return collect(*Owner, *U.Alias, Depth);
      U.What = Kind::Unknown;
    }
    if (U.What == Kind::Passed && Depth < MaxDepth)
      if (const FunctionAnalysis *Callee = bodyOfCallee(U)) {
        const FunctionDecl &FD = Callee->decl();
        return collect(*Callee, *FD.getParamDecl(U.Index), Depth + 1);
      }
    Uses.push_back(U);
  }

  /// The function that declares U's alias.
  static const FunctionAnalysis *ownerOf(const ObjectUse &U) {
    if (U.Alias->isInitCapture())
      if (const auto *Op = dyn_cast<CXXMethodDecl>(U.Alias->getDeclContext()))
        return U.In->unit().analysisOf(*Op);
    const FunctionAnalysis *Owner = U.In;
    while (Owner && U.Alias->getDeclContext() != &Owner->decl())
      Owner = Owner->outer();
    return Owner;
  }

  static const FunctionAnalysis *bodyOfCallee(const ObjectUse &U) {
    const auto *Call = dyn_cast<Expr>(U.At);
    const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
    if (!FD || FD->isDependentContext() || U.Index >= FD->getNumParams())
      return nullptr;
    const auto *M = dyn_cast<CXXMethodDecl>(FD);
    if (M && M->isVirtual())
      return nullptr;
    const FunctionDecl *Def = U.In->unit().bodyOf(*FD);
    const FunctionAnalysis *A = Def ? U.In->unit().analysisOf(*Def) : nullptr;
    return A && !A->body().isBroken() ? A : nullptr;
  }

  SmallPtrSet<const VarDecl *, 8> Seen;
};

} // namespace

ObjectUse nextUse(const FunctionAnalysis &F, const Expr &Ref) {
  ObjectUse U;
  U.Ref = &Ref;
  U.In = &F;
  const Stmt *E = &Ref;
  for (const Stmt *P = F.body().parent(E); P; E = P, P = F.body().parent(P))
    if (useIn(F, *P, E, U))
      return U;
  U.At = E;
  U.Field = initialisedField(F, E);
  U.What = U.Field ? Kind::Stored : Kind::Unknown;
  if (U.Field)
    U.ByAddress |= U.Field->getType()->isReferenceType();
  return U;
}

std::vector<ObjectUse> usesOf(const FunctionAnalysis &F, const VarDecl &V) {
  UseCollector Collector;
  Collector.collect(F, V, 0);
  return std::move(Collector.Uses);
}

std::optional<ObjectUse> escapeOf(const FunctionAnalysis &F, const VarDecl &V) {
  for (const ObjectUse &U : usesOf(F, V))
    if (U.escapes())
      return U;
  return std::nullopt;
}

} // namespace cancel_tidy
