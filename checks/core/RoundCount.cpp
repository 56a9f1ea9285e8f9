// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/RoundCount.h"
#include "checks/core/LoopShape.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Loops of so few rounds are left alone.
constexpr unsigned MaxShortRounds = 16;

/// The std::array that T is.
const ClassTemplateSpecializationDecl *stdArray(QualType T) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  return Spec && Spec->isInStdNamespace() && Spec->getName() == "array" &&
                 Spec->getTemplateArgs().size() == 2 &&
                 Spec->getTemplateArgs()[1].getKind() ==
                     TemplateArgument::Integral
             ? Spec
             : nullptr;
}

/// How many elements objects of type T always have.
std::optional<int64_t> elementsOf(QualType T, const ASTContext &Ctx) {
  T = T.getNonReferenceType();
  if (const auto *Array = Ctx.getAsConstantArrayType(T))
    return Array->getSize().trySExtValue();
  if (const ClassTemplateSpecializationDecl *Array = stdArray(T))
    return Array->getTemplateArgs()[1].getAsIntegral().tryExtValue();
  return std::nullopt;
}

/// `parts.size()` of a std::array, whose body is not there to be evaluated.
std::optional<int64_t> sizeOfArray(const Expr &E, const ASTContext &Ctx) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E.IgnoreParenImpCasts());
  const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
  if (!M || !M->getIdentifier() || M->getName() != "size")
    return std::nullopt;
  return elementsOf(Call->getObjectType(), Ctx);
}

bool isFew(int64_t Count) {
  return Count <= int64_t(MaxShortRounds) && Count >= -int64_t(MaxShortRounds);
}

bool isFew(std::optional<int64_t> From, std::optional<int64_t> To) {
  int64_t Count = 0;
  return From && To && !SubOverflow(*To, *From, Count) && isFew(Count);
}

const CallExpr *stdCall(const Expr &E, StringRef Name) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
  return FD && FD->isInStdNamespace() && FD->getIdentifier() &&
                 FD->getName() == Name
             ? Call
             : nullptr;
}

/// A number that E never exceeds: also `std::min(n, 4)`.
std::optional<int64_t> mostOf(const Expr *E, const FunctionAnalysis &F) {
  if (std::optional<int64_t> N = constantOf(E, F))
    return N;
  E = E ? stripped(E) : nullptr;
  if (!E)
    return std::nullopt;
  if (const auto *Either = dyn_cast<ConditionalOperator>(E)) {
    std::optional<int64_t> A = mostOf(Either->getTrueExpr(), F);
    std::optional<int64_t> B = mostOf(Either->getFalseExpr(), F);
    return A && B ? std::optional(std::max(*A, *B)) : std::nullopt;
  }
  if (const CallExpr *Call = stdCall(*E, "clamp");
      Call && Call->getNumArgs() == 3)
    return mostOf(Call->getArg(2), F);
  if (const CallExpr *Call = stdCall(*E, "min")) {
    std::optional<int64_t> Most;
    for (const Expr *A : Call->arguments())
      if (std::optional<int64_t> N = mostOf(A, F); N && (!Most || *N < *Most))
        Most = N;
    return Most;
  }
  const auto *V = dyn_cast_or_null<VarDecl>(variableOf(E));
  return V && V->isLocalVarDecl() && V->getInit() &&
                 isNeverWritten(*V, F.body()) && !F.body().isLentToLambda(*V)
             ? mostOf(V->getInit(), F)
             : std::nullopt;
}

/// What For's counter begins with; null where Counter is none of For's.
const Expr *beginOf(const ForStmt &For, const VarDecl &Counter) {
  if (const auto *Init = dyn_cast_or_null<DeclStmt>(For.getInit()))
    return llvm::is_contained(Init->decls(), &Counter) ? Counter.getInit()
                                                       : nullptr;
  const auto *Init = dyn_cast_or_null<BinaryOperator>(For.getInit());
  const auto *To = Init && Init->getOpcode() == BO_Assign
                       ? dyn_cast<DeclRefExpr>(Init->getLHS()->IgnoreParens())
                       : nullptr;
  return To && To->getDecl() == &Counter ? Init->getRHS() : nullptr;
}

