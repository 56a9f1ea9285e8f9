// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which variables and members hold something that was made with a token.
#include "checks/core/ClosedObjects.h"
#include "checks/core/GivenMembers.h"
#include "checks/core/Names.h"
#include "checks/core/PlainData.h"
#include "checks/core/Reach.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

using ValueSet = DenseSet<const ValueDecl *>;

/// A future, thread or task, or what holds some: to wait for it is to wait for
/// what it was made of.
bool isAwaitedLater(QualType T, unsigned Depth = 0) {
  T = T.getNonReferenceType();
  while (const auto *Array = dyn_cast<clang::ArrayType>(T.getTypePtr()))
    T = Array->getElementType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier() || Depth > 2)
    return false;
  StringRef Name = R->getName();
  if (Name.contains_insensitive("future") ||
      Name.contains_insensitive("thread") || Name.contains_insensitive("task"))
    return true;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
      Spec && R->isInStdNamespace()) {
    auto Holds = [&](const TemplateArgument &A) {
      return A.getKind() == TemplateArgument::Type &&
             isAwaitedLater(A.getAsType(), Depth + 1);
    };
    return llvm::any_of(Spec->getTemplateArgs().asArray(),
                        [&](const TemplateArgument &A) {
                          return A.getKind() == TemplateArgument::Pack
                                     ? llvm::any_of(A.pack_elements(), Holds)
                                     : Holds(A);
                        });
  }
  return R->hasDefinition() &&
         llvm::any_of(R->getDefinition()->fields(), [&](const auto *Field) {
           return isAwaitedLater(Field->getType(), Depth + 1);
         });
}

