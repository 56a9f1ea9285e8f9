// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens in reach that are members: of a carrier, and of the function's class.
#include "checks/core/Names.h"
#include "checks/core/Reach.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// The class that T is, or points to.
static const CXXRecordDecl *pointeeRecord(QualType T, bool &Arrow) {
  T = T.getNonReferenceType();
  Arrow = false;
  if (T->isPointerType()) {
    Arrow = true;
    T = T->getPointeeType();
  }
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R)
    return nullptr;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R);
      Spec && R->getIdentifier() &&
      (R->getName() == "shared_ptr" || R->getName() == "unique_ptr") &&
      Spec->getTemplateArgs().size() > 0 &&
      Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type) {
    Arrow = true;
    R = Spec->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
  }
  return R && R->hasDefinition() ? R->getDefinition() : nullptr;
}

/// Whether an accessor's name says no more than that it gives the token:
/// get_validity_abort_source() is about something else.
static bool namesJustToken(StringRef Name, const TokenUse &Use) {
  const std::string Type = Use.Record && Use.Record->getIdentifier()
                               ? Use.Record->getName().lower()
                               : std::string();
  while (!Name.empty()) {
    const std::string Word = takeWord(Name);
    if (!StringRef(Type).contains(Word) &&
        !StringSwitch<bool>(Word)
             .Cases("abort", "cancel", "canceled", "cancelled", true)
             .Cases("cancellation", "checker", "context", "ctx", true)
             .Cases("feedback", "get", "interrupt", "interruption", true)
             .Cases("monitor", "my", "progress", "ptr", "ref", true)
             .Cases("signal", "slot", "source", "state", "stop", true)
             .Cases("the", "token", "as", "m", true)
             .Default(false))
      return false;
  }
  return true;
}

static QualType valueType(const FieldDecl &F) { return F.getType(); }
static QualType valueType(const CXXMethodDecl &M) { return M.getReturnType(); }

/// Calls See(member, its token) for the tokens that Class and its bases
/// declare, what is nearer first, until it returns true: what code of Class
/// itself may name, or, from Outside, code of others. What a nearer declaration
/// hides is left out.
template <class MemberT>
static bool anyMember(const CXXRecordDecl &Class, bool Outside,
                      const TokenIndex &Tokens,
                      function_ref<bool(const MemberT &, TokenUse)> See) {
  const auto May = [&](AccessSpecifier A, bool Own) {
    return A == AS_public || (!Outside && (Own || A == AS_protected));
  };
  SmallVector<const CXXRecordDecl *, 4> Nearer;
  const auto Look = [&](auto &&Look, const CXXRecordDecl &In) -> bool {
    for (const Decl *D : In.decls()) {
      const auto *M = dyn_cast<MemberT>(D);
      if (!M || !M->getIdentifier() || !May(M->getAccess(), Nearer.empty()))
        continue;
      TokenUse Use = Tokens.classify(valueType(*M));
      if (Use &&
          none_of(Nearer,
                  [&](const CXXRecordDecl *C) {
                    return !C->lookup(M->getDeclName()).empty();
                  }) &&
          See(*M, std::move(Use)))
        return true;
    }
    Nearer.push_back(&In);
    const CXXRecordDecl *Written = In.getTemplateInstantiationPattern();
    if (!Written || Written->getNumBases() != In.getNumBases())
      Written = &In;
    for (const auto &[B, AsWritten] : llvm::zip(In.bases(), Written->bases())) {
      const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
      // What a base that depends on a parameter holds is not named plainly.
      if (Base && Base->hasDefinition() &&
          !AsWritten.getType()->isDependentType() &&
          May(B.getAccessSpecifier(), Nearer.size() == 1) &&
          Look(Look, *Base->getDefinition()))
        return true;
    }
    Nearer.pop_back();
    return false;
  };
  return Look(Look, Class);
}

