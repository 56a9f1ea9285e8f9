// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "checks/core/MadeInPlace.h"
#include "checks/core/TokenIndex.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

Costs::Costs(const CostTable &T) {
  Blocking.insert(T.Blocking);
  Long.insert(T.Long);
  Cheap.insert(T.Cheap);
  RunsEach.insert(T.RunsEach);
  RunsForever.insert(T.RunsForever);
  RunsOnce.insert(T.RunsOnce);
  Spawns.insert(T.Spawns);
  Steps.insert(T.Steps);
  NamesOfC = T.NamesOfC;
  for (StringRef Entry : T.Commits) {
    auto [Name, Word] = Entry.split('(');
    auto &Words = Commits[Name];
    if (Word.consume_back(")"))
      Words.push_back(Word.lower());
  }
}

/// Whether an argument in front of the last one is, or is put together of, a
/// literal that ends with Word: `rename((path + ".tmp").c_str(),
/// path.c_str())`.
static bool hasEnding(const Expr &Call, StringRef Word) {
  const auto Args = writtenArgs(Call);
  return Args.size() > 1 &&
         llvm::any_of(ArrayRef(Args).drop_back(), [&](const Expr *A) {
           return anyWithin(A, [&](const Stmt &S) {
             const auto *Text = dyn_cast<clang::StringLiteral>(&S);
             return Text && Text->getCharByteWidth() == 1 &&
                    Text->getString().ends_with_insensitive(Word);
           });
         });
}

/// Whether an argument of Call is a literal that begins with Word, or names
/// something whose name holds it. Words with a dot are endings of a file's
/// name.
static bool hasArgument(const Expr &Call, StringRef Word) {
  if (Word.starts_with("."))
    return hasEnding(Call, Word);
  return llvm::any_of(writtenArgs(Call), [&](const Expr *A) {
    return anyWithin(A, [&](const Stmt &S) {
      if (const auto *Text = dyn_cast<clang::StringLiteral>(&S))
        return Text->getCharByteWidth() == 1 &&
               StringRef(Text->getString().ltrim().lower()).starts_with(Word);
      const ValueDecl *D = variableOf(&S);
      return D && D->getIdentifier() &&
             StringRef(D->getName().lower()).contains(Word);
    });
  });
}

bool Costs::commits(const Expr &Call) const {
  if (!isa<CallExpr>(Call))
    return false;
  return llvm::any_of(callNames(Call), [&](const std::string &Name) {
    auto It = Commits.find(Name);
    return It != Commits.end() &&
           (It->second.empty() ||
            llvm::any_of(It->second, [&](const std::string &Word) {
              return hasArgument(Call, Word);
            }));
  });
}

SmallVector<std::string, 2> callNames(const Expr &Call) {
  SmallVector<std::string, 2> Names;
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return Names;
  Names.push_back(qualifiedName(*FD));
  const Expr *Object = objectOf(Call);
  if (!Object || !FD->getIdentifier())
    return Names;
  QualType T = Object->IgnoreParenImpCasts()->getType().getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  if (const CXXRecordDecl *R = T->getAsCXXRecordDecl();
      R && R->getIdentifier() &&
      R->getCanonicalDecl() !=
          cast<CXXMethodDecl>(FD)->getParent()->getCanonicalDecl())
    Names.push_back(qualifiedName(*R) + "::" + FD->getName().str());
  return Names;
}

/// Whether FD may be the function that C, or the system, has of its name.
static bool mayBeOfC(const FunctionDecl &FD) {
  return FD.isExternC() || FD.getBuiltinID() != 0 ||
         FD.getASTContext().getSourceManager().isInSystemHeader(
             FD.getLocation());
}

CostClass Costs::listedName(const FunctionDecl &FD, StringRef Name,
                            unsigned &Best) const {
  if (NamesOfC.contains(Name) && !mayBeOfC(FD))
    return CostClass::Unknown;
  CostClass Found = CostClass::Unknown;
  auto Try = [&](const NameSet &Set, CostClass C) {
    if (unsigned M = Set.match(Name); M > Best) {
      Best = M;
      Found = C;
    }
  };
  Try(Blocking, CostClass::Blocking);
  Try(Long, CostClass::Long);
  Try(Cheap, CostClass::Cheap);
  return Found;
}

/// Whether the last word of Name is that of something that keeps a record:
/// `audit_logger`, `requestMetrics`, `Log`.
static bool namesRecorder(StringRef Name) {
  std::string Last;
  while (!Name.empty())
    if (std::string Word = takeWord(Name); !Word.empty())
      Last = std::move(Word);
  return StringSwitch<bool>(Last)
      .Cases("log", "logger", "metric", "metrics", true)
      .Cases("counter", "histogram", "gauge", true)
      .Default(false);
}

