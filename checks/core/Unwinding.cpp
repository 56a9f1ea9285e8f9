// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Unwinding.h"
#include "checks/core/FlowGraph.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

using Throws = Unwinding::Throws;

bool isNothrow(const FunctionDecl &FD) {
  // Literals (1s) are constants, whatever their operators promise.
  if (FD.hasAttr<NoThrowAttr>() || FD.getBuiltinID() != 0 ||
      FD.getLiteralIdentifier())
    return true;
  const auto *Proto = FD.getType()->getAs<FunctionProtoType>();
  return Proto && !isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
         Proto->isNothrow();
}

bool isInSystemHeader(const FunctionDecl &FD) {
  return FD.getASTContext().getSourceManager().isInSystemHeader(
      FD.getLocation());
}

/// Classes of the standard library that are made with the help of others, or
/// that check what they are given.
bool checksItsArguments(const CXXRecordDecl &R) {
  return R.isInStdNamespace() && R.getIdentifier() &&
         StringSwitch<bool>(R.getName())
             .Cases("basic_regex", "directory_iterator", "jthread", true)
             .Cases("random_device", "recursive_directory_iterator", true)
             .Case("thread", true)
             .Default(false);
}

Throws ofFunction(const FunctionDecl &FD, unsigned Depth);

Throws ofStatement(const Stmt &S, unsigned Depth) {
  if (const auto *Throw = dyn_cast<CXXThrowExpr>(&S))
    return Throw->isTypeDependent() ? Throws::No : Throws::Yes;
  if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    if (Call->isTypeDependent() ||
        isa<CXXPseudoDestructorExpr>(Call->getCallee()->IgnoreParens()))
      return Throws::No;
    if (const FunctionDecl *FD = Call->getDirectCallee())
      return ofFunction(*FD, Depth);
    return Throws::Yes; // through a pointer
  }
  if (const auto *New = dyn_cast<CXXConstructExpr>(&S)) {
    if (New->isTypeDependent() || New->isElidable())
      return Throws::No;
    return ofFunction(*New->getConstructor(), Depth);
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(&S)) {
    const FunctionDecl *FD = New->getOperatorNew();
    return !FD || isNothrow(*FD) ? Throws::No : Throws::OnlyMemory;
  }
  if (const auto *Await = dyn_cast<CoawaitExpr>(&S)) {
    const Expr *Resume = Await->getResumeExpr();
    const auto *Call =
        dyn_cast_or_null<CallExpr>(Resume ? Resume->IgnoreImplicit() : Resume);
    return Call ? ofStatement(*Call, Depth) : Throws::No;
  }
  return Throws::No;
}

/// What a body in sight says: a constructor that only keeps its arguments
/// throws nothing, with or without noexcept.
std::optional<Throws> ofBody(const FunctionDecl &FD, unsigned Depth) {
  constexpr unsigned MaxDepth = 3;
  const FunctionDecl *Def = nullptr;
  if (Depth >= MaxDepth || !FD.hasBody(Def) || !Def->getBody() ||
      Def->isDependentContext())
    return std::nullopt;
  Throws Worst = Throws::No;
  auto Count = [&](const Stmt &S) {
    Worst = std::max(Worst, ofStatement(S, Depth + 1));
    return Worst == Throws::Yes;
  };
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(Def))
    for (const CXXCtorInitializer *Init : Ctor->inits())
      if (anyWithin(Init->getInit(), Count))
        return Worst;
  anyWithin(Def->getBody(), Count);
  return Worst;
}

Throws ofFunction(const FunctionDecl &FD, unsigned Depth) {
  if (isNothrow(FD) || FD.isDependentContext())
    return Throws::No;
  const auto *Ctor = dyn_cast<CXXConstructorDecl>(&FD);
  if (!Ctor) {
    // The C library reports by what it returns.
    return FD.isExternC() && isInSystemHeader(FD) ? Throws::No : Throws::Yes;
  }
  if (FD.isTrivial())
    return Throws::No;
  // Copies, among them those of arguments: strings, containers, handles.
  if (FD.isImplicit() || FD.isDefaulted() || Ctor->isCopyOrMoveConstructor())
    return Throws::OnlyMemory;
  if (isInSystemHeader(FD))
    return checksItsArguments(*Ctor->getParent()) ? Throws::Yes
                                                  : Throws::OnlyMemory;
  return ofBody(FD, Depth).value_or(Throws::Yes);
}

bool hasDestructor(const VarDecl &V) {
  QualType T = V.getType();
  if (T->isReferenceType()) {
    // const Guard &guard = Guard(...);
    const Expr *Init = V.getInit();
    if (const auto *Full = dyn_cast_or_null<ExprWithCleanups>(Init))
      Init = Full->getSubExpr();
    const auto *Kept = dyn_cast_or_null<MaterializeTemporaryExpr>(Init);
    if (!Kept || Kept->getStorageDuration() != SD_Automatic)
      return false;
    T = T.getNonReferenceType();
  }
  const CXXRecordDecl *R = T->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
  return V.hasLocalStorage() && R && R->hasDefinition() &&
         !R->hasTrivialDestructor();
}

} // namespace

Unwinding::Unwinding(const FunctionBody &Body) : Body(Body) {
  Handlers = llvm::any_of(Body.allStatements(),
                          [](const Stmt *S) { return isa<CXXTryStmt>(S); });
}