/// What is written to: `a` of a.b, and, AsPart, of a[i], a.at(i) and *a.
const VarDecl *writtenVariable(const Expr *Target, bool &AsPart) {
  while (Target) {
    Target = Target->IgnoreParenImpCasts();
    if (const auto *M = dyn_cast<MemberExpr>(Target)) {
      Target = M->getBase();
      continue;
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Target))
      return dyn_cast<VarDecl>(Ref->getDecl());
    AsPart = true;
    if (const auto *Sub = dyn_cast<ArraySubscriptExpr>(Target)) {
      Target = Sub->getBase();
    } else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Target);
               Op && Op->getNumArgs() > 0) {
      Target = Op->getArg(0);
    } else if (const auto *Star = dyn_cast<UnaryOperator>(Target)) {
      Target = Star->getSubExpr();
    } else if (const auto *Part = dyn_cast<CXXMemberCallExpr>(Target);
               Part && Part->getMethodDecl() &&
               isOfStd(*Part->getMethodDecl())) {
      Target = Part->getImplicitObjectArgument();
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

bool isStdCall(const Expr &Call, StringRef Name) {
  const FunctionDecl *FD = calleeOf(Call);
  return FD && FD->isInStdNamespace() && FD->getIdentifier() &&
         FD->getName() == Name;
}

/// Goes over a function once for what it makes of tokens; whoever calls it
/// repeats that until nothing is added.
class Round {
public:
  /// Mentions: whether an expression names a token or what was made of one;
  /// Weak: or what came with one.
  Round(const FunctionBody &Body, const TokenIndex &Tokens, const Reach &R,
        function_ref<bool(const Expr *, bool Weak)> Mentions, ValueSet &Made,
        ValueSet &CameWith)
      : Body(Body), Tokens(Tokens), R(R), Mentions(Mentions), Made(Made),
        CameWith(CameWith) {}

  void run() {
    for (const VarDecl *V : Body.variables())
      initialised(*V);
    for (const Stmt *L : Body.loops())
      if (const auto *Range = dyn_cast<CXXForRangeStmt>(L))
        goneThrough(*Range);
    for (const LambdaExpr *L : Body.lambdas())
      started(*L);
    for (const BinaryOperator *A : Body.assignments())
      given(*A->getLHS(), *A->getRHS());
    for (const Expr *Call : Body.calls()) {
      if (const Expr *Object = objectOf(*Call))
        called(*Call, *Object);
      else
        seeFree(*Call);
    }
  }

private:
  void seeFree(const Expr &Call) {
    filledByAlgorithm(Call);
    handedToLibrary(Call);
  }

  bool isHolder(const VarDecl &V) const {
    return isClassLike(V.getType()) && !Tokens.classify(V.getType()).Token &&
           !isPlainContainer(V.getType());
  }

  /// Whether what is done with Ref, an object that may carry a token, may give
  /// it one. To read it, to copy it and to ask it for something do not.
  bool mayFill(const DeclRefExpr &Ref) const {
    if (Ref.getType().isConstQualified())
      return false;
    const Stmt *P = Body.parent(&Ref);
    for (; isa_and_nonnull<ParenExpr, ImplicitCastExpr>(P); P = Body.parent(P))
      if (const auto *Cast = dyn_cast<ImplicitCastExpr>(P);
          Cast && (Cast->getCastKind() == CK_LValueToRValue ||
                   Cast->getType().isConstQualified()))
        return false;
    const auto *Part = dyn_cast_or_null<MemberExpr>(P);
    const auto *Call =
        dyn_cast_or_null<CXXMemberCallExpr>(Part ? Body.parent(Part) : nullptr);
    if (!Call || Call->getCallee()->IgnoreParens() != Part)
      return true;
    // `request.setLimit(3).setFeedback(feedback)`, `options.stop() = token`
    const QualType Result = Call->getCallReturnType(Body.context());
    if (Result->isPointerType() ||
        (Result->isReferenceType() &&
         !Result->getPointeeType().isConstQualified()))
      if (isa_and_nonnull<Expr, DeclStmt>(Body.parent(Call)))
        return true;
    return mayLearn(*Call);
  }

  /// Without a token and without an address a call cannot learn of one.
  bool mayLearn(const Expr &Call) const {
    return llvm::any_of(writtenArgs(Call), [&](const Expr *A) {
      return A->getType()->isPointerType() || R.handsOn(A) ||
             Mentions(A, /*Weak=*/true);
    });
  }

  /// `Options(3)`, `Options().setRetries(3)`: made here, of no token.
  bool isBlankValue(const Expr *E) const {
    E = E->IgnoreUnlessSpelledInSource();
    if (const auto *New = dyn_cast<CXXConstructExpr>(E))
      return New->getConstructor()->isCopyOrMoveConstructor()
                 ? isBlankValue(New->getArg(0))
                 : !mayLearn(*New);
    const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
    return Call && Call->getMethodDecl() && !mayLearn(*Call) &&
           Call->getMethodDecl()->getReturnType()->isReferenceType() &&
           isBlankValue(Call->getImplicitObjectArgument());
  }

  /// A local object that was made of no token, and that nothing gives one
  /// afterwards: `Options options; options.setRetries(3);`
  bool isBlank(const VarDecl &V) const {
    return V.isLocalVarDecl() && !V.isStaticLocal() && !Made.count(&V) &&
           !CameWith.count(&V) && llvm::is_contained(Body.variables(), &V) &&
           V.getType()->isRecordType() && V.getInit() &&
           isBlankValue(V.getInit()) &&
           llvm::none_of(Body.references(), [&](const DeclRefExpr *Ref) {
             return Ref->getDecl() == &V && mayFill(*Ref);
           });
  }

  /// An object with a token one level below is an argument of a call in E. The
  /// result may have to do with the token, as where the token itself is one.
  bool handsCarrierOn(const Expr *E) const {
    return anyWithin(E, [&](const Stmt &S) {
      const auto *Ref = dyn_cast<DeclRefExpr>(&S);
      if (!Ref || !isa<VarDecl>(Ref->getDecl()) ||
          !isClassLike(Ref->getType()) || !R.handsOn(Ref) ||
          isBlank(*cast<VarDecl>(Ref->getDecl())))
        return false;
      const Stmt *Child = Ref;
      for (const Stmt *P = Body.parent(Ref); isa_and_nonnull<Expr>(P);
           Child = P, P = Body.parent(P)) {
        if (isa<MemberExpr, LambdaExpr>(P))
          return false;
        const auto *New = dyn_cast<CXXConstructExpr>(P);
        if (New && New->getConstructor()->isCopyOrMoveConstructor())
          continue;
        const auto *Op = dyn_cast<CXXOperatorCallExpr>(P);
        const auto *Call = dyn_cast<CallExpr>(P);
        if ((Op && Op->getNumArgs() == 1) ||
            (Call && isForwarder(Call->getDirectCallee())))
          continue;
        if (New || Call)
          return llvm::is_contained(writtenArgs(*cast<Expr>(P)), Child);
      }
      return false;
    });
  }

  /// E came out of a call with the token, or with an object that carries it;
  /// Awaited: it is waited for, so that any use of that object counts.
  bool isTied(const Expr *E, bool Awaited) const {
    return Mentions(E, /*Weak=*/true) || handsCarrierOn(E) ||
           (Awaited && R.handsOn(E));
  }

  void initialised(const VarDecl &V) {
    const Expr *Init = V.getInit();
    if (!Init || !isHolder(V) || Made.count(&V) || isSpent(*Init))
      return;
    if (!Mentions(Init, /*Weak=*/false)) {
      if (isTied(Init, isAwaitedLater(V.getType())))
        CameWith.insert(&V);
      return;
    }
    const Expr *Bare = Init->IgnoreUnlessSpelledInSource();
    const bool Result =
        isa<CoawaitExpr>(Bare) ||
        (isa<CallExpr>(Bare) && !isa<CXXOperatorCallExpr>(Bare) &&
         !keepsToken(*cast<CallExpr>(Bare)));
    (Result ? CameWith : Made).insert(&V);
  }

  /// A call was given a token that may be used once: it uses it up, and what it
  /// makes keeps none. What is constructed with one does.
  bool isSpent(const Expr &Value) const {
    const auto *Call = dyn_cast<CallExpr>(Value.IgnoreUnlessSpelledInSource());
    return Call && !isAwaitedLater(Call->getType()) &&
           llvm::any_of(writtenArgs(*Call),
                        [&](const Expr *A) { return isSingleUse(*A); });
  }
  bool isSingleUse(const Expr &Arg) const {
    const TokenUse Use = Tokens.classify(Arg.getType());
    return Use && Use.Token->SingleUse;
  }

  /// Factories hand the token on to what they make; other calls only use it.
  /// Which one a call is cannot be told, so its result is "weak".
  bool keepsToken(const CallExpr &Call) const {
    const FunctionDecl *FD = Call.getDirectCallee();
    if (FD && FD->getIdentifier() &&
        (FD->getName().starts_with("make_") ||
         FD->getName().starts_with("Make") ||
         FD->getName().starts_with("bind")))
      return true;
    const QueryKind Kind = Tokens.queryOf(Call).Kind;
    return Kind == QueryKind::Derive || Kind == QueryKind::Combine ||
           Kind == QueryKind::Register;
  }

  /// Threads that were each given the token; futures of what was started.
  void goneThrough(const CXXForRangeStmt &Range) {
    const VarDecl *V = Range.getLoopVariable();
    const Expr *Over = Range.getRangeInit();
    if (!V || !Over || !isHolder(*V))
      return;
    const auto *Ref = dyn_cast<DeclRefExpr>(Over->IgnoreParenImpCasts());
    if (Ref && R.isMadeFromToken(Ref->getDecl()))
      Made.insert(V);
    else if (isAwaitedLater(V->getType()) && isTied(Over, /*Awaited=*/true))
      CameWith.insert(V);
    // What is given to each of them is there in the next loop, too.
    const auto *All = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (All && V->getType()->isReferenceType() &&
        (Made.count(V) || CameWith.count(V)) && isHolder(*All) &&
        !Made.count(All) && isAwaitedLater(All->getType()))
      CameWith.insert(All);
  }

  /// `std::jthread producer([&, stop] { ...; channel.close(); });`
  void started(const LambdaExpr &Work) {
    if (!Mentions(&Work, /*Weak=*/false))
      return;
    for (const ValueDecl *D : closedBy(Work))
      if (!Tokens.classify(D->getType()))
        CameWith.insert(D);
    // auto next = [&] { futures.push_back(start(token)); };
    anyWithin(Work.getBody(), [&](const Stmt &S) {
      if (const auto *A = dyn_cast<BinaryOperator>(&S);
          A && A->getOpcode() == BO_Assign)
        keptForLater(A->getLHS(), A->getRHS());
      else if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(&S);
               Op && Op->getOperator() == OO_Equal)
        keptForLater(Op->getArg(0), Op->getArg(1));
      else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&S))
        for (const Expr *A : writtenArgs(*Call))
          keptForLater(objectOf(*Call), A);
      return false;
    });
  }

  /// What a lambda puts into a variable around it, to be waited for.
  void keptForLater(const Expr *Target, const Expr *Value) {
    bool AsPart = false;
    const VarDecl *V = writtenVariable(Target, AsPart);
    if (V && isHolder(*V) && isAwaitedLater(V->getType()) &&
        isTied(Value, /*Awaited=*/true))
      CameWith.insert(V);
  }

  /// `object.member = value`, `object = value`, `std::tie(a, b) = value`.
  void given(const Expr &Target, const Expr &Value) {
    if (isSpent(Value))
      return;
    const Expr *Bare = Target.IgnoreUnlessSpelledInSource();
    if (isStdCall(*Bare, "tie")) {
      for (const Expr *Part : writtenArgs(*Bare))
        given(*Part, Value);
      return;
    }
    bool AsPart = false;
    if (const VarDecl *V = writtenVariable(&Target, AsPart)) {
      if (!isHolder(*V))
        return;
      const bool Awaited = isAwaitedLater(V->getType());
      if (Mentions(&Value, /*Weak=*/false))
        (AsPart ? CameWith : Made).insert(V);
      else if (Awaited && isTied(&Value, Awaited))
        CameWith.insert(V);
      return;
    }
    const FieldDecl *Field = ownMember(&Target);
    if (Field && isClassLike(Field->getType()) &&
        !Tokens.classify(Field->getType()).Token &&
        (Mentions(&Value, /*Weak=*/false) ||
         (isAwaitedLater(Field->getType()) && isTied(&Value, true))))
      CameWith.insert(Field);
  }

  /// `options.set_cancellation_token(token)`, `futures.push_back(start(token))`
  void called(const Expr &Call, const Expr &Object) {
    const FunctionDecl *Callee = calleeOf(Call);
    const bool Setter =
        isa<CXXOperatorCallExpr>(Call) ||
        (Callee && !Callee->getReturnType()->isDependentType() &&
         (Callee->getReturnType()->isVoidType() ||
          Callee->getReturnType()->isReferenceType() ||
          (Callee->getIdentifier() &&
           startsWithAny(Callee->getName(), {"emplace", "insert"}))));
    if (!Setter || isOver(Call))
      return;
    for (const Expr *Arg : writtenArgs(Call))
      if (!isSingleUse(*Arg))
        given(Object, *Arg);
  }

  /// `file.write(data, token)` needs the token only until it returns.
  static bool isOver(const Expr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    return FD && FD->getIdentifier() && FD->getReturnType()->isVoidType() &&
           startsWithAny(FD->getName(),
                         {"copy", "delete", "export", "flush", "remove", "save",
                          "send", "store", "upload", "write"});
  }

  /// `std::transform(from, to, std::back_inserter(futures), [&](int i) {
  /// return start(i, token); });`
  void filledByAlgorithm(const Expr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    if (!FD || !FD->isInStdNamespace() || !isa<CallExpr>(Call))
      return;
    const auto Args = writtenArgs(Call);
    auto Starts = [&](const Expr *A) {
      return isa<LambdaExpr>(A->IgnoreUnlessSpelledInSource()) &&
             isTied(A, /*Awaited=*/true);
    };
    if (llvm::none_of(Args, Starts))
      return;
    for (const Expr *A : Args)
      if (!Starts(A))
        anyWithin(A, [&](const Stmt &S) {
          const auto *Ref = dyn_cast<DeclRefExpr>(&S);
          const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
          if (V && isHolder(*V) && isAwaitedLater(V->getType()))
            CameWith.insert(V);
          return false;
        });
  }

  /// `progress_handler(db, &stopped, &token)`, `pthread_create(&thread,
  /// nullptr, work, &token)`: a C library keeps the token with its handle.
  void handedToLibrary(const Expr &Call) {
    const FunctionDecl *FD = calleeOf(Call);
    const auto Args = writtenArgs(Call);
    if (!FD || !FD->isExternC() || Args.size() < 2)
      return;
    const Expr *Handle = Args.front()->IgnoreParenImpCasts();
    if (const auto *Of = dyn_cast<UnaryOperator>(Handle);
        Of && Of->getOpcode() == UO_AddrOf)
      Handle = Of->getSubExpr()->IgnoreParenImpCasts();
    else if (!Handle->getType()->isPointerType())
      return;
    const auto *V = dyn_cast_or_null<VarDecl>(variableOf(Handle));
    if (V && !Tokens.classify(V->getType()).Token && !Made.count(V) &&
        llvm::any_of(llvm::drop_begin(Args), [&](const Expr *A) {
          return A->getType()->isPointerType() &&
                 (Mentions(A, /*Weak=*/false) || R.handsOn(A));
        }))
      CameWith.insert(V);
  }

  const FunctionBody &Body;
  const TokenIndex &Tokens;
  const Reach &R;
  function_ref<bool(const Expr *, bool)> Mentions;
  ValueSet &Made, &CameWith;
};

