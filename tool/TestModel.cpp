// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/TestModel.h"
#include "checks/core/Names.h"
#include "checks/core/TokenModel.h"
#include "tool/CancelConfig.h"
#include "tool/TuAnalyser.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;

namespace cancel_tidy {
namespace {

/// Names that a header declares, each with a place where.
class Declarations : public clang::RecursiveASTVisitor<Declarations> {
public:
  explicit Declarations(clang::ASTContext &Context) : Context(Context) {}

  std::map<std::string, std::string> Places;
  std::map<std::string, std::vector<std::string>> Bases;

  bool VisitNamedDecl(clang::NamedDecl *D) {
    if (D->getDeclName().isEmpty() || isa<clang::ParmVarDecl>(D))
      return true;
    Places.try_emplace(qualifiedName(*D), placeOf(*D));
    if (const auto *C = dyn_cast<clang::CXXRecordDecl>(D))
      if (C->hasDefinition() && C->getDefinition() == C)
        addBases(*C);
    return true;
  }

  /// The place of a member of Type or of one of its bases; empty: none.
  std::string member(const std::string &Type, StringRef Name) const {
    if (auto It = Places.find(Type + "::" + Name.str()); It != Places.end())
      return It->second;
    if (auto It = Bases.find(Type); It != Bases.end())
      for (const std::string &Base : It->second)
        if (std::string Place = member(Base, Name); !Place.empty())
          return Place;
    return "";
  }

private:
  void addBases(const clang::CXXRecordDecl &C) {
    for (const clang::CXXBaseSpecifier &B : C.bases()) {
      const clang::CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
      if (!Base)
        if (const auto *T =
                B.getType()->getAs<clang::TemplateSpecializationType>())
          if (const clang::TemplateDecl *TD =
                  T->getTemplateName().getAsTemplateDecl())
            Base =
                dyn_cast_or_null<clang::CXXRecordDecl>(TD->getTemplatedDecl());
      if (Base && Base != &C)
        Bases[qualifiedName(C)].push_back(qualifiedName(*Base));
    }
  }
  std::string placeOf(const clang::NamedDecl &D) {
    return Context.getSourceManager()
        .getFileLoc(D.getLocation())
        .printToString(Context.getSourceManager());
  }
  clang::ASTContext &Context;
};

/// Prints one line a key.
class Tester {
public:
  Tester(const Declarations &Known, raw_ostream &OS) : Known(Known), OS(OS) {}
  bool AllMatched = true;

  void name(StringRef Key, const std::string &Name) {
    if (Name.empty())
      return;
    if (StringRef(Name).ends_with("::*")) {
      StringRef Prefix = StringRef(Name).drop_back(1);
      auto It = Known.Places.lower_bound(Prefix.str());
      bool Any =
          It != Known.Places.end() && StringRef(It->first).starts_with(Prefix);
      line(Key, Name, Any ? It->second : "");
      return;
    }
    auto It = Known.Places.find(Name);
    line(Key, Name, It == Known.Places.end() ? "" : It->second);
  }
  void names(StringRef Key, const std::vector<std::string> &Names) {
    for (const std::string &N : Names)
      name(Key, N);
  }
  void members(StringRef Key, const std::string &Type,
               const std::vector<std::string> &Names) {
    for (const std::string &N : Names)
      line(Key, Type + "::" + N, Known.member(Type, N));
  }

private:
  void line(StringRef Key, const std::string &Name, StringRef Place) {
    AllMatched &= !Place.empty();
    if (Place.empty())
      OS << "no match: " << Key << ": " << Name << '\n';
    else
      OS << "match: " << Key << ": " << Name << " (" << Place << ")\n";
  }
  const Declarations &Known;
  raw_ostream &OS;
};

void testOne(const TokenModel &M, Tester &T) {
  for (const TokenType &K : M.Tokens) {
    T.name("Type", K.Type);
    T.members("Poll", K.Type, K.Poll);
    T.members("PollMore", K.Type, K.PollMore);
    T.members("Throw", K.Type, K.Throw);
    T.members("Status", K.Type, K.Status);
    T.members("Possible", K.Type, K.Possible);
    T.members("Derive", K.Type, K.Derive);
    T.members("Register", K.Type, K.Register);
    T.members("Wait", K.Type, K.Wait);
    T.members("Request", K.Type, K.Request);
  }
  for (const SourceType &K : M.Sources) {
    T.name("Type", K.Type);
    T.members("Token", K.Type, K.Token);
    T.members("Poll", K.Type, K.Poll);
    T.members("Request", K.Type, K.Request);
  }
  for (const CarrierType &K : M.Carriers) {
    T.name("Type", K.Type);
    T.members("Token", K.Type, K.Token);
  }
  T.names("Poll", M.Functions.Poll);
  T.names("PollMore", M.Functions.PollMore);
  T.names("Throw", M.Functions.Throw);
  T.names("Wait", M.Functions.Wait);
  T.names("Combine", M.Functions.Combine);
  T.names("None", M.Functions.None);
  T.names("Registrations", M.Registrations);
  T.names("Exceptions", M.Exceptions);
  T.names("Concepts", M.Concepts);
  T.names("AmbientTasks", M.AmbientTasks);
  for (const WaitReplacement &W : M.Waits) {
    T.name("Call", W.Call);
    T.name("Needs", W.Needs);
  }
}

class TestConsumer : public clang::ASTConsumer {
public:
  TestConsumer(const TokenModels &Models, bool &AllMatched)
      : Models(Models), AllMatched(AllMatched) {}
  void HandleTranslationUnit(clang::ASTContext &Context) override {
    Declarations Known(Context);
    Known.TraverseAST(Context);
    Tester T(Known, outs());
    for (const TokenModel &M : Models.models())
      testOne(M, T);
    AllMatched = T.AllMatched;
  }

private:
  const TokenModels &Models;
  bool &AllMatched;
};

class TestAction : public clang::ASTFrontendAction {
public:
  TestAction(const TokenModels &Models, bool &AllMatched)
      : Models(Models), AllMatched(AllMatched) {}
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &, StringRef) override {
    return std::make_unique<TestConsumer>(Models, AllMatched);
  }

private:
  const TokenModels &Models;
  bool &AllMatched;
};

} // namespace

Expected<int> testModel(const Options &O) {
  Expected<std::string> Text = readTextFile(*O.TestModel);
  if (!Text)
    return Text.takeError();
  TokenModels Models;
  if (Error E = Models.addModels(*Text, *O.TestModel))
    return std::move(E);

  // A header needs no database: without one it is parsed as C++20.
  Options Input = O;
  if (!Input.Flags && Input.BuildPath.empty())
    Input.Flags.emplace(std::vector<std::string>{"-std=c++20"});
  Expected<RunInput> Run = collectCommands(Input);
  if (!Run)
    return Run.takeError();
  const TuCommand &Command = Run->Commands.front();
  auto Files = makeFileSystem(Command.Directory, {}, O.VfsOverlay);
  if (!Files)
    return Files.takeError();
  IntrusiveRefCntPtr<clang::FileManager> Manager(
      new clang::FileManager(clang::FileSystemOptions(), *Files));
  CommandEdits Edits{O.ExtraArgsBefore, O.ExtraArgs, O.RemovedArgs};
  bool AllMatched = false;
  clang::tooling::ToolInvocation Invocation(
      prepareArguments(Command, Edits),
      std::make_unique<TestAction>(Models, AllMatched), Manager.get());
  // Clang prints the errors of the header itself.
  if (!Invocation.run())
    return 3;
  return AllMatched ? 0 : 1;
}

} // namespace cancel_tidy