Unwinding::Throws Unwinding::throws(const Stmt &S) { return ofStatement(S, 0); }

void Unwinding::forEachTry(const Stmt &S, TryFn Done) const {
  const Stmt *Inner = &S;
  for (const Stmt *P = Body.parent(Inner); P; Inner = P, P = Body.parent(P))
    if (const auto *Try = dyn_cast<CXXTryStmt>(P);
        Try && Inner == Try->getTryBlock() && Done(*Try))
      return;
  // The handlers of a constructor's body are those of its initialisers, too.
  if (const auto *Try = dyn_cast_or_null<CXXTryStmt>(Body.written());
      Try && Inner != Try && isa<CXXConstructorDecl>(Body.decl()))
    Done(*Try);
}

Unwinding::Way Unwinding::wayOf(const Stmt &S) const {
  Way Result;
  const auto *Throw = dyn_cast<CXXThrowExpr>(&S);
  const Expr *Operand = Throw ? Throw->getSubExpr() : nullptr;
  forEachTry(S, [&](const CXXTryStmt &Try) {
    for (unsigned I = 0; I < Try.getNumHandlers(); ++I) {
      const CXXCatchStmt *Handler = Try.getHandler(I);
      std::optional<bool> Takes;
      if (Operand)
        Takes = takes(*Handler, Operand->getType());
      else if (Handler->getCaughtType().isNull())
        Takes = true;
      if (Takes && !*Takes)
        continue;
      Result.Handlers.push_back(Handler);
      if (Takes) {
        Result.Leaves = false;
        return true;
      }
    }
    return false;
  });
  return Result;
}

const CXXCatchStmt *
Unwinding::handlerOf(const Stmt &S,
                     function_ref<bool(const CXXCatchStmt &)> Takes) const {
  const CXXCatchStmt *Found = nullptr;
  forEachTry(S, [&](const CXXTryStmt &Try) {
    for (unsigned I = 0; I < Try.getNumHandlers() && !Found; ++I)
      if (Takes(*Try.getHandler(I)))
        Found = Try.getHandler(I);
    return Found != nullptr;
  });
  return Found;
}

SmallVector<const VarDecl *, 4>
Unwinding::destroyed(const Stmt &S, const CXXCatchStmt *Handler) const {
  SmallVector<const VarDecl *, 4> Out;
  auto Add = [&](const VarDecl *V) {
    if (V && hasDestructor(*V))
      Out.push_back(V);
  };
  auto AddDecls = [&](const Stmt *Any) {
    const auto *D = dyn_cast_or_null<DeclStmt>(Any);
    if (!D)
      return;
    const SmallVector<const Decl *, 4> Ones(D->decl_begin(), D->decl_end());
    for (const Decl *One : llvm::reverse(Ones))
      Add(dyn_cast<VarDecl>(One));
  };
  const Stmt *Until = Handler ? Body.parent(Handler) : nullptr;
  const Stmt *Inner = &S;
  for (const Stmt *P = Body.parent(Inner); P && P != Until;
       Inner = P, P = Body.parent(P)) {
    if (const auto *Block = dyn_cast<CompoundStmt>(P)) {
      SmallVector<const Stmt *, 16> Before;
      for (const Stmt *One : Block->body()) {
        if (One == Inner)
          break;
        Before.push_back(One);
      }
      for (const Stmt *One : llvm::reverse(Before)) {
        while (const auto *Case = dyn_cast<SwitchCase>(One))
          One = Case->getSubStmt();
        while (const auto *Label = dyn_cast<LabelStmt>(One))
          One = Label->getSubStmt();
        AddDecls(One);
      }
    } else if (const auto *Decls = dyn_cast<DeclStmt>(P)) {
      // `Guard a(m), b(n);`: while b is made, a is there.
      SmallVector<const VarDecl *, 4> Before;
      for (const Decl *One : Decls->decls()) {
        const auto *V = dyn_cast<VarDecl>(One);
        if (V && V->getInit() && V->getInit() == Inner)
          break;
        Before.push_back(V);
      }
      for (const VarDecl *V : llvm::reverse(Before))
        Add(V);
    } else if (const auto *If = dyn_cast<IfStmt>(P)) {
      if (If->getConditionVariableDeclStmt() != Inner && If->getInit() != Inner)
        AddDecls(If->getConditionVariableDeclStmt());
      if (If->getInit() != Inner)
        AddDecls(If->getInit());
    } else if (const auto *Switch = dyn_cast<SwitchStmt>(P)) {
      if (Switch->getInit() != Inner)
        AddDecls(Switch->getInit());
    } else if (const auto *For = dyn_cast<ForStmt>(P)) {
      if (For->getInit() != Inner)
        AddDecls(For->getInit());
    } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(P)) {
      if (Inner == Range->getBody())
        AddDecls(Range->getLoopVarStmt());
    } else if (const auto *Catch = dyn_cast<CXXCatchStmt>(P)) {
      Add(Catch->getExceptionDecl());
    }
  }
  if (!Handler)
    for (const ParmVarDecl *P : llvm::reverse(Body.decl().parameters()))
      Add(P);
  return Out;
}

} // namespace cancel_tidy
