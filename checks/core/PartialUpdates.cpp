// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/PartialUpdates.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Where a member is reached from: `*this` (null) or a parameter.
struct MemberOf {
  const FieldDecl *Field = nullptr; ///< the outermost one
  const ParmVarDecl *Object = nullptr;
};

/// `a_`, `this->a_.b` and `parameter.a.b`, as the object and its member a.
std::optional<MemberOf> memberOf(const Expr *E) {
  MemberOf Result;
  while (const auto *M = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts())) {
    Result.Field = dyn_cast<FieldDecl>(M->getMemberDecl());
    if (!Result.Field || Result.Field->getType()->isReferenceType())
      return std::nullopt;
    E = M->getBase()->IgnoreParenImpCasts();
    if (isa<CXXThisExpr>(E))
      return Result;
    // Behind a pointer lies another object.
    if (M->isArrow())
      return std::nullopt;
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  Result.Object = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  if (!Result.Field || !Result.Object ||
      !Result.Object->getType()->isLValueReferenceType())
    return std::nullopt;
  return Result;
}

/// Left side of an assignment; null for others.
const Expr *assigned(const Stmt &S) {
  if (const auto *A = dyn_cast<BinaryOperator>(&S))
    return A->getOpcode() == BO_Assign ? A->getLHS() : nullptr;
  const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
  return Op && Op->getOperator() == OO_Equal && Op->getNumArgs() == 2
             ? Op->getArg(0)
             : nullptr;
}

/// `x = 0`, `x = {}`, `x = nullptr`: to empty something is no update of it.
bool isReset(const Stmt &S) {
  const Expr *Value = isa<BinaryOperator>(S)
                          ? cast<BinaryOperator>(S).getRHS()
                          : cast<CXXOperatorCallExpr>(S).getArg(1);
  Value = Value->IgnoreUnlessSpelledInSource();
  if (const auto *Minus = dyn_cast<UnaryOperator>(Value))
    Value = Minus->getSubExpr()->IgnoreUnlessSpelledInSource();
  if (const auto *New = dyn_cast<CXXConstructExpr>(Value))
    return writtenArgs(*New).empty();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Value))
    return isa<EnumConstantDecl>(Ref->getDecl()) ||
           (Ref->getDecl()->getIdentifier() &&
            Ref->getDecl()->getName() == "nullopt");
  return isa<IntegerLiteral, FloatingLiteral, CXXBoolLiteralExpr,
             CXXNullPtrLiteralExpr, clang::StringLiteral, CharacterLiteral,
             GNUNullExpr, CXXScalarValueInitExpr>(Value) ||
         (isa<InitListExpr>(Value) &&
          !cast<InitListExpr>(Value)->getNumInits());
}

/// Names of members that count, report or remember, rather than say what the
/// object is.
bool isBookkeeping(StringRef Name) {
  return llvm::any_of(
      ArrayRef<StringRef>{"abort",   "active",  "busy",    "cache",  "cancel",
                          "count",   "current", "cursor",  "dirty",  "done",
                          "elapsed", "error",   "finish",  "hits",   "last",
                          "log",     "message", "metric",  "misses", "offset",
                          "percent", "phase",   "pos",     "prev",   "progress",
                          "ready",   "running", "scratch", "stage",  "start",
                          "stat",    "step",    "stop",    "temp",   "time",
                          "tmp",     "total",   "valid"},
      [&](StringRef Word) { return Name.contains_insensitive(Word); });
}

class Finder {
public:
  explicit Finder(const FunctionAnalysis &F) : F(F), Body(F.body()) {}

  std::optional<PartialUpdate> run() {
    collect();
    if (Writes.size() < 2)
      return std::nullopt;
    const CancelFlow Flow(F);
    std::vector<CancelExit> Exits(Flow.exits());
    llvm::stable_sort(Exits, [&](const CancelExit &A, const CancelExit &B) {
      return F.sources().isBeforeInTranslationUnit(A.where(), B.where());
    });
    for (const CancelExit &E : Exits) {
      if (F.isShielded(E.Asked))
        continue;
      for (const Write &First : Writes)
        if (auto Found = judge(Flow, E, First)) {
          Found->Token = Flow.tokenOf(E, &Found->Model);
          return Found;
        }
    }
    return std::nullopt;
  }

private:
  struct Write {
    const Stmt *At;
    MemberOf Member;
  };

  bool isOfInterest(const FieldDecl &Field) const {
    QualType T = Field.getType();
    if (T->isBooleanType() || T->isEnumeralType() || T.isVolatileQualified() ||
        Field.isMutable() || !Field.getIdentifier() ||
        isBookkeeping(Field.getName()) || F.tokens().classify(T).Token)
      return false;
    RecordRole Role = F.tokens().roleOf(T);
    const CXXRecordDecl *R = T->getAsCXXRecordDecl();
    return !Role.Source && !Role.Carrier && !Role.Registration &&
           !(R && R->getIdentifier() &&
             (R->getName().contains("atomic") ||
              R->getName().contains("thread") || R->getName() == "future"));
  }

  void collect() {
    for (const Stmt *S : Body.allStatements()) {
      const Expr *To = assigned(*S);
      std::optional<MemberOf> M = To ? memberOf(To) : std::nullopt;
      if (M && (M->Field->getType()->isBooleanType() ||
                M->Field->getType()->isEnumeralType()))
        Flags.push_back({S, *M});
      if (M && !isReset(*S) && isOfInterest(*M->Field) &&
          (!M->Object || isUpdated(*M->Object)))
        Writes.push_back({S, *M});
    }
  }

