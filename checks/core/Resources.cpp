// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Resources.h"
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

Resources::Resources(const CostTable &Table) : Pairs(Table.Resources) {
  New.Release = {"delete"};
  NewArray.Release = {"delete[]"};
  New.Done = NewArray.Done = "deleted";
  for (const ResourcePair &P : Pairs)
    for (const std::string &Name : P.Acquire) {
      Acquirers[Name] = &P;
      Words.insert(StringRef(Name).rsplit("::").second.empty()
                       ? StringRef(Name)
                       : StringRef(Name).rsplit("::").second);
    }
}

const ResourcePair *Resources::acquired(const Expr &E) const {
  if (const auto *Fresh = dyn_cast<CXXNewExpr>(&E)) {
    // Placement takes memory that somebody else has.
    const FunctionDecl *FD = Fresh->getOperatorNew();
    if (FD ? FD->isReservedGlobalPlacementOperator()
           : Fresh->getNumPlacementArgs() != 0)
      return nullptr;
    return Fresh->isArray() ? &NewArray : &New;
  }
  const FunctionDecl *FD = calleeOf(E);
  if (!FD || !FD->getIdentifier() || !Words.contains(FD->getName()))
    return nullptr;
  for (const std::string &Name : callNames(E))
    if (const ResourcePair *P = Acquirers.lookup(Name))
      return P;
  return nullptr;
}

static bool isCallOf(const std::vector<std::string> &Names, const Expr &E) {
  return llvm::any_of(callNames(E), [&](const std::string &Name) {
    return llvm::is_contained(Names, Name);
  });
}

bool Resources::releases(const ResourcePair &Pair, const Expr &E) const {
  if (isa<CXXDeleteExpr>(E))
    return &Pair == &New || &Pair == &NewArray;
  return isa<CallExpr>(E) && isCallOf(Pair.Release, E);
}

bool Resources::borrows(const ResourcePair &Pair, const Expr &Call) const {
  const FunctionDecl *FD = calleeOf(Call);
  if (!FD)
    return false;
  if (isCallOf(Pair.Borrow, Call))
    return true;
  // The C library takes nothing over but what it is there to release.
  return FD->getBuiltinID() != 0 ||
         (FD->isExternC() &&
          FD->getASTContext().getSourceManager().isInSystemHeader(
              FD->getLocation()));
}

} // namespace cancel_tidy