/// The call that L is an argument of.
const CallExpr *callOf(const FunctionBody &Around, const LambdaExpr &L) {
  const Stmt *P = Around.parent(&L);
  while (isa_and_nonnull<ImplicitCastExpr, MaterializeTemporaryExpr,
                         CXXBindTemporaryExpr, CXXConstructExpr>(P))
    P = Around.parent(P);
  return dyn_cast_or_null<CallExpr>(P);
}

/// `request(token).then([](task<Response> done) { ... })`: what the
/// continuation L is given came out of the object of the call.
const Expr *continuedBy(const FunctionBody &Around, const LambdaExpr &L) {
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(callOf(Around, L));
  const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
  return FD && FD->getIdentifier() && FD->getName().starts_with("then")
             ? Call->getImplicitObjectArgument()
             : nullptr;
}

/// The call of a standard algorithm that L is an argument of.
const CallExpr *algorithmOf(const FunctionBody &Around, const LambdaExpr &L) {
  const CallExpr *Call = callOf(Around, L);
  const FunctionDecl *FD = Call ? calleeOf(*Call) : nullptr;
  return FD && FD->isInStdNamespace() ? Call : nullptr;
}

} // namespace

void Reach::findMade() {
  if (!Tokens.anyVisible())
    return;
  GivenMembers Members(Tokens, Body.decl());
  for (const MemberExpr *M : Body.memberUses())
    if (const auto *Field = dyn_cast<FieldDecl>(M->getMemberDecl());
        Field && isa<CXXThisExpr>(M->getBase()->IgnoreParenImpCasts()) &&
        Members.include(*Field))
      CameWith.insert(Field);
  // for_each(futures.begin(), futures.end(), [](auto &f) { f.get(); });
  if (const LambdaExpr *L = Body.lambda(); L && OuterReach)
    if (const CallExpr *Call = algorithmOf(OuterReach->Body, *L))
      for (const ParmVarDecl *P : Body.decl().parameters())
        if (isAwaitedLater(P->getType()) &&
            llvm::any_of(Call->arguments(), [&](const Expr *A) {
              return !isa<LambdaExpr>(A->IgnoreUnlessSpelledInSource()) &&
                     OuterReach->mentions(A, /*Weak=*/true);
            }))
          CameWith.insert(P);
  if (const LambdaExpr *L = Body.lambda(); L && OuterReach)
    if (const Expr *Task = continuedBy(OuterReach->Body, *L);
        Task && OuterReach->mentions(Task, /*Weak=*/true))
      for (const ParmVarDecl *P : Body.decl().parameters())
        if (isClassLike(P->getType()) && !Tokens.classify(P->getType()))
          CameWith.insert(P);
  // [](Stream s) { ... }(std::move(stream))
  if (const LambdaExpr *L = Body.lambda(); L && OuterReach)
    if (const auto *Run =
            dyn_cast_or_null<CXXOperatorCallExpr>(callOf(OuterReach->Body, *L));
        Run && Run->getOperator() == OO_Call)
      for (auto [P, A] : llvm::zip(Body.decl().parameters(),
                                   llvm::drop_begin(Run->arguments())))
        if (isClassLike(P->getType()) && !Tokens.classify(P->getType()) &&
            OuterReach->mentions(A, /*Weak=*/true))
          CameWith.insert(P);
  auto Mentions = [&](const Expr *E, bool Weak) { return mentions(E, Weak); };
  Round Once(Body, Tokens, *this, Mentions, Made, CameWith);
  // A few rounds reach the fixed point of any sane initialiser chain.
  for (int Count = 0; Count < 3; ++Count) {
    const size_t Before = Made.size() + CameWith.size();
    Once.run();
    if (Made.size() + CameWith.size() == Before)
      break;
  }
}

} // namespace cancel_tidy
