// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/CycleAnalysis.h"
#include "checks/core/CallResolver.h"
#include "checks/core/Charges.h"
#include "checks/core/Handlers.h"
#include "checks/core/Names.h"
#include "checks/core/Unit.h"
#include "checks/core/Waits.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"
#include <deque>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Loops of so few rounds are left alone.
constexpr unsigned MaxShortRounds = 16;

const Expr *conditionOfLoop(const Stmt &Loop) {
  if (const auto *L = dyn_cast<WhileStmt>(&Loop))
    return L->getCond();
  if (const auto *L = dyn_cast<DoStmt>(&Loop))
    return L->getCond();
  if (const auto *L = dyn_cast<ForStmt>(&Loop))
    return L->getCond();
  return nullptr;
}

bool isEndlessCondition(const Stmt &Loop, const ASTContext &Ctx) {
  if (isa<CXXForRangeStmt>(Loop))
    return false;
  const Expr *Cond = conditionOfLoop(Loop);
  if (!Cond)
    return true;
  bool Value = false;
  return !Cond->isValueDependent() &&
         Cond->EvaluateAsBooleanCondition(Value, Ctx) && Value;
}

/// Whether only its initialiser ever gives V a value.
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
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts()))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
        V && V->isLocalVarDecl() && !V->getType()->isReferenceType() &&
        V->getInit() && isNeverWritten(*V, F.body()))
      return constantOf(V->getInit(), F);
  return std::nullopt;
}

/// Whether Cond compares For's counter with a constant near to where it begins.
bool boundsRounds(const ForStmt &For, const Expr &Cond,
                  const FunctionAnalysis &F) {
  const auto *Compare = dyn_cast<BinaryOperator>(&Cond);
  if (!Compare || !(Compare->isRelationalOp() || Compare->getOpcode() == BO_NE))
    return false;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Compare->getLHS()->IgnoreParenImpCasts());
  const auto *Counter = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Counter)
    return false;
  const Expr *Begin = nullptr;
  if (const auto *Init = dyn_cast_or_null<DeclStmt>(For.getInit())) {
    if (llvm::is_contained(Init->decls(), Counter))
      Begin = Counter->getInit();
  } else if (const auto *Init = dyn_cast_or_null<BinaryOperator>(For.getInit());
             Init && Init->getOpcode() == BO_Assign) {
    const auto *To = dyn_cast<DeclRefExpr>(Init->getLHS()->IgnoreParens());
    if (To && To->getDecl() == Counter)
      Begin = Init->getRHS();
  }
  std::optional<int64_t> First = constantOf(Begin, F);
  std::optional<int64_t> Last = constantOf(Compare->getRHS(), F);
  int64_t Rounds = 0;
  if (!First || !Last || SubOverflow(*Last, *First, Rounds))
    return false; // `i != npos`
  return Rounds <= int64_t(MaxShortRounds) &&
         Rounds >= -int64_t(MaxShortRounds);
}

} // namespace

bool isShortLoop(const Stmt &Loop, const FunctionAnalysis &F) {
  const ASTContext &Ctx = F.context();
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop)) {
    const Expr *Init = Range->getRangeInit();
    if (!Init || Init->isTypeDependent())
      return false;
    Init = Init->IgnoreParenImpCasts();
    QualType T = Init->getType().getNonReferenceType();
    if (const auto *Array = Ctx.getAsConstantArrayType(T))
      return Array->getZExtSize() <= MaxShortRounds;
    if (isa<CXXStdInitializerListExpr, InitListExpr>(Init))
      return true;
    if (const CXXRecordDecl *R = T->getAsCXXRecordDecl())
      if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
          Spec && R->isInStdNamespace() && R->getIdentifier()) {
        if (R->getName() == "initializer_list")
          return true;
        if (R->getName() == "array" && Spec->getTemplateArgs().size() == 2 &&
            Spec->getTemplateArgs()[1].getKind() == TemplateArgument::Integral)
          return Spec->getTemplateArgs()[1].getAsIntegral().getLimitedValue() <=
                 MaxShortRounds;
      }
    return false;
  }
  const auto *For = dyn_cast<ForStmt>(&Loop);
  // Without a step, the body decides how many rounds there are.
  if (!For || !For->getCond() || !For->getInc())
    return false;
  // `i < 3 && more()`: one side is enough.
  SmallVector<const Expr *, 4> Conds{For->getCond()->IgnoreParenImpCasts()};
  for (size_t I = 0; I < Conds.size(); ++I)
    if (const auto *And = dyn_cast<BinaryOperator>(Conds[I]);
        And && And->getOpcode() == BO_LAnd) {
      Conds.push_back(And->getLHS()->IgnoreParenImpCasts());
      Conds.push_back(And->getRHS()->IgnoreParenImpCasts());
    }
  return llvm::any_of(
      Conds, [&](const Expr *Cond) { return boundsRounds(*For, *Cond, F); });
}

/// `while (!gate_.is_closed())`: whoever shuts down closes it.
static bool endsWhenClosed(StringRef Name) {
  return Name == "is_closed" || Name == "isClosed" || Name == "IsClosed";
}

/// `state_ == State::Cancelled`: a member that says whether somebody stopped
/// it.
static bool asksState(const Stmt &S) {
  const auto *Compared = dyn_cast<BinaryOperator>(&S);
  if (!Compared || !Compared->isEqualityOp())
    return false;
  const Expr *Sides[] = {Compared->getLHS()->IgnoreParenImpCasts(),
                         Compared->getRHS()->IgnoreParenImpCasts()};
  for (unsigned I : {0, 1}) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Sides[I]);
    if (Ref && isa<EnumConstantDecl>(Ref->getDecl()) &&
        namesCancellation(Ref->getDecl()->getName()) &&
        isa_and_nonnull<FieldDecl>(variableOf(Sides[1 - I])))
      return true;
  }
  return false;
}

