// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "checks/core/TokenIndex.h"
#include "clang/AST/ExprCXX.h"
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

CostClass Costs::listedName(StringRef Name, unsigned &Best) const {
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

CostClass Costs::listed(const FunctionDecl &FD) const {
  if (TokenIndex::isAnnotated(FD, "blocking"))
    return CostClass::Blocking;
  if (FD.getBuiltinID() != 0 && !FD.getIdentifier())
    return CostClass::Cheap;
  unsigned Best = 0;
  CostClass C = listedName(qualifiedName(FD), Best);
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
    if (CostClass C = listedName(Name, Best); C != CostClass::Unknown)
      Found = C;
  if (Found == CostClass::Unknown && FD->getBuiltinID() != 0)
    return CostClass::Cheap;
  return Found;
}

bool Costs::looksCheap(const FunctionDecl &FD) {
  if (isa<CXXConstructorDecl, CXXDestructorDecl, CXXConversionDecl>(FD))
    return true;
  if (FD.isOverloadedOperator() && FD.getOverloadedOperator() != OO_Call)
    return true;
  if (FD.isImplicit() || FD.isDefaulted() || FD.isConstexpr() ||
      FD.isNoReturn())
    return true;
  if (const auto *Proto = FD.getType()->getAs<FunctionProtoType>())
    if (!isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
        Proto->isNothrow() && isa<CXXMethodDecl>(FD))
      return true;
  if (!FD.getIdentifier())
    return true;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  // An accessor: a const member without arguments. A singleton or a constant:
  // a static one that returns a reference.
  if (M && !M->isStatic() && M->isConst() && M->getNumParams() <= 1)
    return true;
  if (M && M->isStatic() && M->getNumParams() == 0 &&
      M->getReturnType()->isReferenceType())
    return true;
  std::string Name = FD.getName().lower();
  StringRef N = Name;
  auto Word = [&](StringRef Prefix) {
    StringRef Rest = N;
    if (!Rest.consume_front(Prefix))
      return false;
    StringRef Original = FD.getName().drop_front(Prefix.size());
    return Rest.empty() || Original.front() == '_' ||
           isUppercase(Original.front()) || isDigit(Original.front());
  };
  for (StringRef Prefix :
       {"get",   "is",      "has",    "set",   "to",     "as",     "make",
        "log",   "size",    "length", "empty", "begin",  "end",    "swap",
        "hash",  "compare", "equals", "min",   "max",    "format", "name",
        "type",  "num",     "count",  "ok",    "trace",  "debug",  "warn",
        "error", "assert",  "string", "can",   "should", "clone",  "report"})
    if (Word(Prefix))
      return true;
  // What containers and builders offer; a free function of such a name may be
  // anything.
  if (M)
    for (StringRef Prefix :
         {"front",   "back",   "push",   "pop",       "emplace",   "insert",
          "append",  "add",    "clear",  "reset",     "data",      "index",
          "reserve", "resize", "erase",  "remove",    "find",      "contains",
          "at",      "value",  "notify", "increment", "decrement", "advance"})
      if (Word(Prefix))
        return true;
  return false;
}

bool Costs::soundsLong(const FunctionDecl &FD) {
  if (!FD.getIdentifier())
    return false;
  // The first word of snake_case, camelCase or PascalCase.
  StringRef Name = FD.getName().ltrim('_');
  if (Name.starts_with("do_"))
    Name = Name.drop_front(3);
  size_t End = 1;
  while (End < Name.size() && isLowercase(Name[End]))
    ++End;
  std::string Verb = Name.take_front(End).lower();
  return StringSwitch<bool>(Verb)
      .Cases("accept", "await", "block", "compute", "connect", "download", true)
      .Cases("execute", "expensive", "heavy", "slow", "work", true)
      .Cases("fetch", "join", "perform", "process", "query", "receive", true)
      .Cases("recv", "render", "run", "sleep", true)
      .Cases("solve", "train", "transfer", "upload", "wait", true)
      .Default(false);
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

} // namespace cancel_tidy