//===--- What is gone over ------------------------------------------------===//

/// The length of the list that an object is made of: `QStringList{"a", "b"}`.
std::optional<unsigned> listedIn(const Expr *E) {
  bool IsList = false; // not `Range{0, 1000}`
  E = E->IgnoreUnlessSpelledInSource();
  while (true) {
    if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E))
      E = Cast->getSubExpr()->IgnoreUnlessSpelledInSource();
    else if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(E))
      IsList = true, E = List->getSubExpr()->IgnoreUnlessSpelledInSource();
    else if (const auto *New = dyn_cast<CXXConstructExpr>(E);
             New && New->getNumArgs() > 0 && writtenArgs(*New).size() == 1)
      E = New->getArg(0)->IgnoreUnlessSpelledInSource();
    else
      break;
  }
  const auto *List = dyn_cast<InitListExpr>(E);
  return List && IsList ? std::optional<unsigned>(List->getNumInits())
                        : std::nullopt;
}

/// Whether what is done with Ref leaves the number of its elements.
bool keepsSize(const DeclRefExpr &Ref, const FunctionBody &Body) {
  const Stmt *P = Body.parent(&Ref);
  for (; isa_and_nonnull<ParenExpr, ImplicitCastExpr>(P); P = Body.parent(P))
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(P);
        Cast && Cast->getType().isConstQualified())
      return true;
  if (isa_and_nonnull<DeclStmt, CXXForRangeStmt>(P))
    return true; // the range of a loop
  if (const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P))
    return Op->getOperator() == OO_Subscript;
  const auto *M = dyn_cast_or_null<MemberExpr>(P);
  const auto *Method =
      dyn_cast_or_null<CXXMethodDecl>(M ? M->getMemberDecl() : nullptr);
  if (!Method)
    return false;
  if (Method->isConst())
    return true;
  StringRef Name = Method->getIdentifier() ? Method->getName() : "";
  return Name == "begin" || Name == "end" || Name == "at" || Name == "front" ||
         Name == "back" || Name == "data";
}

/// Whether E, which is gone over, has few elements.
bool isShortRange(const Expr *E, const FunctionAnalysis &F) {
  if (!E || E->isTypeDependent())
    return false;
  E = E->IgnoreParenImpCasts();
  const ASTContext &Ctx = F.context();
  if (std::optional<int64_t> Count = elementsOf(E->getType(), Ctx))
    return isFew(*Count);
  if (isa<CXXStdInitializerListExpr, InitListExpr>(E))
    return true;
  QualType T = E->getType().getNonReferenceType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (R && R->isInStdNamespace() && R->getIdentifier() &&
      R->getName() == "initializer_list")
    return true;
  E = stripped(E);
  // std::views::iota(0, 4)
  if (R && R->getIdentifier() && R->getName() == "iota_view") {
    const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
    return Call && Call->getNumArgs() == 3 &&
           isFew(constantOf(Call->getArg(1), F), mostOf(Call->getArg(2), F));
  }
  if (!R || !T->isRecordType())
    return false;
  const auto *V = dyn_cast_or_null<VarDecl>(variableOf(E));
  if (!V) {
    std::optional<unsigned> Count = listedIn(E);
    return Count && isFew(*Count);
  }
  if (!V->getInit() || V->isInitCapture() || isa<ParmVarDecl>(V))
    return false;
  std::optional<unsigned> Count = listedIn(V->getInit());
  if (!Count || !isFew(*Count))
    return false;
  if (V->getType().isConstQualified())
    return true;
  return V->isLocalVarDecl() && !V->isStaticLocal() &&
         !V->getType()->isReferenceType() && !F.body().isLentToLambda(*V) &&
         llvm::all_of(F.body().references(), [&](const DeclRefExpr *Ref) {
           return Ref->getDecl() != V || keepsSize(*Ref, F.body());
         });
}

