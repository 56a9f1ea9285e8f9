// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What expressions ask a token, and what exceptions and statuses say of it.
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "checks/core/TokenIndex.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

static bool has(const std::vector<std::string> &Names, StringRef Name) {
  return llvm::is_contained(Names, Name);
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