bool asksOthers(const FunctionAnalysis &F, const Expr &Cond) {
  return anyWithin(&Cond, [&](const Stmt &S) {
    if (const auto *Call = dyn_cast<CallExpr>(&S)) {
      const FunctionDecl *FD = calleeOf(*Call);
      if (!FD || !FD->getIdentifier() || F.tokens().queryOf(*Call) ||
          !FD->getReturnType()->isBooleanType())
        return false;
      if (namesCancellation(FD->getName()) || endsWhenClosed(FD->getName()))
        return true;
      // `while (next(item))` of an object that can be told to stop.
      const Expr *Object = objectOf(*Call);
      const FunctionDecl *Def = F.unit().bodyOf(*FD);
      return Object && isa<CXXThisExpr>(Object->IgnoreParenImpCasts()) && Def &&
             anyWithin(Def->getBody(), asksState);
    }
    if (asksState(S))
      return true;
    // A flag that somebody else sets, not a local answer.
    const ValueDecl *D = variableOf(&S);
    if (!D || !D->getIdentifier() || !namesCancellation(D->getName()))
      return false;
    QualType T = D->getType().getNonReferenceType();
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    return (isa<FieldDecl>(D) && T->isBooleanType()) ||
           (R && R->getIdentifier() && R->getName().starts_with("atomic"));
  });
}

namespace {

unsigned depthOf(const FunctionBody &Body, const Stmt *S) {
  unsigned D = 0;
  for (; S; S = Body.parent(S))
    ++D;
  return D;
}

SourceLocation keywordOf(const Stmt &Loop) {
  if (const auto *L = dyn_cast<CXXForRangeStmt>(&Loop))
    return L->getForLoc();
  return Loop.getBeginLoc();
}

const Stmt *bodyOf(const Stmt &Loop) {
  if (const auto *L = dyn_cast<WhileStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<DoStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<ForStmt>(&Loop))
    return L->getBody();
  if (const auto *L = dyn_cast<CXXForRangeStmt>(&Loop))
    return L->getBody();
  return nullptr;
}

/// What stands around a cycle. It is the rounds of the outermost loop that
/// have to look at the token; those of an inner one only if they are known or
/// sound to take long, and rather not where the loop around looks in each of
/// its rounds. Nor is anything guessed of a loop that stands beside one that
/// looks: it prepares what that one works on.
enum class Nesting { Outermost, BesideCheckedLoop, InLoop, InCheckedLoop };

/// Adds up what the nodes of a cycle cost.
class CostOfNodes {
public:
  /// Behind a carrier the token may be meant for something else: then only
  /// what this TU knows to cost counts. A member's may, too: an await of a
  /// future of which nothing is known says too little.
  /// Calls that were taken care of with a loop inside do not count again.
  CostOfNodes(const FunctionAnalysis &F, const ReachToken &Token, Nesting Where,
              const SmallPtrSetImpl<const Expr *> *Covered = nullptr)
      : F(F), Guess(Token.From != ReachToken::Origin::Carrier),
        Awaits(Token.From != ReachToken::Origin::Field), Where(Where),
        Covered(Covered) {}

  void add(const CFGBlock &B, const Stmt *Loop) {
    BlockVerdict Verdict = F.verdict(B, Loop);
    for (const Stmt *S : F.graph()->elements(B)) {
      if (S == Verdict.At)
        return; // what follows is not run
      const auto *E = dyn_cast<Expr>(S);
      if (!E)
        continue;
      if (const auto *Await = dyn_cast<CoawaitExpr>(E)) {
        if (Awaits)
          addAwait(*Await);
        continue;
      }
      if (!isa<CallExpr, CXXConstructExpr>(E) || (!Awaits && isAwaited(*E)))
        continue;
      addCall(*E);
    }
  }

  void addCall(const Expr &E) {
    CallCost C = F.costOf(E);
    if ((C.Class == CostClass::Blocking && isReadyResult(F, E)) ||
        (C.Class != CostClass::Cheap && isTestHook(F, E)))
      return;
    if (C.Class == CostClass::Blocking ||
        (C.Class == CostClass::Long && !isLongestOfMany(E))) {
      if (Covered && Covered->contains(&E))
        return;
      Counted.push_back(&E);
      const bool Wait = C.Class == CostClass::Blocking;
      if (!Call || (Wait && !Waits)) {
        Call = &E;
        Name = C.Name;
        Waits = Wait;
      }
    } else if (C.Open) {
      if (llvm::is_contained(MayLook, C.Open->USR))
        return;
      MayLook.push_back(C.Open->USR);
      if (!Guess || isLongestOfMany(E) || isCheapInterface(E) ||
          (Covered && Covered->contains(&E)))
        return;
      Counted.push_back(&E);
      Open.push_back(*C.Open);
      Open.back().WhenUndefined &= Guess && (Where == Nesting::Outermost ||
                                             Costs::soundsLong(*calleeOf(E)));
      if (!OpenCall || (Open.back().WhenUndefined && !OpenCounts)) {
        OpenCall = &E;
        OpenCounts = Open.back().WhenUndefined;
      }
    }
  }

  bool certain() const { return Call; }
  bool possible() const { return Call || !Open.empty(); }
  /// Not only if a body elsewhere says so.
  bool likely() const { return Call || OpenCounts; }

  /// No callee looks, and (unless certain) one of them is long.
  Condition condition() const {
    Condition When;
    for (const std::string &USR : MayLook)
      When.Clauses.push_back(
          {{USR, FactKind::NeverLooks, /*WhenUndefined=*/true, {}}});
    if (!Call && !Open.empty())
      When.Clauses.push_back(Open);
    return When;
  }

