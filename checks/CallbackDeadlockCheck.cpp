// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/CallbackDeadlockCheck.h"
#include "checks/core/Escape.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/LambdaLife.h"
#include "checks/core/Locks.h"
#include "checks/core/Unit.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo CallbackDeadlockCheck::Info = {
    "cancel-callback-deadlock",
    "Finds registrations whose callback waits for a mutex that is held where "
    "the registration is made or ends, or where its source is requested.",
    /*DefaultOn=*/true,
    FixKind::None,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<CallbackDeadlockCheck>();
    },
    Guideline::Own,
    ""};

namespace {

/// A callback that takes locks, and the registration that keeps it.
struct Callback {
  const ValueDecl *Registration; ///< a variable, or a member of *this
  const Stmt *Made;              ///< where it is set up
  const FunctionAnalysis *In;    ///< the function that does; null: the class
  std::optional<ObjectPath> Source;
  std::vector<Lock> Taken;
};

std::optional<ObjectPath> sourceIn(const FunctionAnalysis &F, const Stmt &E,
                                   unsigned Depth = 0);

/// The source of the local token that E names.
std::optional<ObjectPath> sourceOfToken(const FunctionAnalysis &F,
                                        const Expr &E, unsigned Depth) {
  const auto *V = dyn_cast_or_null<VarDecl>(variableOf(&E));
  if (V && Depth < 2 && V->isLocalVarDecl() && V->getInit() &&
      F.tokens().classify(V->getType()).Token)
    return sourceIn(F, *V->getInit(), Depth + 1);
  return std::nullopt;
}

/// The source whose token stands in E.
std::optional<ObjectPath> sourceIn(const FunctionAnalysis &F, const Stmt &E,
                                   unsigned Depth) {
  std::optional<ObjectPath> Found;
  anyWithin(&E, [&](const Stmt &S) {
    if (isa<LambdaExpr>(S))
      return false;
    if (const auto *Call = dyn_cast<Expr>(&S)) {
      const Query Q = F.tokens().queryOf(*Call);
      if (Q.Object && Q.Kind == QueryKind::Register)
        Found = sourceOfToken(F, *Q.Object, Depth);
      if (Q.Object && !Found &&
          (Q.Kind == QueryKind::GetToken || Q.Kind == QueryKind::Register))
        Found = pathOf(*Q.Object);
      if (Found)
        return true;
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      Found = sourceOfToken(F, *Ref, Depth);
    return Found.has_value();
  });
  return Found;
}

/// A registration, and the statement that sets it up.
struct SetUp {
  const ValueDecl *Registration;
  const Stmt *At;
};

bool usesVariable(const Expr &E, const VarDecl &V) {
  return anyWithin(&E, [&](const Stmt &S) { return variableOf(&S) == &V; });
}

/// The first registration that is given the local Named: `stop_callback<F>
/// wake(stop, drop);`, `wake_.emplace(stop, drop)`.
std::optional<SetUp> givenTo(const FunctionAnalysis &F, const VarDecl &Named) {
  const TokenIndex &Tokens = F.tokens();
  for (const VarDecl *V : F.body().variables())
    if (V->getInit() && V->isLocalVarDecl() &&
        Tokens.registrationIn(V->getType()) &&
        usesVariable(*V->getInit(), Named))
      if (const auto *At = F.body().enclosing<DeclStmt>(V->getInit()))
        return SetUp{V, At};
  for (const Expr *Call : F.body().calls()) {
    const Expr *Object = objectOf(*Call);
    const std::optional<ObjectPath> Path =
        Object && Tokens.registrationIn(Object->getType()) ? pathOf(*Object)
                                                           : std::nullopt;
    if (Path && !Path->Root && Path->Members.size() == 1 &&
        llvm::any_of(writtenArgs(*Call),
                     [&](const Expr *A) { return usesVariable(*A, Named); }))
      return SetUp{Path->Members[0], Call};
  }
  return std::nullopt;
}

void addCallbacks(const FunctionAnalysis &F, std::vector<Callback> &Out) {
  for (const LambdaExpr *L : F.body().lambdas()) {
    const CXXMethodDecl *Op = L->getCallOperator();
    const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
    if (!A)
      continue;
    LambdaLife Life = lifeOf(F, *L);
    if (Life.What == LambdaLife::Kind::Local && Life.Holder &&
        !F.tokens().registrationIn(Life.Holder->getType()))
      if (std::optional<SetUp> Given = givenTo(F, *Life.Holder)) {
        Life.At = Given->At;
        Life.Field = dyn_cast<FieldDecl>(Given->Registration);
        Life.Holder = dyn_cast<VarDecl>(Given->Registration);
      }
    Callback C;
    C.Registration = Life.Field;
    if (!C.Registration)
      C.Registration = Life.Holder;
    if (!C.Registration ||
        !F.tokens().registrationIn(C.Registration->getType()))
      continue;
    C.Taken = locksTaken(*A);
    if (C.Taken.empty())
      continue;
    C.Made = Life.At;
    C.In = &F;
    C.Source = sourceIn(F, *Life.At);
    Out.push_back(std::move(C));
  }
}

/// `stop_callback<F> wake_{source_.get_token(), [this] {...}};` in the class.
void addOfField(const FunctionAnalysis &F, const FieldDecl &Field,
                std::vector<Callback> &Out) {
  const Expr *Init = Field.getInClassInitializer();
  if (!Init || !F.tokens().registrationIn(Field.getType()))
    return;
  anyWithin(Init, [&](const Stmt &S) {
    const auto *L = dyn_cast<LambdaExpr>(&S);
    const CXXMethodDecl *Op = L ? L->getCallOperator() : nullptr;
    const FunctionAnalysis *A = Op ? F.unit().analysisOf(*Op) : nullptr;
    if (!A)
      return false;
    Callback C{&Field, Init, nullptr, sourceIn(F, *Init), locksTaken(*A)};
    if (!C.Taken.empty())
      Out.push_back(std::move(C));
    return true;
  });
}

/// Those set up in F, and those of members that its class sets up elsewhere.
std::vector<Callback> callbacksOf(const FunctionAnalysis &F) {
  std::vector<Callback> Out;
  addCallbacks(F, Out);
  const auto *M = dyn_cast<CXXMethodDecl>(&F.decl());
  if (!M || M->getParent()->isLambda() || !M->getParent()->hasDefinition())
    return Out;
  const CXXRecordDecl &Class = *M->getParent()->getDefinition();
  if (llvm::none_of(Class.fields(), [&](const FieldDecl *Field) {
        return F.tokens().registrationIn(Field->getType()) != nullptr;
      }))
    return Out;
  for (const FieldDecl *Field : Class.fields())
    addOfField(F, *Field, Out);
  for (const CXXMethodDecl *Other : Class.methods()) {
    const FunctionDecl *Def = F.unit().bodyOf(*Other);
    if (!Def || Def == &F.decl())
      continue;
    std::vector<Callback> Theirs;
    if (const FunctionAnalysis *A = F.unit().analysisOf(*Def))
      addCallbacks(*A, Theirs);
    for (Callback &C : Theirs)
      if (isa<FieldDecl>(C.Registration))
        Out.push_back(std::move(C));
  }
  return Out;
}

bool names(const Expr &E, const ValueDecl &D) {
  const std::optional<ObjectPath> Path = pathOf(E);
  if (!Path)
    return false;
  if (isa<FieldDecl>(D))
    return !Path->Root && Path->Members.size() == 1 && Path->Members[0] == &D;
  return Path->Root == &D && Path->Members.empty();
}

/// Whether Call destroys the callback that Registration has.
bool ends(const Expr &Call, const ValueDecl &Registration) {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return false;
  const Expr *Object = objectOf(Call);
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&Call))
    return Op->getOperator() == OO_Equal && Object &&
           names(*Object, Registration);
  if (!FD->getIdentifier())
    return false;
  if (Object && names(*Object, Registration))
    return FD->getName() == "reset" || FD->getName() == "emplace" ||
           FD->getName() == "unregister";
  return FD->getName() == "deregister_callback" &&
         llvm::any_of(writtenArgs(Call),
                      [&](const Expr *A) { return names(*A, Registration); });
}

