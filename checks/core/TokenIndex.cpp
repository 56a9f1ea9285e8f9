// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/TokenIndex.h"
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/ExprConcepts.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R ? R->getCanonicalDecl() : nullptr;
}

/// The class template argument that a wrapper such as optional holds.
QualType firstTypeArgument(const CXXRecordDecl &R) {
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(&R);
  if (!Spec || Spec->getTemplateArgs().size() == 0 ||
      Spec->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return {};
  return Spec->getTemplateArgs()[0].getAsType();
}

std::optional<TokenForm> wrapperForm(const CXXRecordDecl &R) {
  if (!isa<ClassTemplateSpecializationDecl>(R) || !R.getIdentifier())
    return std::nullopt;
  return StringSwitch<std::optional<TokenForm>>(R.getName())
      .Cases("optional", "Optional", TokenForm::Optional)
      .Case("reference_wrapper", TokenForm::RefWrapper)
      .Cases("shared_ptr", "unique_ptr", "not_null", "lw_shared_ptr",
             "foreign_ptr", "intrusive_ptr", TokenForm::SmartPointer)
      .Default(std::nullopt);
}

bool has(const std::vector<std::string> &Names, StringRef Name) {
  return llvm::is_contained(Names, Name);
}

} // namespace

TokenIndex::TokenIndex(ASTContext &Ctx, const TokenModels &M, bool Guess,
                       std::function<bool(const Decl &)> Sees)
    : Context(Ctx), Models(M), GuessTokens(Guess), IsVisible(std::move(Sees)) {
  HomeMadeModel.Family = "home-made";
  // Users' models come behind the built-in ones and win over them.
  for (const TokenModel &Model : Models.models()) {
    for (const TokenType &T : Model.Tokens) {
      TokenTypes.insert_or_assign(T.Type, Entry<TokenType>{&T, &Model});
      for (const std::string &Name : T.Poll)
        DependentMembers.try_emplace(Name, QueryKind::Poll);
      for (const std::string &Name : T.Throw)
        DependentMembers.try_emplace(Name, QueryKind::Throw);
      Visible = Visible || isDeclared(T.Type);
    }
    for (const SourceType &S : Model.Sources)
      SourceTypes.insert_or_assign(S.Type, Entry<SourceType>{&S, &Model});
    for (const CarrierType &C : Model.Carriers)
      CarrierTypes.insert_or_assign(C.Type, Entry<CarrierType>{&C, &Model});
    for (const std::string &R : Model.Registrations)
      RegistrationTypes.insert_or_assign(R, &Model);
    for (const std::string &E : Model.Exceptions)
      ExceptionTypes.insert(E);
    for (const std::string &T : Model.AmbientTasks)
      AmbientTypes.insert_or_assign(T, &Model);
    for (const StatusType &S : Model.Statuses)
      KnowsStatuses = KnowsStatuses || isDeclared(S.Type);
    for (const std::string &W : Model.ThrowingWaits)
      ThrowingWaits.insert(W);
    for (const std::string &W : Model.Functions.WaitReturns)
      ReturningWaits.insert(W);
    for (const std::string &C : Model.Concepts)
      ConceptNames.insert_or_assign(C, &Model);
    auto Add = [&](const std::vector<std::string> &Names, QueryKind Kind) {
      for (const std::string &Name : Names)
        Functions.insert_or_assign(Name, std::pair(Kind, &Model));
    };
    Add(Model.Functions.Poll, QueryKind::Poll);
    Add(Model.Functions.PollMore, QueryKind::PollMore);
    Add(Model.Functions.Throw, QueryKind::Throw);
    Add(Model.Functions.Wait, QueryKind::Wait);
    Add(Model.Functions.Combine, QueryKind::Combine);
    Add(Model.Functions.Register, QueryKind::Register);
    Add(Model.Functions.None, QueryKind::NoneValue);
  }
  // A home-made token is announced by its annotation, whose text is then in
  // the TU; there is no name to look up, so ask for the attribute's spelling.
  if (!Visible)
    Visible = GuessTokens || isSpelled("annotate");
}

