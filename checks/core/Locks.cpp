// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Locks.h"
#include "checks/core/Escape.h"
#include "checks/core/Unit.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

StringRef memberName(const Stmt &S) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
  const CXXMethodDecl *M = Call ? Call->getMethodDecl() : nullptr;
  return M && M->getIdentifier() ? M->getName() : "";
}

/// Whether T is a class that can be locked and unlocked.
const CXXRecordDecl *mutexClass(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition() || !R->getIdentifier())
    return nullptr;
  bool Locks = false, Unlocks = false;
  const CXXRecordDecl *At = R->getDefinition();
  for (int Depth = 0; At && Depth < 3; ++Depth) {
    for (const CXXMethodDecl *M : At->methods())
      if (M->getIdentifier()) {
        Locks |= M->getName() == "lock";
        Unlocks |= M->getName() == "unlock";
      }
    const bool HasBase = At->getNumBases() == 1;
    At = HasBase ? At->bases_begin()->getType()->getAsCXXRecordDecl() : nullptr;
    At = At && At->hasDefinition() ? At->getDefinition() : nullptr;
  }
  return Locks && Unlocks ? R : nullptr;
}

/// A guard such as std::unique_lock is no mutex, though it can be locked.
enum class GuardKind { None, Fixed, Movable };
GuardKind guardKind(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier())
    return GuardKind::None;
  return StringSwitch<GuardKind>(qualifiedName(*R))
      .Cases("std::lock_guard", "std::scoped_lock", "boost::lock_guard",
             "absl::MutexLock", GuardKind::Fixed)
      .Cases("std::unique_lock", "boost::unique_lock", "QMutexLocker",
             GuardKind::Movable)
      .Default(GuardKind::None);
}

std::optional<Lock> lockOf(const Expr &Mutex, const Stmt &At) {
  const CXXRecordDecl *Class = mutexClass(Mutex.getType());
  if (!Class ||
      guardKind(Mutex.getType().getNonReferenceType()) != GuardKind::None)
    return std::nullopt;
  std::optional<ObjectPath> Path = pathOf(Mutex);
  if (!Path || Path->isThis())
    return std::nullopt;
  Lock L;
  L.Mutex = std::move(*Path);
  L.Recursive = Class->getName().contains_insensitive("recursive");
  L.At = &At;
  return L;
}

/// What the guard V locks where it is made.
std::vector<Lock> locksOfGuard(const VarDecl &V, const Stmt &At) {
  std::vector<Lock> Out;
  if (guardKind(V.getType()) == GuardKind::None || !V.getInit())
    return Out;
  const auto *New =
      dyn_cast<CXXConstructExpr>(V.getInit()->IgnoreUnlessSpelledInSource());
  if (!New)
    return Out;
  for (const Expr *A : writtenArgs(*New)) {
    if (auto L = lockOf(*A, At)) {
      L->ByGuard = true;
      Out.push_back(std::move(*L));
      continue;
    }
    const CXXRecordDecl *Tag = A->getType()->getAsCXXRecordDecl();
    if (!Tag || !Tag->getIdentifier() || Tag->getName() != "adopt_lock_t")
      return {}; // tries, or locks later
  }
  return Out;
}

std::optional<Lock> lockOfCall(const Stmt &S) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Call =
      E ? dyn_cast<CXXMemberCallExpr>(E->IgnoreParenImpCasts()) : nullptr;
  if (!Call || memberName(*Call) != "lock" ||
      !Call->getImplicitObjectArgument())
    return std::nullopt;
  return lockOf(*Call->getImplicitObjectArgument(), S);
}

/// Whether the guard V may give its lock back between From and To.
bool givesBack(const FunctionAnalysis &F, const VarDecl &V, const Stmt &From,
               const Stmt &To) {
  if (guardKind(V.getType()) == GuardKind::Fixed)
    return false;
  const SourceManager &SM = F.sources();
  for (const LambdaExpr *L : F.body().lambdas())
    if (captureOf(*L, V))
      return true;
  for (const DeclRefExpr *R : F.body().references()) {
    if (R->getDecl() != &V ||
        SM.isBeforeInTranslationUnit(To.getBeginLoc(), R->getBeginLoc()) ||
        SM.isBeforeInTranslationUnit(R->getBeginLoc(), From.getBeginLoc()))
      continue;
    const ObjectUse U = nextUse(F, *R);
    // A condition variable gives it back and takes it again.
    const bool Waits = U.What == ObjectUse::Kind::Passed && U.At &&
                       memberName(*U.At).starts_with("wait");
    const bool Asks =
        U.What == ObjectUse::Kind::Member && U.At &&
        (memberName(*U.At) == "owns_lock" || memberName(*U.At) == "mutex");
    if (!Waits && !Asks && U.What != ObjectUse::Kind::Ignored)
      return true;
  }
  return false;
}

