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
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include "llvm/Support/raw_ostream.h"
#include <deque>
#include <map>

using namespace llvm;

namespace cancel_tidy {
namespace {

/// What a header declares under a name.
struct Declared {
  enum Kind { Alias, Other, Class, Function, Concept } What;
  std::string Place;
  std::string Of; ///< what an alias stands for
};

/// Names that a header declares. Analyses know things by their own names, so
/// an alias of a class is told from the class.
class Declarations : public clang::RecursiveASTVisitor<Declarations> {
public:
  explicit Declarations(clang::ASTContext &Context) : Context(Context) {}

  std::map<std::string, Declared> Names;
  std::map<std::string, std::vector<std::string>> Bases;

  bool VisitNamedDecl(clang::NamedDecl *D) {
    if (D->getDeclName().isEmpty() || isa<clang::ParmVarDecl>(D))
      return true;
    Declared New{kindOf(*D), placeOf(*D), aliasOf(*D)};
    auto [It, First] = Names.try_emplace(qualifiedName(*D), New);
    if (!First && New.What > It->second.What)
      It->second = New;
    if (const auto *C = dyn_cast<clang::CXXRecordDecl>(D))
      if (C->hasDefinition() && C->getDefinition() == C)
        addBases(*C);
    return true;
  }

  /// A member of Type or of one of its bases, or null.
  const Declared *member(const std::string &Type, StringRef Name) const {
    if (auto It = Names.find(Type + "::" + Name.str()); It != Names.end())
      return &It->second;
    if (auto It = Bases.find(Type); It != Bases.end())
      for (const std::string &Base : It->second)
        if (const Declared *D = member(Base, Name))
          return D;
    return nullptr;
  }

private:
  static Declared::Kind kindOf(const clang::NamedDecl &D) {
    if (isa<clang::CXXRecordDecl, clang::ClassTemplateDecl>(D))
      return Declared::Class;
    if (isa<clang::FunctionDecl, clang::FunctionTemplateDecl>(D))
      return Declared::Function;
    if (isa<clang::ConceptDecl>(D))
      return Declared::Concept;
    if (isa<clang::TypedefNameDecl, clang::TypeAliasTemplateDecl,
            clang::UsingDecl, clang::UsingShadowDecl>(D))
      return Declared::Alias;
    return Declared::Other;
  }
  static std::string aliasOf(const clang::NamedDecl &D) {
    if (const auto *T = dyn_cast<clang::TypedefNameDecl>(&D))
      if (const clang::CXXRecordDecl *R =
              T->getUnderlyingType()->getAsCXXRecordDecl())
        return qualifiedName(*R);
    if (const auto *U = dyn_cast<clang::UsingDecl>(&D))
      for (const clang::UsingShadowDecl *S : U->shadows())
        return qualifiedName(*S->getTargetDecl());
    return {};
  }
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

/// Where a model file writes the names below its keys.
class KeyPlaces {
public:
  KeyPlaces(StringRef Text, StringRef File) : Text(Text), File(File) {
    SourceMgr SM;
    yaml::Stream Stream(Text, SM);
    for (yaml::Document &Document : Stream)
      walk(Document.getRoot(), "");
  }

  /// "FILE:LINE:COL" of Name below Key; names that occur again, in order.
  std::string take(StringRef Key, StringRef Name) {
    auto It = Places.find({Key.str(), Name.str()});
    if (It == Places.end() || It->second.empty())
      return File.str();
    std::string Place = File.str() + ":" + It->second.front();
    It->second.pop_front();
    return Place;
  }

private:
  void walk(yaml::Node *Node, const std::string &Key) {
    SmallString<64> Storage;
    if (auto *Mapping = dyn_cast_or_null<yaml::MappingNode>(Node)) {
      for (yaml::KeyValueNode &Entry : *Mapping) {
        auto *Name = dyn_cast_or_null<yaml::ScalarNode>(Entry.getKey());
        std::string Inner = Name ? Name->getValue(Storage).str() : "";
        walk(Entry.getValue(), Inner);
      }
    } else if (auto *List = dyn_cast_or_null<yaml::SequenceNode>(Node)) {
      for (yaml::Node &Entry : *List)
        walk(&Entry, Key);
    } else if (auto *Scalar = dyn_cast_or_null<yaml::ScalarNode>(Node)) {
      size_t Offset = Scalar->getSourceRange().Start.getPointer() - Text.data();
      std::string Value = Scalar->getValue(Storage).str();
      Places[{Key, Value}].push_back(lineAndColumn(Text, Offset));
    }
  }