bool TokenIndex::isSpelled(StringRef Word) const {
  if (Context.Idents.find(Word) != Context.Idents.end())
    return true;
  // A precompiled header brings its words when somebody asks for them.
  return Context.getExternalSource() && Context.Idents.get(Word).isFromAST();
}

const NamedDecl *TokenIndex::declaration(StringRef Name) const {
  const DeclContext *Scope = Context.getTranslationUnitDecl();
  while (true) {
    auto [Head, Rest] = Name.split("::");
    if (!isSpelled(Head))
      return nullptr;
    auto Found = Scope->lookup(&Context.Idents.get(Head));
    if (Rest.empty()) {
      for (const NamedDecl *D : Found)
        if (!IsVisible || IsVisible(*D))
          return D;
      return nullptr;
    }
    const DeclContext *Inner = nullptr;
    for (const NamedDecl *D : Found) {
      if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(D))
        D = Alias->getNamespace();
      if (isa<NamespaceDecl, CXXRecordDecl>(D))
        Inner = cast<DeclContext>(D)->getPrimaryContext();
    }
    if (!Inner)
      return nullptr;
    Scope = Inner;
    Name = Rest;
  }
}

bool TokenIndex::isAnnotated(const Decl &D, StringRef What) {
  for (const auto *A : D.specific_attrs<AnnotateAttr>()) {
    StringRef Text = A->getAnnotation();
    if (Text.consume_front("cancel::") && Text == What)
      return true;
  }
  return false;
}

bool TokenIndex::looksLikeToken(const CXXRecordDecl &R,
                                std::string *PollName) const {
  if (!R.getIdentifier() || !R.hasDefinition())
    return false;
  const CXXRecordDecl &Def = *R.getDefinition();
  if (Def.isLambda() ||
      (Def.getDestructor() && Def.getDestructor()->isDeleted()))
    return false;
  // A status can tell that something was cancelled; it is no token.
  for (const CXXMethodDecl *M : Def.methods())
    if (M->getIdentifier() && (M->getName() == "ok" || M->getName() == "OK" ||
                               M->getName() == "code"))
      return false;
  for (const CXXMethodDecl *M : Def.methods()) {
    if (!M->getIdentifier() || !M->isConst() || M->getNumParams() != 0 ||
        M->getAccess() != AS_public || !M->getReturnType()->isBooleanType())
      continue;
    if (!isTokenPollName(M->getName()))
      continue;
    // Only what can be handed around by value: a job that can tell whether it
    // was cancelled is not a token.
    if (Def.hasUserDeclaredCopyConstructor()
            ? llvm::any_of(Def.ctors(),
                           [](const CXXConstructorDecl *C) {
                             return C->isCopyConstructor() &&
                                    (C->isDeleted() ||
                                     C->getAccess() != AS_public);
                           })
            : !Def.hasSimpleCopyConstructor() &&
                  Def.defaultedCopyConstructorIsDeleted())
      return false;
    if (PollName)
      *PollName = M->getName().str();
    return true;
  }
  return false;
}

const TokenType *TokenIndex::homeMade(const CXXRecordDecl &R) const {
  const bool Annotated =
      R.hasDefinition() && isAnnotated(*R.getDefinition(), "token");
  if (!Annotated && !GuessTokens)
    return nullptr;
  std::string Poll;
  const bool Shape = looksLikeToken(R, &Poll);
  if (!Shape && !Annotated)
    return nullptr;
  TokenType T;
  T.Type = qualifiedName(R);
  if (Shape)
    T.Poll.push_back(Poll);
  T.DefaultIsNone = true;
  HomeMade.push_back(std::move(T));
  return &HomeMade.back();
}