/// `parts.begin()`, `std::cbegin(parts)`: parts.
const Expr *beginsRange(const Expr &E) {
  const Expr *Bare = stripped(&E);
  const auto *Call = dyn_cast<CallExpr>(Bare);
  const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
  if (!FD || !FD->getIdentifier() ||
      !(FD->getName() == "begin" || FD->getName() == "cbegin" ||
        FD->getName() == "rbegin" || FD->getName() == "crbegin"))
    return nullptr;
  if (const Expr *Object = objectOf(*Call))
    return Object;
  const auto Args = writtenArgs(*Call);
  return Args.size() == 1 ? Args.front() : nullptr;
}

//===--- Counters ---------------------------------------------------------===//

/// A test of a counter: the variable, and what ends it.
struct CounterTest {
  const VarDecl *Counter = nullptr;
  const Expr *Bound = nullptr; ///< null: zero
  bool Steps = false;          ///< `n--`, `++i < 3`
};

CounterTest testOf(const Expr *Cond) {
  CounterTest T;
  const Expr *Left = Cond;
  if (const auto *Compare = dyn_cast<BinaryOperator>(Cond)) {
    if (!Compare->isRelationalOp() && Compare->getOpcode() != BO_NE)
      return T;
    Left = Compare->getLHS();
    T.Bound = Compare->getRHS();
  }
  Left = Left->IgnoreParenImpCasts();
  if (const auto *Step = dyn_cast<UnaryOperator>(Left);
      Step && Step->isIncrementDecrementOp()) {
    T.Steps = true;
    Left = Step->getSubExpr()->IgnoreParens();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Left);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (V && V->isLocalVarDecl() && V->getType()->isIntegerType() &&
      !V->getType()->isBooleanType())
    T.Counter = V;
  return T;
}

/// The step by one that Ref is the operand of.
const UnaryOperator *stepOf(const DeclRefExpr &Ref, const FunctionBody &Body) {
  const Stmt *P = Body.parent(&Ref);
  while (isa_and_nonnull<ParenExpr>(P))
    P = Body.parent(P);
  const auto *Step = dyn_cast_or_null<UnaryOperator>(P);
  return Step && Step->isIncrementDecrementOp() ? Step : nullptr;
}

/// Whether each round of Loop moves the counter up, or down; nothing where it
/// may not, or where something else changes it.
std::optional<bool> goesUp(const CounterTest &T, const Stmt &Loop,
                           const FunctionAnalysis &F) {
  const FunctionBody &Body = F.body();
  bool Steps = T.Steps;
  std::optional<bool> Up;
  for (const DeclRefExpr *Ref : Body.references()) {
    if (Ref->getDecl() != T.Counter)
      continue;
    const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Body.parent(Ref));
    if (Cast && Cast->getCastKind() == CK_LValueToRValue)
      continue;
    const UnaryOperator *Step = stepOf(*Ref, Body);
    if (!Step || !Body.isWithin(Step, &Loop) ||
        (Up && *Up != Step->isIncrementOp()))
      return std::nullopt;
    Up = Step->isIncrementOp();
    const auto *For = dyn_cast<ForStmt>(&Loop);
    Steps |= (For && For->getInc() == Step) ||
             (Body.parent(Step) == bodyOfLoop(Loop) &&
              !anyWithin(bodyOfLoop(Loop), [](const Stmt &S) {
                return isa<ContinueStmt, GotoStmt>(S);
              }));
  }
  return Steps && !Body.isLentToLambda(*T.Counter) ? Up : std::nullopt;
}