  const Expr *Call = nullptr;
  std::string Name;
  bool Waits = false;
  std::vector<Atom> Open;
  /// The first call that is open; rather one that counts when undefined.
  const Expr *OpenCall = nullptr;
  /// All calls that make the cycle long.
  std::vector<const Expr *> Counted;

private:
  bool isAwaited(const Expr &Call) const {
    const Stmt *P = F.body().parent(&Call);
    while (isa_and_nonnull<Expr>(P) && !isa<CoawaitExpr, CallExpr>(P))
      P = F.body().parent(P);
    return isa_and_nonnull<CoawaitExpr>(P);
  }

  /// `co_await maybe_yield()`: gives way to others, and goes on.
  static bool yields(const Expr &Awaited) {
    const FunctionDecl *FD = calleeOf(Awaited);
    const CXXRecordDecl *R = Awaited.getType()->getAsCXXRecordDecl();
    auto Named = [](const NamedDecl *D) {
      return D && D->getIdentifier() && D->getName().contains("yield");
    };
    return Named(FD) || Named(R);
  }

  void addAwait(const CoawaitExpr &Await) {
    const Expr *Operand = Await.getOperand()->IgnoreParenImpCasts();
    while (const auto *Temp = dyn_cast<FullExpr>(Operand))
      Operand = Temp->getSubExpr()->IgnoreParenImpCasts();
    if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(Operand))
      Operand = Temp->getSubExpr()->IgnoreParenImpCasts();
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Operand))
      Operand = Bind->getSubExpr()->IgnoreParenImpCasts();
    std::string Callee = "co_await";
    if (isTestHook(F, Await) || yields(*Operand))
      return;
    if (isa<CallExpr>(Operand)) {
      if (F.costs().listed(*Operand) == CostClass::Cheap)
        return;
      Callee = calleeName(*Operand);
    }
    if (!Call) {
      Call = &Await;
      Name = Callee;
      Waits = true;
    }
  }

  /// A virtual call is as long as its longest overrider: too little to go by
  /// where the loop around looks in each round.
  bool isLongestOfMany(const Expr &E) const {
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(E));
    return Where == Nesting::InCheckedLoop && M && M->isVirtual() &&
           !Costs::soundsLong(*M);
  }
  /// Nor where the interface looks as if all of them were cheap.
  static bool isCheapInterface(const Expr &E) {
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(E));
    return M && M->isVirtual() && Costs::looksCheap(*M);
  }

  const FunctionAnalysis &F;
  bool Guess, Awaits;
  Nesting Where;
  const SmallPtrSetImpl<const Expr *> *Covered;
  bool OpenCounts = false;
  std::vector<std::string> MayLook; ///< callees, by USR
};

class CycleFinder {
public:
  explicit CycleFinder(const FunctionAnalysis &F) : F(F), Body(F.body()) {}

  std::vector<UncheckedCycle> run() {
    callbacks();
    if (!F.graph())
      return std::move(Out);
    Cut.resize(F.graph()->size());
    std::vector<const Stmt *> Loops(Body.loops().begin(), Body.loops().end());
    llvm::stable_sort(Loops, [&](const Stmt *A, const Stmt *B) {
      return depthOf(Body, A) > depthOf(Body, B);
    });
    for (const Stmt *L : Loops)
      loop(*L);
    mergeNests();
    gotos();
    recursion();
    llvm::stable_sort(
        Out, [&](const UncheckedCycle &A, const UncheckedCycle &B) {
          return F.sources().isBeforeInTranslationUnit(A.Where, B.Where);
        });
    return std::move(Out);
  }

private:
  /// Where only calls that link decides on make a loop long, and an inner loop
  /// that is reported makes all of them, that one says it.
  void mergeNests() {
    auto Asks = [](const UncheckedCycle &C, const Atom &A) {
      return llvm::any_of(C.When.Clauses, [&](const auto &Clause) {
        return llvm::any_of(Clause, [&](const Atom &B) {
          return B.Fact == FactKind::Long && B.USR == A.USR &&
                 (B.WhenUndefined || !A.WhenUndefined);
        });
      });
    };
    auto IsSaid = [&](const UncheckedCycle &C) {
      if (C.Kind != UncheckedCycle::Shape::Loop || C.Endless ||
          !C.Costliest.empty())
        return false;
      return llvm::any_of(Out, [&](const UncheckedCycle &Inner) {
        return Inner.Loop != C.Loop && Body.isWithin(Inner.Loop, C.Loop) &&
               llvm::all_of(C.When.Clauses, [&](const auto &Clause) {
                 return llvm::all_of(Clause, [&](const Atom &A) {
                   return A.Fact != FactKind::Long || Asks(Inner, A);
                 });
               });
      });
    };
    SmallPtrSet<const Stmt *, 4> Said;
    for (const UncheckedCycle &C : Out)
      if (IsSaid(C))
        Said.insert(C.Loop);
    llvm::erase_if(
        Out, [&](const UncheckedCycle &C) { return Said.contains(C.Loop); });
  }

  /// `result = result.unite(part);` of a loop over the parts of something: what
  /// is left out when the loop ends early is missed by all that follows.
  bool folds(const Stmt &Loop) const {
    return anyWithin(bodyOf(Loop), [&](const Stmt &S) {
      const ValueDecl *Into = writtenBy(S);
      const auto *V = dyn_cast_or_null<VarDecl>(Into);
      if (!V || !V->isLocalVarDecl() || !V->getType()->isRecordType() ||
          F.sources().isBeforeInTranslationUnit(Loop.getBeginLoc(),
                                                V->getBeginLoc()))
        return false;
      const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
      return Op && Op->getNumArgs() == 2 &&
             anyWithin(Op->getArg(1), [&](const Stmt &Part) {
               return variableOf(&Part) == Into;
             });
    });
  }

