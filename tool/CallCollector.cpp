// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/CallCollector.h"
#include "checks/core/Names.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include <algorithm>

using namespace clang;
using llvm::SmallString;

namespace cancel_tidy {
namespace {

class Collector : public RecursiveASTVisitor<Collector> {
public:
  Collector(SourceManager &SM, ProjectFiles &Project)
      : SM(SM), Project(Project) {}

  std::vector<ResolvedCall> Calls;

  bool VisitCallExpr(CallExpr *E) {
    const auto *Callee = dyn_cast_or_null<FunctionDecl>(E->getCalleeDecl());
    if (!Callee)
      return true;
    // At the name, where findings point, not at its qualifier.
    const Expr *Named = E->getCallee()->IgnoreParenImpCasts();
    const auto *Ref = dyn_cast<DeclRefExpr>(Named);
    add(Ref ? Ref->getLocation() : Named->getExprLoc(), *Callee);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    add(E->getLocation(), *E->getConstructor());
    return true;
  }

private:
  void add(SourceLocation Where, const FunctionDecl &Callee) {
    ResolvedCall Call;
    std::tie(Call.File, Call.Offset) = projectPlace(Where);
    if (Call.File.empty())
      return;
    const FunctionDecl *Pattern = Callee.getTemplateInstantiationPattern();
    const FunctionDecl &Written = Pattern ? *Pattern : Callee;
    std::tie(Call.CalleeFile, Call.CalleeOffset) =
        projectPlace(Written.getFirstDecl()->getLocation());
    Call.Callee =
        Call.CalleeFile.empty() ? usrOf(Written) : Written.getNameAsString();
    Calls.push_back(std::move(Call));
  }
  /// The place in a project file, or no file.
  std::pair<std::string, unsigned> projectPlace(SourceLocation Where) {
    auto [File, Offset] = SM.getDecomposedLoc(SM.getFileLoc(Where));
    OptionalFileEntry Name = SM.getFileEntryRefForID(File);
    if (!Name || SrcMgr::isSystem(SM.getFileCharacteristic(Where)))
      return {};
    auto [It, New] = Paths.try_emplace(File);
    if (New)
      if (std::string Path = absolutePathOf(*Name); Project.contains(Path))
        It->second = std::move(Path);
    if (It->second.empty())
      return {};
    return {It->second, Offset};
  }
  std::string absolutePathOf(FileEntryRef Entry) {
    SmallString<256> Path(Entry.getName());
    SM.getFileManager().makeAbsolutePath(Path);
    return absolutePath(Path);
  }

  using OptionalFileEntry = OptionalFileEntryRef;
  SourceManager &SM;
  ProjectFiles &Project;
  /// Paths of project files; empty for others.
  llvm::DenseMap<FileID, std::string> Paths;
};

} // namespace

std::vector<ResolvedCall> resolvedCalls(ASTContext &Context,
                                        ProjectFiles &Project) {
  Collector Found(Context.getSourceManager(), Project);
  Found.TraverseAST(Context);
  llvm::sort(Found.Calls);
  Found.Calls.erase(std::unique(Found.Calls.begin(), Found.Calls.end()),
                    Found.Calls.end());
  return std::move(Found.Calls);
}

} // namespace cancel_tidy
