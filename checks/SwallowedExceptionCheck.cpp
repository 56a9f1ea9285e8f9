// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/SwallowedExceptionCheck.h"
#include "checks/core/FixBuilder.h"
#include "checks/core/Handlers.h"
#include "checks/core/StatusHandling.h"
#include "checks/core/Unit.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo SwallowedExceptionCheck::Info = {
    "cancel-swallowed-exception",
    "Finds handlers that swallow a cancellation and go on.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<SwallowedExceptionCheck>();
    },
    Guideline::Handle,
    "C#: PS0019, PS0020, PS0021; Python: ASYNC103, ASYNC104; Kotlin: detekt "
    "SuspendFunSwallowedCancellation; Java: S2142; Java, Kotlin: JetBrains "
    "IncorrectCancellationExceptionHandling"};

namespace {

using How = SwallowedCancellation::How;

/// The class thrown, as it can be written anywhere; empty where it cannot.
std::string spelled(const SwallowedCancellation &S) {
  const CXXRecordDecl *R =
      S.Exception.getNonReferenceType()->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier() || isa<ClassTemplateSpecializationDecl>(R) ||
      R->isInStdNamespace())
    return {};
  for (const DeclContext *DC = R->getDeclContext(); !DC->isTranslationUnit();
       DC = DC->getParent())
    if (const auto *N = dyn_cast<NamespaceDecl>(DC);
        !N || N->isAnonymousNamespace())
      return {};
  return qualifiedName(*R);
}

/// What leaves the function may end the program: it must not throw, or nobody
/// is known to catch what it throws.
bool mayThrow(const FunctionAnalysis &F) {
  const FunctionDecl &FD = F.decl();
  const auto *Proto = FD.getType()->getAs<FunctionProtoType>();
  if (!F.context().getLangOpts().CXXExceptions || !Proto ||
      isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) ||
      Proto->isNothrow())
    return false;
  // Given to a thread, say.
  return F.body().isCoroutine() ||
         (!F.body().lambda() && !F.unit().isAddressTaken(FD));
}

/// A class of exception that is not for cancellation alone: a handler in front
/// that takes it would leave nothing to this one.
bool isSameClass(const FunctionAnalysis &F, const SwallowedCancellation &S) {
  const QualType Taken = S.Handler->getCaughtType();
  return !Taken.isNull() &&
         F.context().hasSameUnqualifiedType(Taken.getNonReferenceType(),
                                            S.Exception.getNonReferenceType());
}

/// Puts a handler in front that throws it once more.
std::optional<Fix> rethrowFirst(const FunctionAnalysis &F,
                                const SwallowedCancellation &S) {
  const std::string Class = spelled(S);
  const SourceLocation Where = S.Handler->getCatchLoc();
  if (Class.empty() || S.MeansCancellation || isSameClass(F, S) ||
      S.Kind == How::Hidden || Where.isMacroID() || !mayThrow(F))
    return std::nullopt;
  const SourceManager &SM = F.sources();
  auto [File, Offset] = SM.getDecomposedLoc(Where);
  StringRef Buffer = SM.getBufferData(File);
  size_t Start = Buffer.rfind('\n', Offset);
  Start = Start == StringRef::npos ? 0 : Start + 1;
  const std::string Indent =
      Buffer.substr(Start)
          .take_while([](char C) { return C == ' ' || C == '\t'; })
          .str();
  // `} catch (...) {` goes on with its brace, a catch on its own line with one.
  const bool OwnLine =
      Buffer.substr(Start, Offset - Start).ltrim(" \t").empty();
  auto Edit = insertText(F, Where,
                         "catch (const " + Class + " &) {\n" + Indent +
                             "  throw;\n" + Indent + "}" +
                             (OwnLine ? "\n" + Indent : std::string(" ")));
  if (!Edit)
    return std::nullopt;
  Fix Result;
  Result.Description = "rethrow '" + Class + "' first";
  Result.Edits.push_back(*Edit);
  return Result;
}

std::string message(const FunctionAnalysis &F, const SwallowedCancellation &S) {
  const std::string Class = spelled(S);
  const std::string It = Class.empty() ? "it" : "'" + Class + "'";
  if (S.Kind == How::Hidden)
    return "this handler takes " + (Class.empty() ? "a cancellation" : It) +
           " before the one below that is meant for it; put that one first";
  std::string Text = "this handler swallows the cancellation";
  if (!S.Throw.TokenName.empty())
    Text += " of '" + S.Throw.TokenName + "'";
  switch (S.Kind) {
  case How::Loop:
    Text += ", and the loop goes on; ";
    break;
  case How::Work:
    Text += ", and '" + calleeName(*S.Work) + "' still runs; ";
    break;
  default:
    Text += ", and 'true' is returned; ";
    break;
  }
  if (S.MeansCancellation)
    return Text + "leave the loop";
  if (isSameClass(F, S))
    return Text + It + " may also be something else: ask the token here";
  return Text + "rethrow " + It + " first";
}

} // namespace

std::vector<Finding>
SwallowedExceptionCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  for (const SwallowedCancellation &S : swallowedCancellations(F)) {
    const CancellationThrow &T = S.Throw;
    Finding Found = makeFinding(F, Info.Id, S.Handler->getCatchLoc(), T.Model);
    Found.Message = message(F, S);
    Found.CostRank = S.Kind == How::Loop ? 2 : 1;
    if (isa<CallExpr>(T.At))
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*T.At),
                   "'" + T.Callee +
                       (T.IsCertain ? "' throws it here"
                                    : "' is given '" + T.TokenName +
                                          "' and may throw it here")));
    else
      Found.Notes.push_back(makeNote(
          F, T.At->getExprLoc(),
          isa<CXXThrowExpr>(T.At) ? "it is thrown here"
                                  : "what is awaited may throw it here"));
    if (S.Intended)
      Found.Notes.push_back(makeNote(F, S.Intended->getCatchLoc(),
                                     "it never gets to this handler"));
    if (S.Loop) {
      SourceLocation Where = S.Loop->getBeginLoc();
      if (const auto *Range = dyn_cast<CXXForRangeStmt>(S.Loop))
        Where = Range->getForLoc();
      Found.Notes.push_back(makeNote(F, Where, "this loop goes on"));
    }
    if (S.Work)
      Found.Notes.push_back(
          makeNote(F, calleeLocation(*S.Work), "this still runs"));
    if (auto Fixed = rethrowFirst(F, S))
      Found.Fixes.push_back(std::move(*Fixed));
    Out.push_back(std::move(Found));
  }
  for (const SwallowedStatus &S : swallowedStatuses(F)) {
    Finding Found =
        makeFinding(F, Info.Id, calleeLocation(*S.Call), S.Token.Use.Model);
    Found.Message = "the loop goes on when '" + calleeName(*S.Call) +
                    "' fails because '" + S.Token.Spelling +
                    "' is cancelled; leave it " +
                    (S.Type->Cancelled.empty()
                         ? std::string("then")
                         : "on '" + S.Type->Cancelled.front() + "()'");
    Found.CostRank = 2;
    Found.Notes.push_back(makeNote(F, cast<Expr>(S.Test)->getExprLoc(),
                                   "a cancellation is a failure like others "
                                   "here"));
    SourceLocation Where = S.Loop->getBeginLoc();
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(S.Loop))
      Where = Range->getForLoc();
    Found.Notes.push_back(makeNote(F, Where, "this loop goes on"));
    Out.push_back(std::move(Found));
  }
  return Out;
}

} // namespace cancel_tidy