struct Clash {
  const Lock *Taken;
  Lock Held;
};

/// A lock that C takes and F holds at S.
std::optional<Clash> clashAt(const FunctionAnalysis &F, const Stmt &S,
                             const Callback &C, bool SameThread) {
  for (const Lock &Held : locksHeld(F, S)) {
    // Variables of another function are others.
    if (Held.Mutex.Root && !Held.Mutex.Root->hasGlobalStorage() && C.In != &F)
      continue;
    if (SameThread && Held.Recursive)
      continue;
    for (const Lock &Taken : C.Taken)
      if (Taken.Mutex == Held.Mutex)
        return Clash{&Taken, Held};
  }
  return std::nullopt;
}

/// The same where the scope of a local registration ends: a guard in front of
/// it is still there.
std::optional<Clash> clashAtEnd(const FunctionAnalysis &F, const Callback &C) {
  const auto *Block =
      isa<DeclStmt>(C.Made)
          ? dyn_cast_or_null<CompoundStmt>(F.body().parent(C.Made))
          : nullptr;
  if (!Block)
    return std::nullopt;
  auto X = clashAt(F, *Block->body_back(), C, /*SameThread=*/false);
  if (X && X->Held.ByGuard &&
      F.sources().isBeforeInTranslationUnit(X->Held.At->getBeginLoc(),
                                            C.Made->getBeginLoc()))
    return X;
  return std::nullopt;
}