RecordRole TokenIndex::roleOf(const CXXRecordDecl &Record) const {
  const CXXRecordDecl *R = Record.getCanonicalDecl();
  auto Cached = Roles.find(R);
  if (Cached != Roles.end())
    return Cached->second;
  Roles[R] = {}; // a class below itself through a broken base
  RecordRole Role;
  if (R->getIdentifier()) {
    std::string Name = qualifiedName(*R);
    if (auto It = TokenTypes.find(Name); It != TokenTypes.end()) {
      Role.Token = It->second.What;
      Role.Model = It->second.Model;
    }
    if (auto It = SourceTypes.find(Name); It != SourceTypes.end()) {
      Role.Source = It->second.What;
      Role.Model = It->second.Model;
    }
    if (auto It = CarrierTypes.find(Name); It != CarrierTypes.end()) {
      Role.Carrier = It->second.What;
      Role.Model = It->second.Model;
    }
    if (auto It = RegistrationTypes.find(Name); It != RegistrationTypes.end()) {
      Role.Registration = true;
      Role.Model = It->second;
    }
  }
  if (!Role.Model && R->hasDefinition() && !R->getDefinition()->isInvalidDecl())
    for (const CXXBaseSpecifier &Base : R->getDefinition()->bases()) {
      const CXXRecordDecl *B = recordOf(Base.getType());
      if (!B)
        continue;
      RecordRole Inherited = roleOf(*B);
      if (Inherited.Token && !Inherited.Token->Subclasses)
        Inherited.Token = nullptr;
      if (Inherited.Token || Inherited.Source || Inherited.Carrier ||
          Inherited.Registration) {
        Role = Inherited;
        break;
      }
    }
  if (!Role.Model)
    if (const TokenType *Made = homeMade(*R)) {
      Role.Token = Made;
      Role.Model = &HomeMadeModel;
    }
  Roles[R] = Role;
  return Role;
}

RecordRole TokenIndex::roleOf(QualType T) const {
  if (T.isNull())
    return {};
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = recordOf(T);
  if (!R)
    return {};
  if (auto Form = wrapperForm(*R); Form && *Form != TokenForm::Optional)
    if (const CXXRecordDecl *Inner = recordOf(firstTypeArgument(*R)))
      return roleOf(*Inner);
  return roleOf(*R);
}

const TokenModel *TokenIndex::registrationIn(QualType T) const {
  if (const RecordRole Role = roleOf(T); Role.Registration)
    return Role.Model;
  const auto *Spec = T.isNull()
                         ? nullptr
                         : dyn_cast_or_null<ClassTemplateSpecializationDecl>(
                               T->getAsCXXRecordDecl());
  if (Spec)
    for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
      if (A.getKind() == TemplateArgument::Type)
        if (const RecordRole Role = roleOf(A.getAsType()); Role.Registration)
          return Role.Model;
  return nullptr;
}

TokenUse TokenIndex::classify(QualType T) const {
  TokenUse Use;
  if (T.isNull())
    return Use;
  if (T->isReferenceType()) {
    Use.IsReference = true;
    T = T->getPointeeType();
  }
  Use.IsConst = T.isConstQualified();
  if (const auto *Param = T->getAs<TemplateTypeParmType>()) {
    // template <stoppable_token T>
    if (const auto *D = Param->getDecl())
      if (const TypeConstraint *C = D->getTypeConstraint())
        if (const auto *Concept =
                dyn_cast_or_null<ConceptDecl>(C->getNamedConcept())) {
          auto It = ConceptNames.find(qualifiedName(*Concept));
          if (It != ConceptNames.end() && !It->second->Tokens.empty()) {
            Use.Model = It->second;
            Use.Token = &It->second->Tokens.front();
          }
        }
    return Use;
  }
  if (T->isPointerType()) {
    T = T->getPointeeType();
    Use.Form = TokenForm::Pointer;
    Use.IsConst = T.isConstQualified();
  }
  const CXXRecordDecl *R = recordOf(T);
  if (!R)
    return Use;
  RecordRole Role = roleOf(*R);
  Use.Record = R;
  if (!Role.Token && Use.Form == TokenForm::Value)
    if (auto Form = wrapperForm(*R)) {
      QualType Inner = firstTypeArgument(*R);
      if (Inner.isNull())
        return Use;
      Use.Form = *Form;
      // optional<reference_wrapper<T>>
      if (const CXXRecordDecl *IR = recordOf(Inner);
          IR && wrapperForm(*IR) && !roleOf(*IR).Token) {
        Inner = firstTypeArgument(*IR);
        if (Inner.isNull())
          return Use;
      }
      if (*Form != TokenForm::Optional)
        Use.IsConst = Inner.isConstQualified();
      if (const CXXRecordDecl *IR = recordOf(Inner)) {
        Role = roleOf(*IR);
        Use.Record = IR;
      }
    }
  Use.Token = Role.Token;
  Use.Model = Role.Model;
  return Use;
}

