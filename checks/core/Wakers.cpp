// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Wakers.h"
#include "checks/core/Registrations.h"
#include "checks/core/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// `auto watch = on_cancel(stop, [this] { wake(); });`: it calls back when the
/// stop is requested, or runs the work that what it signals stands for.
bool takesCallback(const FunctionAnalysis &A, const Expr &Call) {
  const FunctionDecl *FD = calleeOf(Call);
  return isa<CallExpr>(Call) && FD && !FD->getReturnType()->isVoidType() &&
         llvm::any_of(writtenArgs(Call), [&](const Expr *Arg) {
           return A.tokens().classify(Arg->getType()).Token;
         });
}

/// Whether a local variable of A keeps what Call makes or is done to.
bool isKeptLocally(const FunctionAnalysis &A, const Expr &Call) {
  if (const Expr *Object = objectOf(Call))
    if (const auto *V = dyn_cast_or_null<VarDecl>(thingOf(*Object)))
      return V->isLocalVarDecl();
  const Stmt *P = A.body().parent(&Call);
  while (isa_and_nonnull<Expr>(P) && !isa<LambdaExpr>(P))
    P = A.body().parent(P);
  return isa_and_nonnull<DeclStmt>(P);
}

} // namespace

void Wakers::add(const FunctionAnalysis &A, const CXXRecordDecl *As,
                 TraceMemo &Memo, List &Out) {
  const auto Others = As ? ArrayRef<const FunctionAnalysis *>() : U.mainFile();
  if (mayWake(U, A))
    Out.push_back(traceWaker(U, A, As, Others, Memo));
  auto AddCallback = [&](const Expr &Arg, bool IsLocal) {
    const LambdaExpr *L = lambdaOf(Arg);
    const FunctionAnalysis *Callback = L && L->getCallOperator()
                                           ? U.analysisOf(*L->getCallOperator())
                                           : nullptr;
    if (!Callback || worksUnderToken(U, Callback->decl()))
      return;
    Out.push_back(traceWaker(U, *Callback, As, Others, Memo));
    Out.back().Requests = true;
    if (IsLocal)
      Out.back().During = &A.decl();
  };
  // Callbacks run when the stop is requested.
  for (const Expr *Call : A.body().calls()) {
    if (!isRegistration(A, *Call) && !takesCallback(A, *Call))
      continue;
    const bool IsLocal = isKeptLocally(A, *Call);
    for (const Expr *Arg : writtenArgs(*Call))
      AddCallback(*Arg, IsLocal);
  }
  // What a template leaves open is no call yet.
  for (const VarDecl *V : A.body().variables())
    if (V->getType()->isDependentType() && V->getInit() &&
        A.tokens().registrationIn(V->getType()))
      for (const Stmt *Arg : V->getInit()->children())
        if (const auto *E = dyn_cast_or_null<Expr>(Arg))
          AddCallback(*E, true);
}

void Wakers::addWithLambdas(const FunctionDecl &FD, const CXXRecordDecl *As,
                            TraceMemo &Memo, List &Out) {
  const FunctionAnalysis *A = FD.isImplicit() ? nullptr : U.analysisOf(FD);
  if (const FunctionDecl *Pattern =
          A ? nullptr : FD.getTemplateInstantiationPattern(false))
    A = U.analysisOf(*Pattern);
  if (!A)
    return;
  add(*A, As, Memo, Out);
  for (const LambdaExpr *L : A->body().lambdas())
    if (L->getCallOperator())
      addWithLambdas(*L->getCallOperator(), As, Memo, Out);
}

ArrayRef<Waker> Wakers::of(const CXXRecordDecl &Any) {
  const CXXRecordDecl *Class = Any.getDefinition();
  if (!Class)
    return {};
  if (auto It = ByClass.find(Class); It != ByClass.end())
    return *It->second;
  List Found;
  TraceMemo Memo;
  auto AddClass = [&](const CXXRecordDecl *R) {
    if (!R->isInStdNamespace() &&
        !U.context().getSourceManager().isInSystemHeader(R->getLocation()))
      for (const CXXMethodDecl *M : R->methods())
        addWithLambdas(*M, Class, Memo, Found);
    return true;
  };
  AddClass(Class);
  Class->forallBases(AddClass);
  return *(ByClass[Class] = std::make_unique<List>(std::move(Found)));
}

ArrayRef<Waker> Wakers::of(const FunctionDecl &FD) {
  if (auto It = ByFunction.find(&FD); It != ByFunction.end())
    return *It->second;
  List Found;
  addWithLambdas(FD, nullptr, AnyClass, Found);
  return *(ByFunction[&FD] = std::make_unique<List>(std::move(Found)));
}

ArrayRef<Waker> Wakers::ofMainFile() {
  if (!MainFile) {
    MainFile = std::make_unique<List>();
    for (const FunctionAnalysis *A : U.mainFile())
      add(*A, nullptr, AnyClass, *MainFile);
  }
  return *MainFile;
}

bool Wakers::any(const FunctionAnalysis &F, const ValueDecl *D, bool Wide,
                 function_ref<bool(const Waker &)> Visit) {
  for (const DeclContext *In = &F.decl(); In; In = In->getParent()) {
    const auto *Class = dyn_cast<CXXRecordDecl>(In);
    const auto *Function = dyn_cast<FunctionDecl>(In);
    if ((Class && !Class->isLambda() && llvm::any_of(of(*Class), Visit)) ||
        (Function && !isa<CXXMethodDecl>(Function) &&
         llvm::any_of(of(*Function), Visit)))
      return true;
  }
  const auto *Field = dyn_cast_or_null<FieldDecl>(D);
  if (const auto *Class =
          Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
      Class && !Class->isLambda() && llvm::any_of(of(*Class), Visit))
    return true;
  const SourceManager &SM = F.sources();
  return Wide && SM.isInMainFile(SM.getFileLoc(F.decl().getLocation())) &&
         llvm::any_of(ofMainFile(), Visit);
}

} // namespace cancel_tidy