/// Whether something between From and To unlocks M by hand.
bool isUnlocked(const FunctionAnalysis &F, const ObjectPath &M,
                const Stmt &From, const Stmt &To) {
  const SourceManager &SM = F.sources();
  return llvm::any_of(F.body().calls(), [&](const Expr *Call) {
    if (!memberName(*Call).starts_with("unlock") ||
        SM.isBeforeInTranslationUnit(Call->getBeginLoc(), From.getBeginLoc()) ||
        SM.isBeforeInTranslationUnit(To.getBeginLoc(), Call->getBeginLoc()))
      return false;
    const Expr *Object = objectOf(*Call);
    const auto Path = Object ? pathOf(*Object) : std::nullopt;
    return !Path || *Path == M;
  });
}

void addTaken(const FunctionAnalysis &F, unsigned Depth,
              std::vector<Lock> &Out) {
  for (const Stmt *S : F.body().allStatements()) {
    if (const auto *D = dyn_cast<DeclStmt>(S)) {
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One))
          llvm::append_range(Out, locksOfGuard(*V, *D));
    } else if (isa<CXXMemberCallExpr>(S)) {
      if (auto L = lockOfCall(*S))
        Out.push_back(std::move(*L));
    }
  }
  if (Depth == 0)
    return;
  for (const Expr *Call : F.body().calls()) {
    const auto *M = dyn_cast_or_null<CXXMethodDecl>(calleeOf(*Call));
    const Expr *Object = objectOf(*Call);
    const auto Path = Object ? pathOf(*Object) : std::nullopt;
    if (!M || M->isVirtual() || !Path || !Path->isThis())
      continue;
    const FunctionDecl *Def = F.unit().bodyOf(*M);
    const FunctionAnalysis *A = Def ? F.unit().analysisOf(*Def) : nullptr;
    if (!A || A == &F)
      continue;
    std::vector<Lock> Inner;
    addTaken(*A, Depth - 1, Inner);
    // Its variables are not ours.
    for (Lock &L : Inner)
      if (!L.Mutex.Root || L.Mutex.Root->hasGlobalStorage())
        Out.push_back(std::move(L));
  }
}

/// `this`, or what a lambda captured in its place.
bool isThis(const Expr &E) {
  if (isa<CXXThisExpr>(E))
    return true;
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&E);
  return Call && (memberName(*Call) == "shared_from_this" ||
                  memberName(*Call) == "weak_from_this");
}

} // namespace

std::string ObjectPath::name() const {
  std::string Out = Root ? Root->getNameAsString() : "";
  for (const FieldDecl *F : Members)
    Out += (Out.empty() ? "" : ".") + F->getNameAsString();
  return Out.empty() ? "this" : Out;
}

std::optional<ObjectPath> pathOf(const Expr &Of) {
  const Expr *E = Of.IgnoreParenImpCasts();
  if (isThis(*E))
    return ObjectPath();
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref))
    return pathOf(*Op->getSubExpr());
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E);
      Op && (Op->getOperator() == OO_Arrow || Op->getOperator() == OO_Star) &&
      Op->getNumArgs() == 1)
    return pathOf(*Op->getArg(0));
  if (const auto *M = dyn_cast<MemberExpr>(E)) {
    const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
    std::optional<ObjectPath> Base =
        Field ? pathOf(*M->getBase()) : std::nullopt;
    if (Base)
      Base->Members.push_back(Field);
    return Base;
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V)
    return std::nullopt;
  // Another name for something.
  if (const Expr *Init = V->getInit();
      Init && (V->isInitCapture() ||
               (V->getType()->isReferenceType() && V->isLocalVarDecl()))) {
    Init = Init->IgnoreUnlessSpelledInSource();
    if (isThis(*Init) || isa<DeclRefExpr, MemberExpr, UnaryOperator>(Init))
      return pathOf(*Init);
    return std::nullopt;
  }
  ObjectPath Path;
  Path.Root = V;
  return Path;
}

std::vector<Lock> locksTaken(const FunctionAnalysis &F) {
  std::vector<Lock> Out;
  addTaken(F, /*Depth=*/2, Out);
  return Out;
}

std::vector<Lock> locksHeld(const FunctionAnalysis &F, const Stmt &S) {
  std::vector<Lock> Out;
  const Stmt *Child = &S;
  for (const Stmt *P = F.body().parent(&S); P;
       Child = P, P = F.body().parent(P)) {
    const auto *Block = dyn_cast<CompoundStmt>(P);
    if (!Block)
      continue;
    for (const Stmt *Before : Block->body()) {
      if (Before == Child)
        break;
      if (const auto *D = dyn_cast<DeclStmt>(Before)) {
        for (const Decl *One : D->decls())
          if (const auto *V = dyn_cast<VarDecl>(One);
              V && !givesBack(F, *V, *D, S))
            llvm::append_range(Out, locksOfGuard(*V, *D));
      } else if (auto L = lockOfCall(*Before);
                 L && !isUnlocked(F, L->Mutex, *Before, S)) {
        Out.push_back(std::move(*L));
      }
    }
  }
  return Out;
}

} // namespace cancel_tidy
