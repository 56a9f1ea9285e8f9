// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/TokenIndex.h"
#include "checks/core/AskedSource.h"
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

const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R ? R->getCanonicalDecl() : nullptr;
}

namespace {

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
    for (const SourceType &S : Model.Sources) {
      SourceTypes.insert_or_assign(S.Type, Entry<SourceType>{&S, &Model});
      Visible = Visible || (isAskedItself(S) && isDeclared(S.Type));
    }
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
    // Of a family without tokens what asks the running task is all there is.
    if (Model.Tokens.empty())
      for (const auto *Names : {&Model.Functions.Poll, &Model.Functions.Throw})
        for (const std::string &Name : *Names)
          if (isDeclared(Name)) {
            Visible = true;
            noteUse(Model);
          }
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

/// The class that T, whose arguments a template leaves open, is made from:
/// `std::stop_callback callback(stop, [this] { wake(); });`
static const CXXRecordDecl *templateOf(QualType T) {
  TemplateName Name;
  if (const auto *Deduced = T->getAs<DeducedTemplateSpecializationType>())
    Name = Deduced->getTemplateName();
  else if (const auto *Spec = T->getAs<TemplateSpecializationType>())
    Name = Spec->getTemplateName();
  const auto *Class =
      Name.isNull()
          ? nullptr
          : dyn_cast_or_null<ClassTemplateDecl>(Name.getAsTemplateDecl());
  return Class ? Class->getTemplatedDecl() : nullptr;
}

RecordRole TokenIndex::roleOf(QualType T) const {
  if (T.isNull())
    return {};
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *R = recordOf(T);
  if (!R) {
    // Tokens and sources are judged by their members, which nobody sees here.
    const CXXRecordDecl *Open = T->isDependentType() ? templateOf(T) : nullptr;
    const RecordRole Role = Open ? roleOf(*Open) : RecordRole();
    return Role.Registration ? Role : RecordRole();
  }
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

} // namespace cancel_tidy