void Reach::addCarried(const ValueDecl &V, StringRef Access, QualType T,
                       std::vector<ReachToken> &Out) const {
  bool Arrow = false;
  const CXXRecordDecl *R = pointeeRecord(T, Arrow);
  if (!R || R->isLambda() || R->isInStdNamespace() || !V.getIdentifier())
    return;
  RecordRole Role = Tokens.roleOf(*R);
  if (Role.Token || Role.Source || Role.Registration)
    return;
  std::string Base = (Access + V.getName() + (Arrow ? "->" : ".")).str();
  const bool ConstObject =
      T.getNonReferenceType().isConstQualified() ||
      (Arrow && T.getNonReferenceType()->isPointerType() &&
       T.getNonReferenceType()->getPointeeType().isConstQualified());
  auto Add = [&](TokenUse Use, std::string Spelling) {
    ReachToken Token;
    Token.From = ReachToken::Origin::Carrier;
    Token.Root = &V;
    Token.Use = Use;
    Token.Spelling = std::move(Spelling);
    Out.push_back(std::move(Token));
  };
  if (anyMember<FieldDecl>(
          *R, /*Outside=*/true, Tokens, [&](const FieldDecl &F, TokenUse Use) {
            if (F.getName().starts_with("_"))
              return false;
            if (!F.isMutable() && ConstObject && Use.Form == TokenForm::Value &&
                !Use.IsReference)
              Use.IsConst = true;
            Add(Use, Base + F.getName().str());
            return true;
          }))
    return;
  anyMember<CXXMethodDecl>(
      *R, /*Outside=*/true, Tokens, [&](const CXXMethodDecl &M, TokenUse Use) {
        const bool Modelled =
            Role.Carrier && is_contained(Role.Carrier->Token, M.getName());
        if (M.getName().starts_with("_") || // a library's inner affairs
            M.isStatic() || M.getNumParams() != 0 || M.isDeleted() ||
            (!M.isConst() && (ConstObject || !Modelled)) ||
            M.hasAttr<DeprecatedAttr>())
          return false;
        if (!Modelled && !namesJustToken(M.getName(), Use))
          return false;
        Add(Use, Base + M.getName().str() + "()");
        return true;
      });
}

/// Whether the last thing that Body does to Field before At is to let go of its
/// token: `feedback_.reset();`, `feedback_ = nullptr;`.
static bool isLetGo(const FieldDecl &Field, const Stmt *At,
                    const TokenIndex &Tokens, const FunctionBody &Body) {
  const SourceManager &SM = Body.context().getSourceManager();
  const Expr *Last = nullptr;
  bool LetsGo = false;
  auto See = [&](const Expr &Write, bool Clears) {
    if (!SM.isBeforeInTranslationUnit(Write.getBeginLoc(), At->getBeginLoc()) ||
        (Last && SM.isBeforeInTranslationUnit(Write.getBeginLoc(),
                                              Last->getBeginLoc())))
      return;
    Last = &Write;
    // In a branch it may not have run.
    const Stmt *P = Body.parent(&Write);
    while (isa_and_nonnull<Expr>(P))
      P = Body.parent(P);
    LetsGo = Clears && isa_and_nonnull<CompoundStmt>(P) && Body.isWithin(At, P);
  };
  for (const BinaryOperator *A : Body.assignments())
    if (variableOf(A->getLHS()) == &Field)
      See(*A, Tokens.isNoneValue(*A->getRHS()));
  for (const Expr *Call : Body.calls()) {
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call)) {
      if (Op->isAssignmentOp() && variableOf(Op->getArg(0)) == &Field)
        See(*Op, Tokens.isNoneValue(*Op->getArg(1)));
      continue;
    }
    const FunctionDecl *FD = calleeOf(*Call);
    const Expr *Object = objectOf(*Call);
    if (FD && FD->getIdentifier() && FD->getName() == "reset" && Object &&
        variableOf(Object) == &Field)
      See(*Call, writtenArgs(*Call).empty() ||
                     Tokens.isNoneValue(*writtenArgs(*Call).front()));
  }
  return LetsGo;
}

/// Whether the body makes the token that Field holds only behind At, and does
/// not name it before: at At it is that of an earlier run.
bool Reach::isMadeLater(const FieldDecl &Field, const Stmt &At) const {
  const auto Writes = FieldWrites.find(&Field);
  if (Writes == FieldWrites.end())
    return false;
  const SourceManager &SM = Body.context().getSourceManager();
  if (any_of(Body.memberUses(), [&](const MemberExpr *M) {
        return M->getMemberDecl() == &Field &&
               SM.isBeforeInTranslationUnit(M->getBeginLoc(), At.getBeginLoc());
      }))
    return false;
  return any_of(Writes->second, [&](const auto &W) {
    const auto &[Write, Value] = W;
    // The next round of a loop around both has the new one.
    return SM.isBeforeInTranslationUnit(At.getEndLoc(), Write->getBeginLoc()) &&
           !Tokens.isNoneValue(*Value) &&
           none_of(Body.loops(), [&](const Stmt *L) {
             return Body.isWithin(Write, L) && Body.isWithin(&At, L);
           });
  });
}

