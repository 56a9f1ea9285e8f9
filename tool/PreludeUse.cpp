// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/PreludeUse.h"
#include "tool/ClangArguments.h"
#include "tool/MacroUses.h"
#include "tool/TuAnalyser.h"
#include "clang/AST/DeclBase.h"
#include "clang/AST/ExternalASTSource.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Serialization/ASTReader.h"
#include "clang/Serialization/ModuleFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"

using namespace llvm;

namespace cancel_tidy {

class PreludeUse::Watcher : public MacroUses {
public:
  Watcher(PreludeUse &Use, clang::CompilerInstance &Compiler)
      : Use(Use), PP(Compiler.getPreprocessor()),
        SM(Compiler.getSourceManager()) {}

  void EndOfMainFile() override {
    // A macro that the prelude was made without may be a word in its code.
    for (const auto &Other : Use.OtherMacros)
      Use.IsSpoilt |= none_of(Use.Info->Given,
                              [&](const std::string &Macro) {
                                return macroName(Macro) == Other.getKey();
                              }) &&
                      PP.getIdentifierInfo(Other.getKey())->isFromAST();
  }

  void FileSkipped(const clang::FileEntryRef &File, const clang::Token &,
                   clang::SrcMgr::CharacteristicKind) override {
    auto It = Use.Index.find(preludePathOf(File, SM));
    if (It == Use.Index.end())
      return;
    Use.IsSpoilt |= ChangesWords && !Use.Included.contains(It->second);
    Use.include(It->second);
  }
  void MacroDefined(const clang::Token &Name,
                    const clang::MacroDirective *MD) override {
    const clang::IdentifierInfo *II = Name.getIdentifierInfo();
    if (!MD || SM.isWrittenInBuiltinFile(MD->getLocation()) ||
        SM.isWrittenInCommandLineFile(MD->getLocation()))
      return;
    if (isPreludes(MD->getLocation()))
      return noteAgain(*II, *MD);
    // What is no macro to the prelude is a word in its code.
    if (!isItself(*II, *MD->getMacroInfo()))
      ChangesWords |= II->isKeyword(clang::LangOptions()) ||
                      (II->isFromAST() && !MD->getPrevious() &&
                       !SM.isInSystemHeader(MD->getLocation()));
    noteChange(*II, MD->getLocation());
  }
  void MacroUndefined(const clang::Token &Name, const clang::MacroDefinition &,
                      const clang::MacroDirective *) override {
    if (!isPreludes(Name.getLocation()))
      noteChange(*Name.getIdentifierInfo(), Name.getLocation());
  }

  void macroUsed(const clang::Token &Name,
                 const clang::MacroDefinition &MD) override {
    const clang::MacroInfo *Macro = MD.getMacroInfo();
    if (!Macro || Macro->isBuiltinMacro())
      return;
    clang::SourceLocation At = Macro->getDefinitionLoc();
    if (!SM.isLoadedSourceLocation(At))
      return;
    const bool BySystem = SM.isInSystemHeader(Name.getLocation());
    if (!BySystem && !Seen.insert(Macro).second)
      return;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      Use.IsSpoilt |=
          Use.OtherMacros.contains(Name.getIdentifierInfo()->getName());
    else if (auto It = Use.Index.find(preludePathOf(*File, SM));
             It != Use.Index.end())
      Use.IsSpoilt |= !Use.Included.contains(It->second) &&
                      !(BySystem && Use.Info->Files[It->second].IsSystem) &&
                      !isTheSameWithout(*Name.getIdentifierInfo());
  }

private:
  /// #define X X, for those who ask whether there is an X.
  static bool isItself(const clang::IdentifierInfo &Name,
                       const clang::MacroInfo &Macro) {
    return Macro.isObjectLike() && Macro.getNumTokens() == 1 &&
           Macro.getReplacementToken(0).getIdentifierInfo() == &Name;
  }
  /// Whether At is in a header that the prelude holds and that has no include
  /// guard: what it defines now it defined there as well.
  bool isPreludes(clang::SourceLocation At) {
    auto File = SM.getFileEntryRefForID(SM.getFileID(SM.getFileLoc(At)));
    return File && Use.Index.count(preludePathOf(*File, SM));
  }
  bool areIdentical(const clang::MacroInfo &A, const clang::MacroInfo &B) {
    return A.isIdenticalTo(B, PP, /*Syntactically=*/true);
  }
  /// A header without an include guard defines Name, as it did in the prelude.
  void noteAgain(const clang::IdentifierInfo &Name,
                 const clang::MacroDirective &MD) {
    auto It = Use.Macros.find(Name.getName());
    auto File = SM.getFileEntryRefForID(SM.getFileID(MD.getLocation()));
    if (It == Use.Macros.end() || !Use.Constant.contains(It->second) || !File)
      return;
    const clang::MacroDirective *Before = MD.getPrevious();
    auto Held = Use.Index.find(preludePathOf(*File, SM));
    if (Held != Use.Index.end() && Before && Before->getMacroInfo() &&
        areIdentical(*MD.getMacroInfo(), *Before->getMacroInfo()))
      Use.SurelyChanged.insert(It->second);
  }
  /// Whether the macro Name is the same whoever defines it, and somebody did
  /// whom the TU includes.
  bool isTheSameWithout(const clang::IdentifierInfo &Name) {
    const clang::MacroInfo *First = nullptr;
    bool IsDefined = false;
    for (const clang::MacroDirective *MD =
             PP.getLocalMacroDirectiveHistory(&Name);
         MD; MD = MD->getPrevious()) {
      if (isa<clang::VisibilityMacroDirective>(MD))
        continue;
      const auto *Define = dyn_cast<clang::DefMacroDirective>(MD);
      if (!Define || (First && !areIdentical(*First, *Define->getInfo())))
        return false;
      First = Define->getInfo();
      auto File = SM.getFileEntryRefForID(
          SM.getFileID(SM.getFileLoc(First->getDefinitionLoc())));
      auto It =
          File ? Use.Index.find(preludePathOf(*File, SM)) : Use.Index.end();
      IsDefined |= It != Use.Index.end() && Use.Included.contains(It->second);
    }
    return IsDefined;
  }
  void noteChange(const clang::IdentifierInfo &Name, clang::SourceLocation At) {
    if (auto It = Use.Macros.find(Name.getName()); It != Use.Macros.end())
      (SM.isInSystemHeader(At) ? Use.ChangedBySystem : Use.Changed)
          .insert(It->second);
  }