Query TokenIndex::memberQuery(const RecordRole &Role, StringRef Member) const {
  Query Q;
  Q.Model = Role.Model;
  if (const TokenType *T = Role.Token) {
    if (has(T->Poll, Member))
      Q.Kind = QueryKind::Poll;
    else if (has(T->PollMore, Member))
      Q.Kind = QueryKind::PollMore;
    else if (has(T->Throw, Member))
      Q.Kind = QueryKind::Throw;
    else if (has(T->Status, Member))
      Q.Kind = QueryKind::Status;
    else if (has(T->Possible, Member))
      Q.Kind = QueryKind::Possible;
    else if (has(T->Derive, Member))
      Q.Kind = QueryKind::Derive;
    else if (has(T->Register, Member))
      Q.Kind = QueryKind::Register;
    else if (has(T->Wait, Member))
      Q.Kind = QueryKind::Wait;
    else if (has(T->Request, Member))
      Q.Kind = QueryKind::Request;
    if (Q)
      return Q;
  }
  if (const SourceType *S = Role.Source) {
    if (has(S->Token, Member))
      Q.Kind = QueryKind::GetToken;
    else if (has(S->Poll, Member))
      Q.Kind = QueryKind::Poll;
    else if (has(S->Request, Member))
      Q.Kind = QueryKind::Request;
    if (Q)
      return Q;
  }
  if (Role.Carrier && has(Role.Carrier->Token, Member))
    Q.Kind = QueryKind::GetToken;
  return Q;
}

Query TokenIndex::queryOf(const Expr &E) const {
  Query Q;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&E)) {
    const CXXMethodDecl *M = Call->getMethodDecl();
    const Expr *Object = Call->getImplicitObjectArgument();
    if (!M || !Object)
      return Q;
    RecordRole Role = roleOf(Object->getType());
    if (!Role.Model)
      Role = roleOf(*M->getParent());
    if (!Role.Model)
      return Q;
    if (isa<CXXConversionDecl>(M)) {
      if (Role.Token && M->getReturnType()->isBooleanType() &&
          Role.Token->Bool != AnswerSense::None) {
        Q.Kind = Role.Token->Bool == AnswerSense::More ? QueryKind::PollMore
                                                       : QueryKind::Poll;
        Q.Model = Role.Model;
      }
    } else if (M->getIdentifier()) {
      Q = memberQuery(Role, M->getName());
    }
    Q.Object = Object;
    return Q;
  }
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(&E)) {
    if (Call->getOperator() != OO_Call || Call->getNumArgs() == 0)
      return Q;
    RecordRole Role = roleOf(Call->getArg(0)->getType());
    if (!Role.Token || Role.Token->Call == AnswerSense::None)
      return Q;
    Q.Kind = Role.Token->Call == AnswerSense::Throws ? QueryKind::Throw
             : Role.Token->Call == AnswerSense::More ? QueryKind::PollMore
                                                     : QueryKind::Poll;
    Q.Model = Role.Model;
    Q.Object = Call->getArg(0);
    return Q;
  }
  if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    if (const FunctionDecl *FD = Call->getDirectCallee()) {
      if (!FD->getIdentifier())
        return Q;
      auto It = Functions.find(qualifiedName(*FD));
      if (It == Functions.end())
        return Q;
      // QObject::connect(feedback, ...) is about the token, others are not.
      if (It->second.first == QueryKind::Register &&
          llvm::none_of(Call->arguments(), [&](const Expr *A) {
            return classify(A->IgnoreParenImpCasts()->getType()).Token;
          }))
        return Q;
      Q.Kind = It->second.first;
      Q.Model = It->second.second;
      return Q;
    }
    // In a template's pattern the member is only a name.
    if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(
            Call->getCallee()->IgnoreParenImpCasts())) {
      auto It = DependentMembers.find(Member->getMember().getAsString());
      if (It != DependentMembers.end()) {
        Q.Kind = It->second;
        Q.Object = Member->isImplicitAccess() ? nullptr : Member->getBase();
      }
    }
  }
  return Q;
}