/// Whether Field is a promise that its class makes, and does not get: others
/// cancel it who got its future.
static bool isOwnPromise(const FieldDecl &Field, const TokenUse &Use) {
  if (Use.Form != TokenForm::Value || Use.IsReference ||
      !Use.Token->IsContext || Use.Token->DefaultIsNone ||
      Use.Token->LinkedByDefault || Use.Token->IsSource)
    return false;
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  if (!Class)
    return false;
  auto NamesParameter = [](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    return Ref && isa<ParmVarDecl>(Ref->getDecl());
  };
  return llvm::none_of(Class->ctors(), [&](const CXXConstructorDecl *C) {
    if (C->isCopyOrMoveConstructor())
      return false;
    const FunctionDecl *Def = nullptr;
    if (!C->hasBody(Def))
      return false;
    return llvm::any_of(cast<CXXConstructorDecl>(Def)->inits(),
                        [&](const CXXCtorInitializer *Init) {
                          return Init->getMember() == &Field &&
                                 anyWithin(Init->getInit(), NamesParameter);
                        });
  });
}

/// Whether a member token is that of another activity of the object, as its
/// name says: `compaction_abort_` in `truncate()`, which does not use it.
static bool isOthers(const FieldDecl &Field, const TokenUse &Use,
                     const CXXMethodDecl &Method, const FunctionBody &Body) {
  if (!Field.getIdentifier() || namesJustToken(Field.getName(), Use) ||
      Body.namesMember(Field))
    return false;
  StringRef Name = Field.getName();
  const CXXRecordDecl *Class = Method.getParent();
  const std::string Around =
      ((Class->getIdentifier() ? Class->getName() : "") + "_" +
       (Method.getIdentifier() ? Method.getName() : ""))
          .str();
  bool NamesToken = false, NamesOther = false;
  while (!Name.empty()) {
    const std::string Word = takeWord(Name);
    NamesToken |= Word.size() > 1 && namesJustToken(Word, Use);
    // What says when the whole object ends.
    const bool General =
        namesJustToken(Word, Use) || namesCleanup(Word) || Word.size() < 3 ||
        StringSwitch<bool>(Word)
            .Cases("all", "any", "close", "closed", "closing", "done", true)
            .Cases("exit", "global", "has", "is", "lifetime", "on", true)
            .Cases("outer", "own", "owner", "parent", "quit", "self", true)
            .Cases("request", "requested", "shared", "should", "shutdown", true)
            .Cases("stopping", "stopped", "terminate", "termination", true)
            .Cases("cancelling", "canceling", "aborting", "aborted", true)
            .Cases("callback", "flag", "handle", "manager", "object", true)
            .Cases("caller", "client", "external", "user", "upstream", true)
            .Cases("operation", "op", "task", "work", "working", true)
            .Cases("current", "active", "main", "root", "this", true)
            .Cases("loop", "run", "running", "service", "thread", true)
            .Cases("worker", "workers", "threads", "tasks", "pool", true)
            .Default(false);
    NamesOther |= !General && !StringRef(Around).contains_insensitive(Word);
  }
  return NamesToken && NamesOther;
}

void Reach::addFields(const Stmt *At, std::vector<ReachToken> &Out) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Body.decl());
  if (!Method || Method->isStatic() ||
      isa<CXXConstructorDecl, CXXDestructorDecl>(Method))
    return;
  const CXXRecordDecl *Class = Method->getParent();
  // Who stops an object finds its token cancelled.
  if (Class->isLambda() ||
      (Method->getIdentifier() && namesCleanup(Method->getName())))
    return;
  const size_t First = Out.size();
  anyMember<FieldDecl>(
      *Class, /*Outside=*/false, Tokens, [&](const FieldDecl &F, TokenUse Use) {
        if ((At && Use.mayBeNull() && isLetGo(F, At, Tokens, Body)) ||
            (At && isMadeLater(F, *At)) || isOwnPromise(F, Use) ||
            isOthers(F, Use, *Method, Body))
          return false;
        if (Method->isConst() && Use.Form == TokenForm::Value &&
            !Use.IsReference && !F.isMutable())
          Use.IsConst = true;
        ReachToken Token;
        Token.From = ReachToken::Origin::Field;
        Token.Root = &F;
        Token.Use = Use;
        Token.Spelling = F.getName().str();
        Out.push_back(std::move(Token));
        return false;
      });
  // Of several, the one that the function itself uses is its own.
  if (Out.size() > First + 1)
    std::stable_partition(Out.begin() + First, Out.end(),
                          [&](const ReachToken &T) {
                            return Body.namesMember(*cast<ValueDecl>(T.Root));
                          });
}

} // namespace cancel_tidy