  /// A parameter whose members are only written is a result: who was cancelled
  /// does not look at it.
  bool isUpdated(const ParmVarDecl &P) const {
    return llvm::any_of(Body.memberUses(), [&](const MemberExpr *M) {
      std::optional<MemberOf> Used = memberOf(M);
      if (!Used || Used->Object != &P)
        return false;
      const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Body.parent(M));
      return Cast && Cast->getCastKind() == CK_LValueToRValue;
    });
  }

  /// Whether S writes Field of that object, in any way that can be seen.
  bool touches(const Stmt &S, const MemberOf &Member) const {
    const Expr *To = assigned(S);
    if (const auto *A = dyn_cast<CompoundAssignOperator>(&S))
      To = A->getLHS();
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
        Call && Call->getMethodDecl() && !Call->getMethodDecl()->isConst())
      To = Call->getImplicitObjectArgument();
    std::optional<MemberOf> M = To ? memberOf(To) : std::nullopt;
    return M && M->Field == Member.Field && M->Object == Member.Object;
  }

  /// Whether S may put the object right as a whole: a member function, a call
  /// that gets it, `*this = old`, a swap.
  bool mayRestore(const Stmt &S, const MemberOf &Member) const {
    if (touches(S, Member))
      return true;
    const auto *E = dyn_cast<Expr>(&S);
    if (!E || !isa<CallExpr>(E) || F.tokens().queryOf(*E))
      return false;
    auto IsWhole = [&](const Expr *Arg) {
      Arg = Arg->IgnoreParenImpCasts();
      if (const auto *Op = dyn_cast<UnaryOperator>(Arg))
        Arg = Op->getSubExpr()->IgnoreParenImpCasts();
      if (isa<CXXThisExpr>(Arg))
        return !Member.Object;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Arg))
        return Ref->getDecl() == Member.Object;
      std::optional<MemberOf> M = memberOf(Arg);
      return M && M->Field == Member.Field && M->Object == Member.Object;
    };
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(*E));
    if (const Expr *Object = objectOf(*E); Object && IsWhole(Object))
      return !M || !M->isConst();
    return llvm::any_of(writtenArgs(*E), IsWhole);
  }

  /// Whether a flag of the object is written on both sides: it says what the
  /// rest is worth meanwhile.
  bool isFlagged(const CancelFlow &Flow, const CancelExit &E,
                 const MemberOf &Member) const {
    auto Nothing = [](const Stmt &) { return false; };
    return llvm::any_of(Flags, [&](const Write &Before) {
      return Before.Member.Object == Member.Object &&
             Flow.reachesExit(*Before.At, E, Nothing) &&
             Flow.reachedFrom(
                 E,
                 [&](const Stmt &S) {
                   return &S != Before.At && assigned(S) &&
                          touches(S, Before.Member);
                 },
                 Nothing);
    });
  }

  /// Whether an object that dies on the way out knows the member or all of its
  /// object: a guard that puts the old value back.
  bool isGuarded(const CancelExit &E, const MemberOf &Member) const {
    auto Dying = F.graph()->unwinding().destroyed(*E.Asked, nullptr);
    return llvm::any_of(Dying, [&](const VarDecl *V) {
      if (!V->getInit() || V->getInit()->getType().isNull())
        return false;
      SmallVector<const Stmt *, 8> Bases; // `this` of `this->x`
      return anyWithin(V->getInit(), [&](const Stmt &S) {
        if (const auto *M = dyn_cast<MemberExpr>(&S)) {
          Bases.push_back(M->getBase()->IgnoreParenImpCasts());
          return M->getMemberDecl() == Member.Field;
        }
        if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
          return Ref->getDecl() == Member.Object &&
                 !llvm::is_contained(Bases, &S);
        return isa<CXXThisExpr>(S) && !llvm::is_contained(Bases, &S);
      });
    });
  }

  std::optional<PartialUpdate> judge(const CancelFlow &Flow,
                                     const CancelExit &E, const Write &First) {
    for (const Write &Second : Writes) {
      if (Second.Member.Field == First.Member.Field ||
          Second.Member.Object != First.Member.Object)
        continue;
      auto WritesFirst = [&](const Stmt &S) {
        return touches(S, First.Member);
      };
      auto WritesSecond = [&](const Stmt &S) {
        return touches(S, Second.Member);
      };
      // A round that writes both leaves nothing half done at its end.
      if (!Flow.reachesFromStart(*First.At, WritesSecond) ||
          !Flow.reachesExit(*First.At, E, WritesSecond) ||
          Flow.reachedFrom(
              E, [&](const Stmt &S) { return &S == Second.At; }, WritesFirst) !=
              Second.At)
        continue;
      if (isFlagged(Flow, E, First.Member) || isGuarded(E, First.Member) ||
          !Flow.leavesFrom(E, [&](const Stmt &S) {
            return WritesSecond(S) || mayRestore(S, First.Member);
          }))
        continue;
      PartialUpdate Found;
      Found.Exit = E;
      Found.Object = First.Member.Object;
      Found.First = First.Member.Field;
      Found.Second = Second.Member.Field;
      Found.FirstWrite = First.At;
      Found.SecondWrite = Second.At;
      return Found;
    }
    return std::nullopt;
  }

  const FunctionAnalysis &F;
  const FunctionBody &Body;
  std::vector<Write> Writes;
  std::vector<Write> Flags;
};

} // namespace

std::optional<PartialUpdate> partialUpdate(const FunctionAnalysis &F) {
  // An object that is being made or destroyed is nobody else's.
  if (!F.isJudged() || !F.graph() ||
      isa<CXXConstructorDecl, CXXDestructorDecl>(F.decl()))
    return std::nullopt;
  return Finder(F).run();
}

} // namespace cancel_tidy
