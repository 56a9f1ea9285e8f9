// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/DanglingTokenCheck.h"
#include "checks/core/Dangling.h"
#include "checks/core/FixBuilder.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cancel_tidy {

const CheckInfo DanglingTokenCheck::Info = {
    "cancel-dangling-token",
    "Finds tokens, and what callbacks of registrations use, that are referred "
    "to when they may be gone.",
    /*DefaultOn=*/true,
    FixKind::Sometimes,
    "0.1",
    {},
    [](const OptionValues &) -> std::unique_ptr<Check> {
      return std::make_unique<DanglingTokenCheck>();
    },
    Guideline::Own,
    "C++: cppcoreguidelines-avoid-reference-coroutine-parameters, "
    "cppcoreguidelines-avoid-capturing-lambda-coroutines"};

namespace {

const TokenModel *modelOf(const FunctionAnalysis &F, QualType T) {
  if (TokenUse Use = F.tokens().classify(T))
    return Use.Model;
  return F.tokens().roleOf(T).Model;
}

std::string quoted(const NamedDecl &D) {
  return "'" + D.getNameAsString() + "'";
}

bool isImplicit(const LambdaCapture &C) { return !C.isExplicit(); }

/// Whether V is a token, or a pointer to one, of which a copy is as good.
bool isForCopying(const FunctionAnalysis &F, const VarDecl &V) {
  const TokenUse Use = F.tokens().classify(V.getType());
  if (!Use || Use.Token->SingleUse || Use.Form == TokenForm::SmartPointer)
    return false;
  if (Use.Form != TokenForm::Value)
    return true;
  if (Use.Token->IsSource || !Use.Record || !Use.Record->hasDefinition())
    return false;
  const CXXRecordDecl &R = *Use.Record->getDefinition();
  for (const CXXConstructorDecl *C : R.ctors())
    if (C->isCopyConstructor())
      return !C->isDeleted() && C->getAccess() == AS_public;
  return !R.defaultedCopyConstructorIsDeleted();
}

/// `[&stop]` to `[stop]`, and `[&]` to `[&, stop]`.
std::optional<Fix> captureByValue(const FunctionAnalysis &F,
                                  const DanglingCapture &D) {
  if (!isForCopying(F, *D.Var))
    return std::nullopt;
  if (cast<VarDecl>(D.Capture->getCapturedVar())->isInitCapture())
    return std::nullopt;
  std::optional<TextEdit> Edit;
  if (isImplicit(*D.Capture)) {
    const SourceLocation Default = D.Lambda->getCaptureDefaultLoc();
    if (Default.isInvalid() || Default.isMacroID())
      return std::nullopt;
    Edit = insertText(F, Default.getLocWithOffset(1),
                      ", " + D.Var->getNameAsString());
  } else {
    // The & stands in front of the name.
    const SourceManager &SM = F.sources();
    const SourceLocation Name = D.Capture->getLocation();
    if (Name.isMacroID())
      return std::nullopt;
    auto [File, Offset] = SM.getDecomposedLoc(Name);
    StringRef Before = SM.getBufferData(File).take_front(Offset);
    const size_t At = Before.rtrim().size();
    if (At == 0 || Before[At - 1] != '&')
      return std::nullopt;
    Edit = replaceText(F,
                       CharSourceRange::getCharRange(
                           Name.getLocWithOffset(-int(Offset - At + 1)), Name),
                       "");
  }
  if (!Edit)
    return std::nullopt;
  return Fix{"capture " + quoted(*D.Var) + " by value", {*Edit}};
}

Note keptNote(const FunctionAnalysis &F, const LambdaLife &Life) {
  switch (Life.What) {
  case LambdaLife::Kind::Returned:
    return makeNote(F, Life.At->getBeginLoc(), "the lambda is returned here");
  case LambdaLife::Kind::Detached:
    return makeNote(F, Life.At->getEndLoc(),
                    "nobody waits for the thread that runs the lambda");
  default:
    return makeNote(
        F, Life.Field ? Life.Field->getLocation() : Life.Holder->getLocation(),
        quoted(Life.Field ? static_cast<const NamedDecl &>(*Life.Field)
                          : *Life.Holder) +
            " keeps the lambda");
  }
}

Finding ofCapture(const FunctionAnalysis &F, const DanglingCapture &D) {
  const SourceLocation Where = isImplicit(*D.Capture)
                                   ? D.Lambda->getCaptureDefaultLoc()
                                   : D.Capture->getLocation();
  const ValueDecl *Keeper = D.Life.Field;
  if (!Keeper)
    Keeper = D.Life.Holder;
  const TokenModel *Model = modelOf(F, D.Var->getType());
  if (!Model && Keeper)
    Model = modelOf(F, Keeper->getType());
  Finding Found = makeFinding(F, DanglingTokenCheck::Info.Id, Where, Model);
  Found.Message = quoted(*D.Var) + " is captured by reference and may be gone "
                                   "when the lambda runs";
  if (D.OfRegistration)
    Found.Message = quoted(*D.Var) + " is captured by reference and may be "
                                     "gone when the callback runs";
  if (isForCopying(F, *D.Var))
    Found.Message += "; capture it by value";
  Found.Notes.push_back(
      makeNote(F, D.Var->getLocation(), quoted(*D.Var) + " is declared here"));
  Found.Notes.push_back(keptNote(F, D.Life));
  if (auto Fixed = captureByValue(F, D))
    Found.Fixes.push_back(std::move(*Fixed));
  return Found;
}

/// `const std::stop_token &stop` to `std::stop_token stop`, where the function
/// is declared once.
std::optional<Fix> takeByValue(const FunctionAnalysis &F,
                               const ParmVarDecl &P) {
  const FunctionDecl &FD = F.decl();
  if (F.body().lambda() || FD.isTemplateInstantiation() ||
      FD.getPreviousDecl() || FD.getMostRecentDecl() != &FD ||
      !P.getTypeSourceInfo())
    return std::nullopt;
  const SourceManager &SM = F.sources();
  const SourceLocation Begin = P.getBeginLoc(), Name = P.getLocation();
  if (Begin.isMacroID() || Name.isMacroID() ||
      SM.getFileID(Begin) != SM.getFileID(Name))
    return std::nullopt;
  StringRef Text = SM.getBufferData(SM.getFileID(Begin))
                       .slice(SM.getFileOffset(Begin), SM.getFileOffset(Name));
  StringRef Type = Text.rtrim();
  if (!Type.consume_back("&"))
    return std::nullopt;
  Type.consume_back("&");
  Type = Type.rtrim();
  if (!Type.consume_front("const ") && !Type.consume_back(" const") &&
      !P.getType()->isRValueReferenceType())
    return std::nullopt;
  // Nothing but a name is left.
  if (Type.find_first_of("&*()/") != StringRef::npos)
    return std::nullopt;
  auto Edit = replaceText(F, CharSourceRange::getCharRange(Begin, Name),
                          Type.trim().str() + " ");
  if (!Edit)
    return std::nullopt;
  return Fix{"take " + quoted(P) + " by value", {*Edit}};
}

Finding ofParameter(const FunctionAnalysis &F, const DanglingParameter &D) {
  Finding Found =
      makeFinding(F, DanglingTokenCheck::Info.Id, D.Param->getLocation(),
                  modelOf(F, D.Param->getType()));
  Found.Message = "parameter " + quoted(*D.Param) +
                  " is a reference, and the token may be gone when this "
                  "coroutine goes on; take it by value";
  Found.Notes.push_back(
      makeNote(F, D.Use->getExprLoc(), "it is used here, behind a suspension"));
  if (auto Fixed = takeByValue(F, *D.Param))
    Found.Fixes.push_back(std::move(*Fixed));
  return Found;
}

Finding ofClosure(const FunctionAnalysis &F, const DanglingClosure &D) {
  const ValueDecl &V = *D.Capture->getCapturedVar();
  Finding Found =
      makeFinding(F, DanglingTokenCheck::Info.Id, D.Capture->getLocation(),
                  modelOf(F, V.getType()));
  Found.Message = quoted(V) +
                  " is captured by a coroutine whose lambda is gone "
                  "before it ends; pass it as a parameter";
  Found.Notes.push_back(
      makeNote(F, D.Use->getExprLoc(), "it is used here, after that"));
  return Found;
}

Finding ofMember(const FunctionAnalysis &F, const DanglingMember &D) {
  Finding Found =
      makeFinding(F, DanglingTokenCheck::Info.Id, D.Var->getLocation(),
                  modelOf(F, D.Var->getType()));
  Found.Message = quoted(*D.Var) +
                  " is gone when this function returns, but "
                  "member " +
                  quoted(*D.Field) + " goes on referring to it; keep a copy";
  Found.Notes.push_back(
      makeNote(F, D.At->getBeginLoc(), quoted(*D.Field) + " gets it here"));
  return Found;
}

} // namespace

std::vector<Finding>
DanglingTokenCheck::checkFunction(const FunctionAnalysis &F) {
  std::vector<Finding> Out;
  if (F.body().isBroken() || !F.body().written())
    return Out;
  for (const DanglingCapture &D : danglingCaptures(F))
    Out.push_back(ofCapture(F, D));
  for (const DanglingClosure &D : danglingClosures(F))
    Out.push_back(ofClosure(F, D));
  for (const DanglingParameter &D : danglingParameters(F))
    Out.push_back(ofParameter(F, D));
  for (const DanglingMember &D : danglingMembers(F))
    Out.push_back(ofMember(F, D));
  for (Finding &Found : Out)
    Found.CostRank = 1;
  return Out;
}

} // namespace cancel_tidy