Finding makeDeadlock(const FunctionAnalysis &F, const Callback &C,
                     const Clash &X, const Stmt &At, const std::string &Where,
                     const std::string &Here) {
  const std::string Mutex = "'" + X.Held.Mutex.name() + "'";
  Finding Found = makeFinding(
      F, CallbackDeadlockCheck::Info.Id, C.Registration->getLocation(),
      F.tokens().registrationIn(C.Registration->getType()));
  Found.Message = "the callback of '" + C.Registration->getNameAsString() +
                  "' waits for " + Mutex + ", which is held where " + Where +
                  ": they may wait for each other forever";
  Found.CostRank = 2;
  Found.Notes.push_back(makeNote(F, X.Taken->At->getBeginLoc(),
                                 "the callback locks " + Mutex + " here"));
  Found.Notes.push_back(
      makeNote(F, X.Held.At->getBeginLoc(), Mutex + " is locked here"));
  Found.Notes.push_back(makeNote(F, At.getBeginLoc(), Here));
  return Found;
}

} // namespace

std::vector<Finding>
CallbackDeadlockCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (F.body().isBroken() || !F.body().written())
    return Out;
  for (const Callback &C : callbacksOf(F)) {
    const std::string Name = "'" + C.Registration->getNameAsString() + "'";
    auto Add = [&](const Clash &X, const Stmt &At, const std::string &Where,
                   const std::string &Here) {
      Out.push_back(makeDeadlock(F, C, X, At, Where, Here));
    };
    if (C.In == &F && F.body().contains(C.Made)) {
      if (auto X = clashAt(F, *C.Made, C, /*SameThread=*/true))
        Add(*X, *C.Made, Name + " is set up",
            "the callback runs here if the stop was requested before");
      else if (auto Y = clashAtEnd(F, C))
        Add(*Y, *C.Made, Name + " is destroyed",
            "it ends before the lock does, and waits for its callback");
    }
    for (const Expr *Call : F.body().calls()) {
      if (Call != C.Made && ends(*Call, *C.Registration))
        if (auto X = clashAt(F, *Call, C, /*SameThread=*/false))
          Add(*X, *Call, Name + " ends",
              "this waits for a callback that is running");
      const Query Q = F.tokens().queryOf(*Call);
      if (Q.Kind != QueryKind::Request || !Q.Object || !C.Source)
        continue;
      const std::optional<ObjectPath> Source = pathOf(*Q.Object);
      if (!Source || !(*Source == *C.Source) || (Source->Root && C.In != &F))
        continue;
      if (auto X = clashAt(F, *Call, C, /*SameThread=*/true))
        Add(*X, *Call, "'" + Source->name() + "' is requested",
            "this runs the callback");
    }
  }
  return Out;
}

} // namespace cancel_tidy