  /// A class with many functions is a service: the token that it holds is for
  /// some of them, and those name it.
  static bool isLargeClass(const FieldDecl &Field) {
    constexpr unsigned Few = 16;
    const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
    return Class && llvm::count_if(Class->methods(), [](const auto *M) {
                      return !M->isImplicit();
                    }) > Few;
  }

  bool speaksOf(const FieldDecl &Field) const {
    auto Names = [&](const Stmt &S) {
      const auto *M = dyn_cast<MemberExpr>(&S);
      return M && M->getMemberDecl() == &Field;
    };
    for (const FunctionAnalysis *A = &F; A; A = A->outer())
      if (llvm::any_of(A->body().memberUses(),
                       [&](const MemberExpr *M) { return Names(*M); }) ||
          llvm::any_of(A->body().lambdas(), [&](const LambdaExpr *L) {
            return anyWithin(L->getBody(), Names);
          }))
        return true;
    return false;
  }

  std::optional<ReachToken> tokenFor(const Stmt *Inside) {
    std::vector<ReachToken> Tokens = F.reach().at(Inside);
    llvm::erase_if(Tokens, [&](const ReachToken &T) {
      const auto *Field = dyn_cast<FieldDecl>(T.Root);
      if (T.From != ReachToken::Origin::Field || !Field)
        return false;
      const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
      return F.unit().isOnlyHandedOn(*Field) ||
             (M && F.unit().isUnsetIn(*Field, *M)) ||
             (isLargeClass(*Field) && !speaksOf(*Field));
    });
    for (ReachToken &T : Tokens)
      if (T.NeedsCapture.empty())
        return T;
    return Tokens.empty() ? std::nullopt
                          : std::optional<ReachToken>(Tokens.front());
  }

  /// Judges a cycle's nodes; fills Cycle and says whether to report it.
  /// Likely: and that the loops around need no check of their own then.
  bool judge(UncheckedCycle &Cycle, const BitVector &Nodes, const FlowView &V,
             const Stmt *Loop, bool EndlessCondition, bool &Likely) {
    CostOfNodes Cost(F, Cycle.Token,
                     Loop ? nestingOf(*Loop) : Nesting::Outermost, &Covered);
    bool Leaves = false;
    for (unsigned N : Nodes.set_bits()) {
      Cost.add(*F.graph()->block(N), Loop);
      for (unsigned S : V.Successors[N])
        Leaves |= !Nodes.test(S) && !isExceptionEdge(N, S);
    }
    Cycle.Endless = EndlessCondition && !Leaves;
    if (!Cost.possible() && !Cycle.Endless)
      return false;
    Cycle.When = Cost.condition();
    // An endless cycle is worth a report whatever its callees cost.
    if (Cycle.Endless && !Cost.certain() && !Cycle.When.Clauses.empty() &&
        !Cost.Open.empty())
      Cycle.When.Clauses.pop_back();
    if (Cycle.When.size() > Condition::MaxAtoms)
      return false;
    Cycle.Waits = Cost.Waits;
    Cycle.Costliest = Cost.Name;
    Cycle.CostliestCall = Cost.Call;
    Cycle.OpenCall = Cost.OpenCall;
    Likely = Cost.likely() || Cycle.Endless;
    if (Likely)
      Covered.insert(Cost.Counted.begin(), Cost.Counted.end());
    return true;
  }