bool TokenIndex::isCancellationException(QualType T) const {
  const CXXRecordDecl *R = recordOf(T.getNonReferenceType());
  if (!R || !R->getIdentifier())
    return false;
  if (ExceptionTypes.contains(qualifiedName(*R)))
    return true;
  if (!R->hasDefinition())
    return false;
  return llvm::any_of(R->getDefinition()->bases(), [&](const auto &Base) {
    return isCancellationException(Base.getType());
  });
}

bool TokenIndex::catchesCancellation(QualType Caught) const {
  if (Caught.isNull())
    return true; // catch (...)
  if (isCancellationException(Caught))
    return true;
  const CXXRecordDecl *R = recordOf(Caught.getNonReferenceType());
  if (!R || !R->getIdentifier())
    return false;
  // Every family's exception derives from one of these or from nothing.
  return StringSwitch<bool>(qualifiedName(*R))
      .Cases("std::exception", "std::runtime_error", true)
      .Default(false);
}

bool TokenIndex::waitReturns(const Expr &E) const {
  const FunctionDecl *FD = calleeOf(E);
  return FD && FD->getIdentifier() &&
         ReturningWaits.contains(qualifiedName(*FD)) &&
         llvm::any_of(writtenArgs(E), [&](const Expr *A) {
           return classify(A->IgnoreParenImpCasts()->getType()).Token &&
                  !isNoneValue(*A);
         });
}

SmallVector<const CXXRecordDecl *, 4>
TokenIndex::exceptionsOf(const TokenModel &Model) const {
  SmallVector<const CXXRecordDecl *, 4> Out;
  for (const std::string &Name : Model.Exceptions)
    if (const auto *R = dyn_cast_or_null<CXXRecordDecl>(declaration(Name));
        R && R->hasDefinition())
      Out.push_back(R->getDefinition());
  return Out;
}

const TokenModel *TokenIndex::ambientModel(QualType T) const {
  if (T.isNull())
    return nullptr;
  // What a member of such a class gives is of its kind: AsyncGenerator::next().
  const CXXRecordDecl *R = recordOf(T.getNonReferenceType());
  for (; R; R = dyn_cast<CXXRecordDecl>(R->getDeclContext()))
    if (R->getIdentifier())
      if (const TokenModel *M = AmbientTypes.lookup(qualifiedName(*R)))
        return M;
  return nullptr;
}

const StatusType *TokenIndex::statusType(QualType T,
                                         const TokenModel &Model) const {
  const CXXRecordDecl *R =
      T.isNull() ? nullptr : recordOf(T.getNonReferenceType());
  if (!R || !R->getIdentifier() || Model.Statuses.empty())
    return nullptr;
  const std::string Name = qualifiedName(*R);
  for (const StatusType &S : Model.Statuses)
    if (S.Type == Name)
      return &S;
  return nullptr;
}

bool TokenIndex::isThrowingWait(const Expr &Call) const {
  return llvm::any_of(callNames(Call), [&](const std::string &Name) {
    return ThrowingWaits.contains(Name);
  });
}

bool TokenIndex::isNoneValue(const Expr &Written) const {
  const Expr *E = Written.IgnoreUnlessSpelledInSource();
  if (const auto *Ref = dyn_cast<CXXDefaultArgExpr>(E))
    return isNoneValue(*Ref->getExpr());
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E))
    return true;
  if (Query Q = queryOf(*E); Q.Kind == QueryKind::NoneValue)
    return true;
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 0;
  TokenUse Use = classify(E->getType());
  if (Use.Token && Use.Form == TokenForm::Value && !Use.Token->DefaultIsNone)
    return false;
  if (const auto *New = dyn_cast<CXXConstructExpr>(E))
    return New->getNumArgs() == 0 ||
           llvm::all_of(New->arguments(), [](const Expr *A) {
             return isa<CXXDefaultArgExpr>(A);
           });
  if (isa<CXXScalarValueInitExpr>(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl()->getIdentifier() &&
           Ref->getDecl()->getName() == "nullopt";
  return false;
}

} // namespace cancel_tidy