  PreludeUse &Use;
  clang::Preprocessor &PP;
  clang::SourceManager &SM;
  DenseSet<const clang::MacroInfo *> Seen;
  bool ChangesWords = false; ///< of the prelude's code
};

PreludeUse::PreludeUse(std::string Stem,
                       std::shared_ptr<const PreludeInfo> Known)
    : Stem(std::move(Stem)), Info(std::move(Known)) {
  for (unsigned I = 0; I < Info->Files.size(); ++I)
    Index.try_emplace(Info->Files[I].Path, I);
  for (unsigned I = 0; I < Info->Macros.size(); ++I)
    Macros.try_emplace(Info->Macros[I], I);
  Constant.insert(Info->Constant.begin(), Info->Constant.end());
}

PreludeUse::~PreludeUse() = default;

void PreludeUse::begin(clang::CompilerInstance &Compiler) {
  clang::PreprocessorOptions &Options = Compiler.getPreprocessorOpts();
  Options.ImplicitPCHInclude = preludePch(Stem);
  // Who uses it has the same flags, and its headers were compared.
  Options.DisablePCHOrModuleValidation =
      clang::DisableValidationForModuleKind::PCH;
}

void PreludeUse::watch(clang::CompilerInstance &Compiler,
                       const std::vector<std::string> &Given) {
  // Flags may differ in macros that no header looks at.
  auto NoteOthers = [&](const std::vector<std::string> &A,
                        const std::vector<std::string> &B) {
    for (const std::string &Macro : A)
      if (!is_contained(B, Macro))
        OtherMacros.insert(macroName(Macro));
  };
  NoteOthers(Given, Info->Given);
  NoteOthers(Info->Given, Given);
  for (const auto &Other : OtherMacros)
    IsSpoilt |= Macros.contains(Other.getKey());
  Compiler.getPreprocessor().addPPCallbacks(
      std::make_unique<Watcher>(*this, Compiler));
}

void PreludeUse::include(unsigned File) {
  if (!Included.insert(File).second)
    return;
  // The macros that it looks at must be what they were in the prelude.
  const PreludeFile &F = Info->Files[File];
  auto IsOther = [&](const PreludeMacroUse &U) {
    unsigned By = ChangedBy.lookup(U.Macro);
    if (!By || By == U.DefinedIn || (U.DefinedIn && Constant.contains(U.Macro)))
      return false;
    return !Info->Files[By - 1].IsSystem || (!U.BySystem && !U.DefinedIn);
  };
  // Several headers of the system may define the same.
  auto IsDefined = [&](const PreludeMacroUse &U) {
    return Included.contains(U.DefinedIn - 1) ||
           (Constant.contains(U.Macro) && SurelyChanged.contains(U.Macro)) ||
           (Info->Files[U.DefinedIn - 1].IsSystem && ChangedBy.lookup(U.Macro));
  };
  auto NoteChanges = [&] {
    for (unsigned Macro : F.Changes)
      ChangedBy[Macro] = File + 1;
  };
  for (const PreludeMacroUse &U : F.Uses)
    IsSpoilt |= Changed.contains(U.Macro) ||
                (!U.BySystem && ChangedBySystem.contains(U.Macro)) ||
                (!U.DefinedIn && IsOther(U));
  NoteChanges();
  for (unsigned I : F.Includes)
    include(I);
  for (const PreludeMacroUse &U : F.Uses)
    IsSpoilt |= U.DefinedIn && (IsOther(U) || !IsDefined(U));
  NoteChanges();
  SurelyChanged.insert(F.Changes.begin(), F.Changes.end());
}

bool PreludeUse::isTrusted() const { return !IsSpoilt; }

bool PreludeUse::isVisible(const clang::Decl &D) const {
  clang::SourceManager &SM = D.getASTContext().getSourceManager();
  auto IsOwn = [&](const clang::Decl *One) {
    clang::SourceLocation At = SM.getFileLoc(One->getLocation());
    if (At.isInvalid() || !SM.isLoadedSourceLocation(At))
      return true;
    auto File = SM.getFileEntryRefForID(SM.getFileID(At));
    if (!File)
      return true;
    auto It = Index.find(preludePathOf(*File, SM));
    return It == Index.end() || Included.contains(It->second);
  };
  // A class must be as complete as it would be.
  if (const auto *Tag = dyn_cast<clang::TagDecl>(&D))
    if (const clang::TagDecl *Definition = Tag->getDefinition();
        Definition && !IsOwn(Definition))
      return false;
  return any_of(D.redecls(), IsOwn);
}

namespace {

/// Looks for a name of what the TU does not include.
class InvisibleFinder : public clang::RecursiveASTVisitor<InvisibleFinder> {
public:
  explicit InvisibleFinder(const PreludeUse &Use) : Use(Use) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr *E) { return ask(E->getDecl()); }
  bool VisitMemberExpr(clang::MemberExpr *E) { return ask(E->getMemberDecl()); }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr *E) {
    return ask(E->getConstructor());
  }
  bool VisitOverloadExpr(clang::OverloadExpr *E) {
    return all_of(E->decls(), [&](clang::NamedDecl *D) { return ask(D); });
  }
  bool VisitTypeLoc(clang::TypeLoc T) {
    clang::QualType Type = T.getType();
    if (const auto *Alias = Type->getAs<clang::TypedefType>())
      if (!ask(Alias->getDecl()))
        return false;
    if (const auto *Special = Type->getAs<clang::TemplateSpecializationType>())
      if (!ask(Special->getTemplateName().getAsTemplateDecl()))
        return false;
    return ask(Type->getAsTagDecl());
  }

private:
  bool ask(const clang::NamedDecl *D) {
    if (!D || !D->isFromASTFile())
      return true;
    auto [It, New] = Answers.try_emplace(D, true);
    if (New)
      It->second = Use.isVisible(*D);
    return It->second;
  }