  StringRef Text, File;
  std::map<std::pair<std::string, std::string>, std::deque<std::string>> Places;
};

/// Prints one line a name.
class Tester {
public:
  Tester(const Declarations &Known, KeyPlaces &Written, raw_ostream &OS)
      : Known(Known), Written(Written), OS(OS) {}
  unsigned Matched = 0, Unmatched = 0;

  /// A name that must be a Wanted; a class below an alias is none.
  void name(StringRef Key, const std::string &Name, Declared::Kind Wanted) {
    if (Name.empty())
      return;
    auto It = Known.Names.find(Name);
    const Declared *D = It == Known.Names.end() ? nullptr : &It->second;
    // A member function may be a base's.
    if (auto [Class, Member] = StringRef(Name).rsplit("::");
        !D && Wanted == Declared::Function && !Member.empty())
      D = Known.member(Class.str(), Member);
    if (D && D->What == Wanted)
      return match(Key, Name, *D, Name);
    noMatch(Key, Name, Name, D);
  }
  void names(StringRef Key, const std::vector<std::string> &Names,
             Declared::Kind Wanted) {
    for (const std::string &N : Names)
      name(Key, N, Wanted);
  }
  void members(StringRef Key, const std::string &Type,
               const std::vector<std::string> &Names) {
    for (const std::string &N : Names) {
      if (StringRef(N).starts_with("operator"))
        noMatch(Key, Type + "::" + N, N, nullptr,
                N == "operator()" ? "write 'Call: ...'" : "write 'Bool: ...'");
      else if (const Declared *D = Known.member(Type, N))
        match(Key, Type + "::" + N, *D, N);
      else
        noMatch(Key, Type + "::" + N, N, nullptr);
    }
  }

private:
  void match(StringRef Key, const std::string &Name, const Declared &D,
             StringRef AsWritten) {
    ++Matched;
    Written.take(Key, AsWritten);
    OS << "match: " << Key << ": " << Name << " (" << D.Place << ")\n";
  }
  void noMatch(StringRef Key, const std::string &Name, StringRef AsWritten,
               const Declared *Instead, StringRef Mend = "") {
    ++Unmatched;
    OS << "no match: " << Key << ": " << Name << " ("
       << Written.take(Key, AsWritten) << ")";
    if (!Mend.empty())
      OS << ": operators have keys of their own; " << Mend;
    else if (Instead && !Instead->Of.empty())
      OS << ": an alias; write '" << Instead->Of << "'";
    else if (Instead)
      OS << ": something else has that name (" << Instead->Place << ")";
    OS << '\n';
  }
  const Declarations &Known;
  KeyPlaces &Written;
  raw_ostream &OS;
};

void testOne(const TokenModel &M, Tester &T) {
  for (const TokenType &K : M.Tokens) {
    T.name("Type", K.Type, Declared::Class);
    T.members("Poll", K.Type, K.Poll);
    T.members("PollMore", K.Type, K.PollMore);
    T.members("Throw", K.Type, K.Throw);
    T.names("Throws", K.Throws, Declared::Class);
    T.members("Status", K.Type, K.Status);
    T.members("Possible", K.Type, K.Possible);
    T.members("Derive", K.Type, K.Derive);
    T.members("Same", K.Type, K.Same);
    T.members("Register", K.Type, K.Register);
    T.members("Wait", K.Type, K.Wait);
    T.members("Request", K.Type, K.Request);
  }
  for (const SourceType &K : M.Sources) {
    T.name("Type", K.Type, Declared::Class);
    T.members("Token", K.Type, K.Token);
    T.members("Poll", K.Type, K.Poll);
    T.members("Request", K.Type, K.Request);
  }
  for (const CarrierType &K : M.Carriers) {
    T.name("Type", K.Type, Declared::Class);
    T.members("Token", K.Type, K.Token);
  }
  T.names("Poll", M.Functions.Poll, Declared::Function);
  T.names("PollMore", M.Functions.PollMore, Declared::Function);
  T.names("Throw", M.Functions.Throw, Declared::Function);
  T.names("Wait", M.Functions.Wait, Declared::Function);
  T.names("WaitReturns", M.Functions.WaitReturns, Declared::Function);
  T.names("Combine", M.Functions.Combine, Declared::Function);
  T.names("None", M.Functions.None, Declared::Function);
  T.names("Registrations", M.Registrations, Declared::Class);
  T.names("Exceptions", M.Exceptions, Declared::Class);
  T.names("ThrowingWaits", M.ThrowingWaits, Declared::Function);
  for (const StatusType &S : M.Statuses) {
    T.name("Type", S.Type, Declared::Class);
    T.members("Ok", S.Type, S.Ok);
    T.members("Failed", S.Type, S.Failed);
    T.members("Cancelled", S.Type, S.Cancelled);
  }
  T.names("Concepts", M.Concepts, Declared::Concept);
  T.names("AmbientTasks", M.AmbientTasks, Declared::Class);
  for (const WaitReplacement &W : M.Waits) {
    T.name("Call", W.Call, Declared::Function);
    T.name("Needs", W.Needs, Declared::Function);
  }
}

class TestConsumer : public clang::ASTConsumer {
public:
  TestConsumer(ArrayRef<TokenModel> Models, KeyPlaces &Written,
               bool &AllMatched)
      : Models(Models), Written(Written), AllMatched(AllMatched) {}
  void HandleTranslationUnit(clang::ASTContext &Context) override {
    Declarations Known(Context);
    Known.TraverseAST(Context);
    AllMatched = true;
    for (const TokenModel &M : Models) {
      Tester T(Known, Written, outs());
      testOne(M, T);
      outs() << "family " << M.Family << ": " << T.Matched << " of "
             << T.Matched + T.Unmatched << " names match\n";
      AllMatched &= T.Unmatched == 0;
    }
  }

private:
  ArrayRef<TokenModel> Models;
  KeyPlaces &Written;
  bool &AllMatched;
};

class TestAction : public clang::ASTFrontendAction {
public:
  TestAction(ArrayRef<TokenModel> Models, KeyPlaces &Written, bool &AllMatched)
      : Models(Models), Written(Written), AllMatched(AllMatched) {}
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &, StringRef) override {
    return std::make_unique<TestConsumer>(Models, Written, AllMatched);
  }

private:
  ArrayRef<TokenModel> Models;
  KeyPlaces &Written;
  bool &AllMatched;
};

/// The models of File: a model file, or a `.cancel-tidy` with models in it.
Expected<std::vector<TokenModel>> readModels(StringRef File, StringRef Text) {
  if (sys::path::filename(File) != ".cancel-tidy") {
    TokenModels Models;
    if (Error E = Models.addModels(Text, File))
      return std::move(E);
    return Models.models().vec();
  }
  auto Config = CancelConfigReader().read(File);
  if (!Config)
    return Config.takeError();
  // Built-in models stand in front of those that the file adds.
  return (*Config)
      ->Models->models()
      .drop_front(TokenModels::builtin().models().size())
      .vec();
}

} // namespace

Expected<int> testModel(const Options &O) {
  Expected<std::string> Text = readTextFile(*O.TestModel);
  if (!Text)
    return Text.takeError();
  Expected<std::vector<TokenModel>> Models = readModels(*O.TestModel, *Text);
  if (!Models)
    return Models.takeError();
  if (Models->empty())
    return createStringError(std::errc::invalid_argument,
                             "%s: there is no model in it",
                             O.TestModel->c_str());
  KeyPlaces Written(*Text, *O.TestModel);

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
      std::make_unique<TestAction>(*Models, Written, AllMatched),
      Manager.get());
  // Clang prints the errors of the header itself.
  if (!Invocation.run())
    return 3;
  return AllMatched ? 0 : 1;
}

} // namespace cancel_tidy