/// Whether Cond compares Loop's counter with a number near to where it begins.
bool boundsRounds(const Stmt &Loop, const Expr *Cond,
                  const FunctionAnalysis &F) {
  const auto *For = dyn_cast<ForStmt>(&Loop);
  const bool Stepped = For && For->getInc(); // else the body decides
  if (const auto *Compare = dyn_cast<BinaryOperator>(Cond);
      Stepped && Compare &&
      (Compare->isRelationalOp() || Compare->getOpcode() == BO_NE))
    if (std::optional<CounterRange> R = counterRange(*For, *Compare, F))
      return isFew(R->First, R->Last); // not `i != npos`
  CounterTest T = testOf(Cond);
  if (!T.Counter || !T.Counter->getInit())
    return false;
  const Expr *First = For ? beginOf(*For, *T.Counter) : nullptr;
  if (!First)
    First = T.Counter->getInit();
  std::optional<bool> Up = goesUp(T, Loop, F);
  if (!Up)
    return false;
  if (*Up)
    return T.Bound && isFew(constantOf(First, F), mostOf(T.Bound, F));
  return isFew(T.Bound ? constantOf(T.Bound, F) : 0, mostOf(First, F));
}

/// `it != parts.end()` of an iterator that begins with the first of few.
bool goesOverFew(const ForStmt &For, const Expr &Cond,
                 const FunctionAnalysis &F) {
  return anyWithin(&Cond, [&](const Stmt &S) {
    const auto *V = dyn_cast_or_null<VarDecl>(variableOf(&S));
    const Expr *First = V ? beginOf(For, *V) : nullptr;
    const Expr *Range = First ? beginsRange(*First) : nullptr;
    return Range && isShortRange(Range, F);
  });
}

} // namespace

bool isNeverWritten(const VarDecl &V, const FunctionBody &Body) {
  return llvm::all_of(Body.references(), [&](const DeclRefExpr *Ref) {
    const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Body.parent(Ref));
    return Ref->getDecl() != &V ||
           (Cast && Cast->getCastKind() == CK_LValueToRValue);
  });
}

std::optional<int64_t> constantOf(const Expr *E, const FunctionAnalysis &F) {
  Expr::EvalResult Value;
  // `I i(0)` of a dependent type has no type itself.
  if (!E || E->getType().isNull() || E->isValueDependent())
    return std::nullopt;
  if (E->EvaluateAsInt(Value, F.context()))
    return Value.Val.getInt().tryExtValue();
  if (std::optional<int64_t> Size = sizeOfArray(*E, F.context()))
    return Size;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts()))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
        V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
        V->getInit() && isNeverWritten(*V, F.body()))
      return constantOf(V->getInit(), F);
  return std::nullopt;
}

std::optional<CounterRange> counterRange(const ForStmt &For,
                                         const BinaryOperator &Compare,
                                         const FunctionAnalysis &F) {
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Compare.getLHS()->IgnoreParenImpCasts());
  const auto *Counter = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Counter)
    return std::nullopt;
  std::optional<int64_t> First = constantOf(beginOf(For, *Counter), F);
  std::optional<int64_t> Last = constantOf(Compare.getRHS(), F);
  return First && Last ? std::optional<CounterRange>({*First, *Last})
                       : std::nullopt;
}

bool isShortLoop(const Stmt &Loop, const FunctionAnalysis &F) {
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop))
    return isShortRange(Range->getRangeInit(), F);
  const Expr *Whole = conditionOfLoop(Loop);
  if (!Whole || Whole->isTypeDependent())
    return false;
  // `i < 3 && more()`: one side is enough.
  SmallVector<const Expr *, 4> Conds{Whole->IgnoreParenImpCasts()};
  for (size_t I = 0; I < Conds.size(); ++I)
    if (const auto *And = dyn_cast<BinaryOperator>(Conds[I]);
        And && And->getOpcode() == BO_LAnd) {
      Conds.push_back(And->getLHS()->IgnoreParenImpCasts());
      Conds.push_back(And->getRHS()->IgnoreParenImpCasts());
    }
  const auto *For = dyn_cast<ForStmt>(&Loop);
  return llvm::any_of(Conds, [&](const Expr *Cond) {
    if (const auto *Either = dyn_cast<BinaryOperator>(Cond);
        Either && Either->isLogicalOp())
      return false;
    return boundsRounds(Loop, Cond, F) || (For && goesOverFew(*For, *Cond, F));
  });
}

} // namespace cancel_tidy