  const PreludeUse &Use;
  DenseMap<const clang::Decl *, bool> Answers;
};

} // namespace

bool PreludeUse::namesOnlyVisible(clang::CompilerInstance &Compiler,
                                  ArrayRef<clang::Decl *> Owned) const {
  InvisibleFinder Finder(*this);
  for (clang::Decl *D :
       Compiler.getASTContext().getTranslationUnitDecl()->noload_decls())
    if (!D->isFromASTFile() && !Finder.TraverseDecl(D))
      return false;
  return all_of(Owned, [&](clang::Decl *D) {
    return isa<clang::NamespaceDecl, clang::LinkageSpecDecl>(D) ||
           Finder.TraverseDecl(D);
  });
}

std::vector<std::string> PreludeUse::includedFiles() const {
  std::vector<std::string> Paths;
  for (unsigned I : Included)
    Paths.push_back(Info->Files[I].Path);
  llvm::sort(Paths);
  return Paths;
}

void PreludeUse::addInputs(InputLog &Log) const {
  for (const InputStamp &Stamp : Info->Inputs) {
    if (Stamp.IsRead) {
      auto It = Index.find(absolutePath(Stamp.Path));
      if (It == Index.end() || Included.contains(It->second))
        Log.Read.insert(Stamp.Path);
    } else {
      (Stamp.IsAbsent ? Log.Absent : Log.Seen).insert(Stamp.Path);
    }
  }
}

std::vector<clang::Decl *>
PreludeUse::declsIn(clang::CompilerInstance &Compiler,
                    ArrayRef<std::string> Paths) const {
  std::vector<clang::Decl *> Result;
  auto Reader = Compiler.getASTReader();
  if (!Reader)
    return Result;
  clang::serialization::ModuleFile &Module =
      Reader->getModuleManager().getPrimaryModule();
  clang::SourceManager &SM = Compiler.getSourceManager();
  for (const std::string &Path : Paths) {
    auto It = Index.find(Path);
    if (It == Index.end() || !Info->Files[It->second].Start)
      continue;
    clang::SourceLocation Start = Reader->TranslateSourceLocation(
        Module, clang::SourceLocation::getFromRawEncoding(
                    Info->Files[It->second].Start));
    clang::FileID File = SM.getFileID(Start);
    SmallVector<clang::Decl *, 32> Decls;
    Reader->FindFileRegionDecls(File, 0, SM.getFileIDSize(File), Decls);
    Result.insert(Result.end(), Decls.begin(), Decls.end());
  }
  return Result;
}

} // namespace cancel_tidy