  Nesting nestingOf(const Stmt &Loop, unsigned Depth = 0) {
    Nesting Found = Nesting::Outermost;
    for (const Stmt *P = Body.parent(&Loop); P; P = Body.parent(P)) {
      if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) ||
          isNoLoop(*P, F.context()))
        continue;
      if (looksInEachRound(*P))
        return Nesting::InCheckedLoop;
      Found = Nesting::InLoop;
    }
    if (isCalledInCheckedLoops(Depth))
      return Nesting::InCheckedLoop;
    return Found == Nesting::Outermost && isBesideCheckedLoop(Loop)
               ? Nesting::BesideCheckedLoop
               : Found;
  }

  /// Whether another loop of the function, neither around nor inside this one,
  /// looks in each of its rounds: whoever wrote it knows where the time goes.
  bool isBesideCheckedLoop(const Stmt &Loop) {
    return llvm::any_of(askingLoops(), [&](const Stmt *Other) {
      return Other != &Loop && !Body.isWithin(Other, &Loop) &&
             !Body.isWithin(&Loop, Other) && looksInEachRound(*Other);
    });
  }

  /// Loops that hold a poll or a throwing check, found once: functions may have
  /// thousands of loops and calls.
  llvm::ArrayRef<const Stmt *> askingLoops() {
    if (!Asking) {
      Asking.emplace();
      llvm::SmallPtrSet<const Stmt *, 16> Seen;
      for (const Expr *Call : Body.calls())
        if (F.queryOf(*Call).looks())
          for (const Stmt *P = Body.parent(Call); P; P = Body.parent(P))
            if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P) &&
                Seen.insert(P).second && !isNoLoop(*P, F.context()))
              Asking->push_back(P);
    }
    return *Asking;
  }

  /// Whether this is the body of a lambda that a local variable names, and that
  /// is only ever called, each time in a loop that looks: it is a part of that
  /// loop's rounds.
  bool isCalledInCheckedLoops(unsigned Depth) {
    constexpr unsigned MaxDepth = 4; // helpers of helpers
    if (!Body.lambda() || !F.outer() || Depth > MaxDepth)
      return false;
    if (!CalledInCheckedLoops) {
      CalledInCheckedLoops = false; // while it is being found out
      const VarDecl *Helper = helperOf(*Body.lambda(), F.outer()->body());
      bool Called = false;
      CalledInCheckedLoops =
          Helper &&
          callsStandInCheckedLoops(*Helper, *F.outer(), Called, Depth) &&
          Called;
    }
    return *CalledInCheckedLoops;
  }

  /// The local variable that L, and nothing else, is given to.
  static const VarDecl *helperOf(const LambdaExpr &L, const FunctionBody &In) {
    const Stmt *P = In.parent(&L);
    // std::function<void()> f = [] {}; f = [] {};
    while (isa_and_nonnull<CastExpr, MaterializeTemporaryExpr, ParenExpr,
                           CXXBindTemporaryExpr, ExprWithCleanups,
                           CXXConstructExpr>(P))
      P = In.parent(P);
    if (const auto *D = dyn_cast_or_null<DeclStmt>(P)) {
      const auto *V =
          D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
      return V && V->isLocalVarDecl() && V->hasLocalStorage() ? V : nullptr;
    }
    const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(P);
    if (!Op || Op->getOperator() != OO_Equal || Op->getNumArgs() != 2)
      return nullptr;
    const auto *Ref =
        dyn_cast<DeclRefExpr>(Op->getArg(0)->IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->isLocalVarDecl() && V->hasLocalStorage() && isEmptyBefore(*V)
               ? V
               : nullptr;
  }

  static bool isEmptyBefore(const VarDecl &V) {
    const Expr *Init = V.getInit();
    const auto *New = dyn_cast_or_null<CXXConstructExpr>(
        Init ? Init->IgnoreImplicit() : Init);
    return !Init || (New && writtenArgs(*New).empty());
  }

  /// Whether In, and the lambdas in it, only call Helper, and do that in loops
  /// that look. What the helper calls itself is a part of the same rounds.
  bool callsStandInCheckedLoops(const VarDecl &Helper,
                                const FunctionAnalysis &In, bool &Called,
                                unsigned Depth) {
    if (In.body().isBroken() || !In.graph())
      return false;
    bool Given = Helper.getInit() && !isEmptyBefore(Helper);
    CycleFinder Around(In);
    for (const DeclRefExpr *Ref : In.body().references()) {
      if (Ref->getDecl() != &Helper)
        continue;
      const Expr *Named = Ref;
      const Stmt *Use = In.body().parent(Ref);
      while (isa_and_nonnull<ImplicitCastExpr, ParenExpr>(Use)) {
        Named = cast<Expr>(Use);
        Use = In.body().parent(Use);
      }
      if (const auto *L = dyn_cast_or_null<LambdaExpr>(Use)) {
        // A copy could be another one.
        if (llvm::any_of(L->captures(), [&](const LambdaCapture &C) {
              return C.capturesVariable() && C.getCapturedVar() == &Helper &&
                     C.getCaptureKind() == LCK_ByRef;
            }))
          continue;
        return false;
      }
      const auto *Op = dyn_cast_or_null<CXXOperatorCallExpr>(Use);
      if (!Op || Op->getArg(0) != Named)
        return false;
      if (Op->getOperator() == OO_Equal && &In == F.outer() && !Given) {
        Given = true;
        continue;
      }
      if (Op->getOperator() != OO_Call)
        return false;
      if (&In == &F)
        continue;
      Called = true;
      if (Around.nestingOf(*Op, Depth + 1) != Nesting::InCheckedLoop)
        return false;
    }
    for (const LambdaExpr *L : In.body().lambdas()) {
      if (!L->getCallOperator() || L->isGenericLambda())
        return false;
      const FunctionAnalysis *Inner =
          F.unit().analysisOf(*L->getCallOperator());
      if (!Inner || !callsStandInCheckedLoops(Helper, *Inner, Called, Depth))
        return false;
    }
    return true;
  }

  /// Whether nothing goes round Loop without a cancellation point.
  bool looksInEachRound(const Stmt &Loop) {
    auto [It, New] = Checked.try_emplace(&Loop, false);
    if (!New)
      return It->second;
    FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(Loop);
    if (!Nodes.Head)
      return false;
    FlowView V = F.view(/*Cancelled=*/true, &Loop);
    stopWhereExitsAreSet(V, Nodes.Nodes, Loop);
    stopWhereOthersAreAsked(V, Nodes.Nodes);
    return It->second = V.cycleThrough(*Nodes.Head, Nodes.Nodes).none();
  }

  bool isExceptionEdge(unsigned From, unsigned To) const {
    const CFGBlock *B = F.graph()->block(From);
    return To == F.graph()->exit() && B->succ_size() > 1 &&
           !FlowGraph::conditionOf(*B);
  }

  void loop(const Stmt &Loop) {
    const ASTContext &Ctx = F.context();
    if (isNoLoop(Loop, Ctx) || isShortLoop(Loop, F))
      return;
    const Stmt *LoopBody = bodyOf(Loop);
    if (!LoopBody)
      return;
    std::optional<ReachToken> Token = tokenFor(LoopBody);
    if (!Token || F.isShielded(&Loop) || F.hasRegistration())
      return;
    // Who holds a carrier, and no token, is not asked to end half done.
    if (Token->From == ReachToken::Origin::Carrier && folds(Loop))
      return;
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(&Loop))
      if (Range->getRangeInit() && F.reach().involves(Range->getRangeInit()) &&
          !isCarriedData(*Range->getRangeInit()))
        return; // the range's iterator holds the token
    if (hasStaleAnswer(Loop))
      return; // cancel-stale-check's
    FlowGraph::LoopNodes Nodes = F.graph()->nodesOf(Loop);
    if (!Nodes.Head)
      return;
    FlowView V = F.view(/*Cancelled=*/true, &Loop);
    V.Stops |= Cut;
    stopWhereExitsAreSet(V, Nodes.Nodes, Loop);
    stopWhereOthersAreAsked(V, Nodes.Nodes);
    stopWhereAssertionsFail(V, Nodes.Nodes);
    BitVector Cycle = V.cycleThrough(*Nodes.Head, Nodes.Nodes);
    if (Cycle.none()) {
      leaveCondition(Loop);
      return;
    }
    if (isSwallowedOn(Cycle))
      return; // cancel-swallowed-exception's
    UncheckedCycle Found;
    Found.Loop = &Loop;
    Found.Where = keywordOf(Loop);
    Found.Token = *Token;
    bool Likely = false;
    if (!judge(Found, Cycle, V, &Loop, isEndlessCondition(Loop, Ctx), Likely))
      return;
    describe(Found, Cycle, Nodes.Nodes, V, *Nodes.Head);
    Out.push_back(std::move(Found));
    // Judge the loops around as if this one were mended.
    if (const CFGBlock *B = Likely ? firstBlockOf(*LoopBody) : nullptr)
      Cut.set(B->getBlockID());
  }

  /// Whether a handler on the cycle keeps it going, once it is mended nothing
  /// else does.
  bool isSwallowedOn(const BitVector &Cycle) {
    if (!Swallowed)
      Swallowed = swallowedCancellations(F);
    return llvm::any_of(*Swallowed, [&](const SwallowedCancellation &S) {
      const CFGBlock *B = F.graph()->blockOf(S.Handler);
      return S.Kind == SwallowedCancellation::How::Loop && B &&
             Cycle.test(B->getBlockID());
    });
  }

  /// What the condition of a loop that looks calls is covered by that look,
  /// although a loop around may go round with no round of this one.
  void leaveCondition(const Stmt &Loop) {
    const Expr *Cond = conditionOfLoop(Loop);
    if (!Cond)
      return;
    for (const Expr *Call : Body.calls())
      if (Body.isWithin(Call, Cond) &&
          F.costOf(*Call).Class != CostClass::Blocking)
        Covered.insert(Call);
  }

  /// `if (isCancelled()) return;`, `while (!quit_)`: the loop looks at
  /// something that no model knows. Whether it is the right thing cannot be
  /// told.
  void stopWhereOthersAreAsked(FlowView &V, const BitVector &Nodes) const {
    for (unsigned N : Nodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      const Expr *Cond = FlowGraph::conditionOf(*B);
      if (Cond && asksOthers(F, *Cond) &&
          llvm::any_of(B->succs(), [&](const auto &S) {
            return S.getReachableBlock() &&
                   !Nodes.test(S.getReachableBlock()->getBlockID());
          }))
        V.Stops.set(N);
    }
  }

  /// `ASSERT(item, continue);`: what goes on there has failed already.
  void stopWhereAssertionsFail(FlowView &V, const BitVector &Nodes) const {
    for (unsigned N : Nodes.set_bits()) {
      const Stmt *Last = F.graph()->block(N)->getTerminatorStmt();
      if (isa_and_nonnull<ContinueStmt>(Last) &&
          Last->getBeginLoc().isMacroID())
        V.Stops.set(N);
    }
  }

  /// `if (stop.stop_requested()) state = Stopping;` leaves the loop when the
  /// condition of an exit reads what is written there.
  void stopWhereExitsAreSet(FlowView &V, const BitVector &Nodes,
                            const Stmt &Loop) const {
    SmallVector<std::pair<unsigned, const Stmt *>, 2> Branches;
    for (unsigned N : Nodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      const Expr *Cond = FlowGraph::conditionOf(*B);
      std::optional<bool> A =
          Cond ? F.answer(Cond, /*Cancelled=*/true, &Loop) : std::nullopt;
      if (!A)
        continue;
      const Stmt *T = B->getTerminatorStmt();
      if (const auto *If = dyn_cast_or_null<IfStmt>(T)) {
        if (const Stmt *Taken = *A ? If->getThen() : If->getElse())
          Branches.push_back({N, Taken});
      } else if (isa_and_nonnull<ConditionalOperator>(T)) {
        const Stmt *P = T;
        while (isa_and_nonnull<Expr>(P) && !isa<BinaryOperator>(P))
          P = Body.parent(P);
        if (P)
          Branches.push_back({N, P});
      }
    }
    if (Branches.empty())
      return;
    SmallPtrSet<const ValueDecl *, 8> Read;
    for (unsigned N : Nodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      const Stmt *Cond = B->getTerminatorCondition();
      if (Cond && llvm::any_of(B->succs(), [&](const auto &S) {
            return S.getReachableBlock() &&
                   !Nodes.test(S.getReachableBlock()->getBlockID());
          }))
        anyWithin(Cond, [&](const Stmt &S) {
          if (const ValueDecl *D = variableOf(&S))
            Read.insert(D);
          return false;
        });
    }
    for (auto [N, Taken] : Branches)
      if (anyWithin(Taken, [&](const Stmt &S) {
            const ValueDecl *D = writtenBy(S);
            return D && Read.contains(D);
          }))
        V.Stops.set(N);
  }

  /// `for (auto &x : request.items)` of a request that also has a token reads
  /// data, it does not iterate under the token.
  bool isCarriedData(const Expr &Range) const {
    const Expr *E = Range.IgnoreParenImpCasts();
    return isa<MemberExpr>(E);
  }

  bool hasStaleAnswer(const Stmt &Loop) const {
    const Expr *Cond = conditionOfLoop(Loop);
    if (Cond && F.staleAnswer(Cond, &Loop))
      return true;
    return anyWithin(bodyOf(Loop), [&](const Stmt &S) {
      const auto *If = dyn_cast<IfStmt>(&S);
      return If && If->getCond() && mayLeave(*If) &&
             F.staleAnswer(If->getCond(), &Loop);
    });
  }

  const CFGBlock *firstBlockOf(const Stmt &S) const {
    const Stmt *First = &S;
    while (const auto *Block = dyn_cast<CompoundStmt>(First)) {
      if (Block->body_empty())
        return nullptr;
      First = Block->body_front();
    }
    // The innermost statement evaluated first.
    const CFGBlock *Found = nullptr;
    while (true) {
      if (const CFGBlock *B = F.graph()->blockOf(First);
          B && Body.contains(First))
        Found = B;
      const Stmt *Child = nullptr;
      for (const Stmt *C : First->children())
        if (C && Body.parent(C) == First) {
          Child = C;
          break;
        }
      if (!Child)
        return Found;
      First = Child;
    }
  }

  /// `if (feedback)` asks nothing of the token.
  bool isNullTest(const Expr &Cond) const {
    const Expr *E = Cond.IgnoreParenImpCasts();
    return isa<DeclRefExpr, MemberExpr>(E) &&
           F.tokens().classify(E->getType()).Token;
  }

  void describe(UncheckedCycle &Found, const BitVector &Cycle,
                const BitVector &LoopNodes, const FlowView &V, unsigned Head) {
    for (unsigned N : LoopNodes.set_bits()) {
      const CFGBlock *B = F.graph()->block(N);
      if (F.verdict(*B, Found.Loop).What != BlockVerdict::Normal)
        Found.OthersChecked = true;
      const Expr *Cond = FlowGraph::conditionOf(*B);
      if (!Cond || !F.answer(Cond, true, Found.Loop) || isNullTest(*Cond))
        continue;
      if (Cycle.test(N))
        Found.IdlePoll = Cond;
      else
        Found.OthersChecked = true;
    }
    path(Found, Cycle, V, Head);
  }

  /// Shortest way round through the costly call, or just round.
  void path(UncheckedCycle &Found, const BitVector &Cycle, const FlowView &V,
            unsigned Head) {
    unsigned Via = Head;
    if (const Expr *Call =
            Found.CostliestCall ? Found.CostliestCall : Found.OpenCall)
      if (const CFGBlock *B = F.graph()->blockOf(Call);
          B && Cycle.test(B->getBlockID()))
        Via = B->getBlockID();
    std::vector<unsigned> Way = walk(Head, Via, Cycle, V);
    std::vector<unsigned> Rest = walk(Via, Head, Cycle, V);
    if (Via != Head && !Rest.empty())
      Way.insert(Way.end(), Rest.begin() + 1, Rest.end());
    else if (Via == Head)
      Way = Rest;
    constexpr unsigned MaxSteps = 6;
    for (size_t I = 0; I + 1 < Way.size(); ++I) {
      const CFGBlock *B = F.graph()->block(Way[I]);
      if (!is_contained(V.Successors[Way[I]], Way[I + 1])) {
        if (const Stmt *S = F.graph()->thrower(Way[I], Way[I + 1]);
            S && Found.Path.size() < MaxSteps)
          Found.Path.push_back({S->getBeginLoc(), "when this throws ..."});
        continue;
      }
      const Expr *Cond = FlowGraph::conditionOf(*B);
      if (Cond && Found.Path.size() < MaxSteps &&
          Cond != conditionOfLoop(*Found.Loop) &&
          !isa_and_nonnull<CXXForRangeStmt>(B->getTerminatorStmt())) {
        auto It = B->succ_begin();
        const CFGBlock *True = It->getReachableBlock();
        bool Taken = True && True->getBlockID() == Way[I + 1];
        if (Cond->getExprLoc().isValid())
          Found.Path.push_back(
              {Cond->getExprLoc(),
               Taken ? "when this is true ..." : "when this is false ..."});
      }
      if (const Stmt *T = B->getTerminatorStmt();
          isa_and_nonnull<ContinueStmt>(T))
        Found.Path.push_back(
            {T->getBeginLoc(), "... 'continue' starts the next round"});
    }
  }

  std::vector<unsigned> walk(unsigned From, unsigned To, const BitVector &Cycle,
                             const FlowView &V) const {
    std::vector<int> Before(V.Successors.size(), -1);
    std::deque<unsigned> Queue{From};
    bool Arrived = false;
    while (!Queue.empty() && !Arrived) {
      unsigned N = Queue.front();
      Queue.pop_front();
      V.forEachNext(N, [&](unsigned S) {
        if (Arrived || !Cycle.test(S) || Before[S] >= 0)
          return;
        Before[S] = N;
        Arrived = S == To;
        Queue.push_back(S);
      });
    }
    std::vector<unsigned> Way;
    if (!Arrived)
      return Way;
    for (unsigned N = To;;) {
      Way.push_back(N);
      N = Before[N];
      if (N == From) {
        Way.push_back(From);
        break;
      }
      if (Way.size() > V.Successors.size())
        break;
    }
    std::reverse(Way.begin(), Way.end());
    return Way;
  }

  /// Cycles that no loop statement makes.
  void gotos() {
    if (Body.labels().empty())
      return;
    FlowView V = F.view(/*Cancelled=*/true, Body.written());
    V.Stops |= Cut;
    for (const CFGBlock *B : F.graph()->cfg())
      if (B->getLoopTarget())
        V.Successors[B->getBlockID()].clear();
    BitVector All(F.graph()->size(), true);
    for (const LabelStmt *L : Body.labels()) {
      const CFGBlock *B = F.graph()->blockOf(L);
      if (!B || F.isShielded(L) || F.hasRegistration())
        continue;
      BitVector Cycle = V.cycleThrough(B->getBlockID(), All);
      if (Cycle.none())
        continue;
      std::optional<ReachToken> Token = tokenFor(L);
      if (!Token)
        continue;
      UncheckedCycle Found;
      Found.Kind = UncheckedCycle::Shape::Goto;
      Found.Loop = L;
      Found.Where = L->getIdentLoc();
      Found.Token = *Token;
      bool Likely = false;
      if (!judge(Found, Cycle, V, Body.written(), /*EndlessCondition=*/true,
                 Likely))
        continue;
      Out.push_back(std::move(Found));
      Cut |= Cycle;
      V.Stops |= Cycle;
    }
  }

  /// The function calls itself on a way without a cancellation point.
  void recursion() {
    if (F.decl().isDependentContext())
      return;
    const FlowGraph &G = *F.graph();
    std::optional<FlowView> V;
    for (const Expr *Call : Body.calls()) {
      const FunctionDecl *FD = calleeOf(*Call);
      if (!FD || FD->getCanonicalDecl() != F.decl().getCanonicalDecl() ||
          !isa<CallExpr>(Call))
        continue;
      std::optional<ReachToken> Token = tokenFor(Call);
      const CFGBlock *B = G.blockOf(Call);
      // A member that calls itself once more ("peek again") is common; without
      // the token among its parameters nothing says that it walks anything.
      if (!Token || Token->From == ReachToken::Origin::Field || !B ||
          F.isShielded(Call) || F.hasRegistration())
        continue;
      if (!V) {
        V = F.view(/*Cancelled=*/true);
        V->Stops |= Cut;
      }
      BitVector Reached = V->reachableFrom(G.entry());
      if (!Reached.test(B->getBlockID()) || V->Stops.test(B->getBlockID()))
        continue;
      // The way from the entry to the call, and what it costs.
      std::vector<unsigned> Way = walk(G.entry(), B->getBlockID(), Reached, *V);
      BitVector Nodes(G.size());
      for (unsigned N : Way)
        Nodes.set(N);
      // Everything between them counts: the cheapest way says little.
      for (unsigned N : Reached.set_bits())
        if (V->reachableFrom(N).test(B->getBlockID()))
          Nodes.set(N);
      CostOfNodes Cost(F, *Token, Nesting::Outermost);
      for (unsigned N : Nodes.set_bits())
        Cost.add(*G.block(N), nullptr);
      if (!Cost.possible())
        continue; // a walk over memory, as far as one can tell
      UncheckedCycle Found;
      Found.Kind = UncheckedCycle::Shape::Recursion;
      Found.Loop = Call;
      Found.Where = calleeLocation(*Call);
      Found.Token = *Token;
      Found.When = Cost.condition();
      Found.Waits = Cost.Waits;
      Found.Costliest = Cost.Name;
      Found.CostliestCall = Cost.Call;
      if (Found.When.size() > Condition::MaxAtoms)
        continue;
      Out.push_back(std::move(Found));
      return; // one finding for a function that recurses
    }
  }

  /// Library functions that run a callable again and again.
  void callbacks() {
    for (const Expr *Call : Body.calls()) {
      RunnerKind Kind = F.costs().runner(*Call);
      if (Kind != RunnerKind::Each && Kind != RunnerKind::Forever)
        continue;
      std::optional<ReachToken> Token = tokenFor(Call);
      if (!Token || F.isShielded(Call) || F.hasRegistration())
        continue;
      callback(*Call, *Token);
    }
  }

  void callback(const Expr &Call, const ReachToken &Token) {
    const LambdaExpr *Work = nullptr;
    const FunctionAnalysis *WorkAnalysis = nullptr;
    for (const Expr *Arg : writtenArgs(Call)) {
      const Expr *Bare = Arg->IgnoreUnlessSpelledInSource();
      const auto *L = dyn_cast<LambdaExpr>(Bare);
      if (!L) {
        // A token, a policy made from one, or a callable made elsewhere: it
        // may look.
        if (F.reach().involves(Arg))
          return;
        continue;
      }
      if (L->isGenericLambda() || !L->getCallOperator())
        return;
      const FunctionAnalysis *A = F.unit().analysisOf(*L->getCallOperator());
      if (!A || !A->graph())
        return;
      Work = L;
      WorkAnalysis = A;
      const FunctionSummary *S = F.unit().summaryOf(*L->getCallOperator());
      if (!S)
        return;
      if (S->Looks && writtenArgs(Call).size() > 1 &&
          Arg != writtenArgs(Call).back())
        return; // the stop condition of do_until
    }
    if (!Work)
      return;
    const FlowGraph &G = *WorkAnalysis->graph();
    FlowView V = WorkAnalysis->view(/*Cancelled=*/true, Work->getBody());
    BitVector Live = V.reachableFrom(G.entry());
    if (!Live.test(G.exit()))
      return;
    CostOfNodes Cost(*WorkAnalysis, Token, Nesting::Outermost);
    for (unsigned N : Live.set_bits())
      if (!V.Stops.test(N) && V.reachableFrom(N).test(G.exit()))
        Cost.add(*G.block(N), nullptr);
    if (!Cost.possible())
      return;
    UncheckedCycle Found;
    Found.Kind = UncheckedCycle::Shape::Callback;
    Found.Loop = &Call;
    Found.Where = calleeLocation(Call);
    Found.Token = Token;
    Found.When = Cost.condition();
    if (Found.When.size() > Condition::MaxAtoms)
      return;
    Found.Waits = Cost.Waits;
    Found.Costliest = Cost.Name;
    Found.CostliestCall = Cost.Call;
    const FunctionSummary *S = F.unit().summaryOf(*Work->getCallOperator());
    Found.OthersChecked = S && S->Looks;
    Out.push_back(std::move(Found));
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  BitVector Cut;
  DenseMap<const Stmt *, bool> Checked;
  std::optional<bool> CalledInCheckedLoops;
  std::optional<std::vector<SwallowedCancellation>> Swallowed;
  std::optional<std::vector<const Stmt *>> Asking;
  /// Calls that a finding or a look inside takes care of.
  SmallPtrSet<const Expr *, 8> Covered;
  std::vector<UncheckedCycle> Out;
};

} // namespace

std::vector<UncheckedCycle> uncheckedCycles(const FunctionAnalysis &F) {
  if (!F.isJudged())
    return {};
  return CycleFinder(F).run();
}

} // namespace cancel_tidy