static const CXXRecordDecl *classOf(QualType T) {
  T = T.getNonReferenceType();
  return (T->isPointerType() ? T->getPointeeType() : T)->getAsCXXRecordDecl();
}

static bool isRecorder(const CXXRecordDecl *R) {
  return R && R->getIdentifier() && namesRecorder(R->getName());
}

/// `logger().info(text)`, `metrics.inc("rows")`, `Log::Write(level, text)`, and
/// `logger()` or `counter("rows")` itself. What is more than a record has
/// another name, gives something back, or is given nothing.
static bool isRecord(const Expr &Call, const FunctionDecl &FD) {
  if (!FD.getIdentifier() || FD.isDefined())
    return false;
  const QualType Result = FD.getReturnType();
  if (namesRecorder(FD.getName()) &&
      (Result->isReferenceType() || Result->isPointerType()) &&
      isRecorder(classOf(Result)))
    return true;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  if (!M || writtenArgs(Call).empty())
    return false;
  bool Recorder = isRecorder(M->getParent());
  if (const Expr *Object = objectOf(Call)) {
    Object = Object->IgnoreParenImpCasts();
    const FunctionDecl *Accessor =
        isa<CallExpr>(Object) ? calleeOf(*Object) : nullptr;
    Recorder |= isRecorder(classOf(Object->getType())) ||
                (Accessor && Accessor->getIdentifier() &&
                 namesRecorder(Accessor->getName()));
  }
  if (!Recorder || !(Result->isVoidType() || Result->isReferenceType()))
    return false;
  StringRef Name = FD.getName();
  const std::string First = takeWord(Name);
  return StringSwitch<bool>(First)
             .Cases("critical", "debug", "error", "fatal", "info", true)
             .Cases("log", "message", "notice", "print", "printf", true)
             .Cases("trace", "verbose", "warn", "warning", true)
             .Cases("add", "dec", "inc", "observe", "record", "sub", true)
             .Default(false) ||
         // A level and a text.
         (First == "write" && writtenArgs(Call).size() > 1);
}

CostClass Costs::listed(const FunctionDecl &FD) const {
  if (TokenIndex::isAnnotated(FD, "blocking"))
    return CostClass::Blocking;
  if (FD.getBuiltinID() != 0 && !FD.getIdentifier())
    return CostClass::Cheap;
  unsigned Best = 0;
  CostClass C = listedName(FD, qualifiedName(FD), Best);
  if (C == CostClass::Unknown && FD.getBuiltinID() != 0)
    return CostClass::Cheap;
  return C;
}

CostClass Costs::listed(const Expr &Call) const {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return CostClass::Unknown;
  if (TokenIndex::isAnnotated(*FD, "blocking"))
    return CostClass::Blocking;
  unsigned Best = 0;
  CostClass Found = CostClass::Unknown;
  for (const std::string &Name : callNames(Call))
    if (CostClass C = listedName(*FD, Name, Best); C != CostClass::Unknown)
      Found = C;
  if (Found == CostClass::Unknown &&
      (FD->getBuiltinID() != 0 || isRecord(Call, *FD)))
    return CostClass::Cheap;
  return Found;
}

RunnerKind Costs::runner(const Expr &Call) const {
  for (const std::string &Name : callNames(Call)) {
    if (RunsForever.contains(Name))
      return RunnerKind::Forever;
    if (RunsEach.contains(Name))
      return RunnerKind::Each;
    if (RunsOnce.contains(Name))
      return RunnerKind::Once;
  }
  return RunnerKind::None;
}

bool Costs::spawns(const CXXRecordDecl &R) const {
  return R.getIdentifier() && Spawns.contains(qualifiedName(R));
}

bool Costs::isStep(const Expr &Call) const {
  return any_of(callNames(Call),
                [&](const std::string &Name) { return Steps.contains(Name); });
}

bool Costs::spawns(const Expr &Call) const {
  if (const auto *New = dyn_cast<CXXConstructExpr>(&Call)) {
    const CXXConstructorDecl *Ctor = New->getConstructor();
    return !Ctor->isCopyOrMoveConstructor() && spawns(*Ctor->getParent());
  }
  if (const CXXRecordDecl *Made = madeInPlace(Call); Made && spawns(*Made))
    return true;
  return any_of(callNames(Call),
                [&](const std::string &Name) { return Spawns.contains(Name); });
}

} // namespace cancel_tidy
