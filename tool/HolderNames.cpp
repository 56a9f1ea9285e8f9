// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/HolderNames.h"
#include "checks/core/TokenIndex.h"
#include "tool/Definitions.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <deque>
#include <utility>

using namespace llvm;

namespace cancel_tidy {
namespace {

bool isWordChar(char C) { return isAlnum(C) || C == '_'; }

/// Calls See(word) until it returns true.
template <typename SeeT> bool anyWord(StringRef Text, SeeT See) {
  for (const char *P = Text.begin(), *End = Text.end(); P != End;) {
    if (!isWordChar(*P)) {
      ++P;
      continue;
    }
    const char *Begin = P;
    while (P != End && isWordChar(*P))
      ++P;
    if (See(StringRef(Begin, size_t(P - Begin))))
      return true;
  }
  return false;
}

class Collector : public clang::RecursiveASTVisitor<Collector> {
public:
  Collector(clang::CompilerInstance &Compiler, const TokenModels &Models)
      : Context(Compiler.getASTContext()),
        Tokens(Context, Models, /*GuessTokens=*/false),
        SM(Compiler.getSourceManager()) {}

  clang::ASTContext &Context;
  TokenIndex Tokens;
  StringSet<> Names;

  bool TraverseDecl(clang::Decl *D) {
    // Namespaces and the like may hold anybody's declarations.
    if (D &&
        !isa<clang::TranslationUnitDecl, clang::NamespaceDecl,
             clang::LinkageSpecDecl>(D) &&
        SM.isInSystemHeader(D->getLocation()))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  // Mention looks at bodies.
  bool TraverseStmt(clang::Stmt *) { return true; }

  bool VisitTypedefNameDecl(clang::TypedefNameDecl *D) {
    if (leadsToHolder(D->getUnderlyingType()))
      add(*D);
    return true;
  }
  bool VisitVarDecl(clang::VarDecl *D) {
    if (!isa<clang::ParmVarDecl>(D) && !D->isLocalVarDecl() &&
        leadsToHolder(D->getType()))
      add(*D);
    return true;
  }
  bool VisitFieldDecl(clang::FieldDecl *D) {
    if (leadsToHolder(D->getType()))
      add(*D);
    return true;
  }
  bool VisitCXXRecordDecl(clang::CXXRecordDecl *D) {
    if (D->isThisDeclarationADefinition() && hasHolder(*D))
      add(*D);
    return true;
  }
  bool VisitFunctionDecl(clang::FunctionDecl *D) {
    const auto *M = dyn_cast<clang::CXXMethodDecl>(D);
    if (M && isPlainHolder(*M->getParent()))
      return true; // whoever calls it has one
    if (leadsToHolder(D->getReturnType()))
      add(*D);
    if (!D->isThisDeclarationADefinition() || !D->hasBody())
      return true;
    // Of a class that has one, whoever names the class is known; what needs one
    // among its arguments is called by who names one.
    if ((M && (!D->isTemplated() || hasHolder(*M->getParent()))) ||
        any_of(D->parameters(), [&](const clang::ParmVarDecl *P) {
          return !P->hasDefaultArg() && holds(P->getType());
        }))
      return true;
    Users.push_back(D);
    return true;
  }

  void addMacros(clang::Preprocessor &PP) {
    for (const auto &Entry : PP.macros(/*IncludeExternalMacros=*/false)) {
      const clang::MacroInfo *Macro = PP.getMacroInfo(Entry.first);
      if (!Macro || Macro->isBuiltinMacro() ||
          SM.isInSystemHeader(Macro->getDefinitionLoc()))
        continue;
      std::string Text;
      for (const clang::Token &T : Macro->tokens())
        if (const clang::IdentifierInfo *II = T.getIdentifierInfo())
          (Text += II->getName()) += ' ';
      MacroTexts.push_back(std::move(Text));
      Macros.push_back({Entry.first->getName().str(), MacroTexts.back()});
    }
  }

  /// Adds templates and free functions that name what is there, and macros.
  /// Those that only call such functions are not followed: they would lead to
  /// everything.
  void close() {
    std::vector<const clang::FunctionDecl *> New;
    for (clang::FunctionDecl *User : Users)
      if (Mention(*this).isIn(*User))
        New.push_back(User);
    // Who has an object of the class names that, or who declares one.
    for (const clang::FunctionDecl *User : New) {
      if (const auto *M = dyn_cast<clang::CXXMethodDecl>(User))
        WithHolder[M->getParent()->getCanonicalDecl()] = true;
      else
        add(*User);
    }
    Users.clear();
    TraverseDecl(Context.getTranslationUnitDecl());
    for (bool Grew = true; Grew;) {
      Grew = false;
      for (const auto &[Name, Text] : Macros)
        if (!Names.contains(Name) && namesHolder(Text))
          Grew |= Names.insert(Name).second;
    }
  }

private:
  static std::string nameOf(const clang::NamedDecl &D) {
    if (D.getIdentifier())
      return D.getName().str();
    const auto *M = dyn_cast<clang::CXXMethodDecl>(&D);
    return M ? M->getParent()->getNameAsString() : std::string();
  }
  void add(const clang::NamedDecl &D) {
    // Code that may use a private member names the class.
    if (const auto *Class = dyn_cast<clang::CXXRecordDecl>(D.getDeclContext());
        Class && D.getAccess() == clang::AS_private && !Class->isLambda() &&
        !Class->hasFriends())
      return add(*Class);
    if (std::string Name = nameOf(D); !Name.empty())
      Names.insert(Name);
  }
  /// Looks for one in a body: by type, or by name where a template's parameter
  /// decides about the type.
  class Mention : public clang::RecursiveASTVisitor<Mention> {
  public:
    explicit Mention(Collector &In) : In(In) {}
    bool isIn(clang::FunctionDecl &FD) { return !TraverseDecl(&FD); }

    bool shouldVisitLambdaBody() const { return true; }
    bool VisitTypeLoc(clang::TypeLoc T) {
      return !In.leadsToHolder(T.getType());
    }
    bool VisitExpr(clang::Expr *E) {
      if (const auto *M = dyn_cast<clang::CXXDependentScopeMemberExpr>(E))
        return !isName(M->getMember());
      if (const auto *Ref = dyn_cast<clang::DependentScopeDeclRefExpr>(E))
        return !isName(Ref->getDeclName());
      if (const auto *Over = dyn_cast<clang::OverloadExpr>(E))
        return !isName(Over->getName());
      return E->getType().isNull() || !In.leadsToHolder(E->getType());
    }

  private:
    bool isName(clang::DeclarationName Name) const {
      const clang::IdentifierInfo *II = Name.getAsIdentifierInfo();
      return II && In.Names.contains(II->getName());
    }
    Collector &In;
  };

  bool namesHolder(StringRef Text) const {
    return anyWord(Text, [&](StringRef Word) { return Names.contains(Word); });
  }
  /// Whether a value of T has one, though perhaps for its own use.
  bool leadsToHolder(clang::QualType T) { return holds(T, 0, /*OrHas=*/true); }
  /// Whether a value of T is, holds or may give one.
  bool holds(clang::QualType T, unsigned Depth = 0, bool OrHas = false) {
    constexpr unsigned MaxDepth = 8;
    if (T.isNull() || Depth > MaxDepth)
      return !T.isNull();
    if (Tokens.classify(T).Token || Tokens.registrationIn(T))
      return true;
    T = T.getCanonicalType().getNonReferenceType();
    if (T->isPointerType() || T->isArrayType())
      return holds(T->isPointerType()
                       ? T->getPointeeType()
                       : clang::QualType(T->getPointeeOrArrayElementType(), 0),
                   Depth + 1, OrHas);
    if (const auto *F = T->getAs<clang::FunctionProtoType>())
      return holds(F->getReturnType(), Depth + 1, OrHas) ||
             any_of(F->param_types(), [&](clang::QualType P) {
               return holds(P, Depth + 1, OrHas);
             });
    if (const auto *Special = T->getAs<clang::TemplateSpecializationType>())
      return holdsAny(Special->template_arguments(), Depth, OrHas);
    const clang::CXXRecordDecl *R = T->getAsCXXRecordDecl();
    if (!R)
      return false;
    if (const auto *Special =
            dyn_cast<clang::ClassTemplateSpecializationDecl>(R);
        Special && holdsAny(Special->getTemplateArgs().asArray(), Depth, OrHas))
      return true;
    return OrHas ? hasHolder(*R) : isHolder(*R);
  }
  bool holdsAny(ArrayRef<clang::TemplateArgument> Arguments, unsigned Depth,
                bool OrHas) {
    return any_of(Arguments, [&](const clang::TemplateArgument &A) {
      if (A.getKind() == clang::TemplateArgument::Pack)
        return holdsAny(A.getPackAsArray(), Depth, OrHas);
      return A.getKind() == clang::TemplateArgument::Type &&
             holds(A.getAsType(), Depth + 1, OrHas);
    });
  }

  static const clang::CXXRecordDecl *
  definitionOf(const clang::CXXRecordDecl &R) {
    const clang::CXXRecordDecl *Definition = R.getDefinition();
    // Of what was not instantiated the pattern tells.
    if (!Definition)
      if (const clang::CXXRecordDecl *Pattern =
              R.getTemplateInstantiationPattern())
        Definition = Pattern->getDefinition();
    return Definition;
  }
  bool isPlainHolder(const clang::CXXRecordDecl &R) {
    const RecordRole Role = Tokens.roleOf(R);
    return Role.Token || Role.Source || Role.Carrier || Role.Registration;
  }
  /// Whether R is one of them by model or by shape: with a public member that
  /// is or gives a token.
  bool isHolder(const clang::CXXRecordDecl &R) {
    auto [It, New] = Holders.try_emplace(&R, false);
    if (!New)
      return It->second;
    bool Is = isPlainHolder(R);
    if (const clang::CXXRecordDecl *D = Is ? nullptr : definitionOf(R)) {
      Is = any_of(D->fields(),
                  [&](const clang::FieldDecl *F) {
                    return F->getAccess() == clang::AS_public &&
                           Tokens.classify(F->getType()).Token;
                  }) ||
           any_of(D->methods(),
                  [&](const clang::CXXMethodDecl *M) {
                    return M->getAccess() == clang::AS_public &&
                           Tokens.classify(M->getReturnType()).Token;
                  }) ||
           any_of(D->bases(), [&](const clang::CXXBaseSpecifier &B) {
             const clang::CXXRecordDecl *Base =
                 B.getType()->getAsCXXRecordDecl();
             return Base && isHolder(*Base);
           });
    }
    return Holders[&R] = Is;
  }
  /// Whether code of R, or of a class derived from it, has one at hand.
  bool hasHolder(const clang::CXXRecordDecl &R) {
    if (isHolder(R))
      return true;
    if (const clang::CXXRecordDecl *Pattern =
            R.getTemplateInstantiationPattern();
        Pattern && WithHolder.lookup(Pattern->getCanonicalDecl()))
      return true;
    const clang::CXXRecordDecl *Key = R.getCanonicalDecl();
    auto [It, New] = WithHolder.try_emplace(Key, false);
    if (!New)
      return It->second;
    bool Has = false;
    if (const clang::CXXRecordDecl *D = definitionOf(R))
      Has = any_of(D->fields(),
                   [&](const clang::FieldDecl *F) {
                     return holds(F->getType());
                   }) ||
            any_of(D->bases(), [&](const clang::CXXBaseSpecifier &B) {
              const clang::CXXRecordDecl *Base =
                  B.getType()->getAsCXXRecordDecl();
              return Base ? hasHolder(*Base) : holds(B.getType());
            });
    return WithHolder[Key] = Has;
  }

  clang::SourceManager &SM;
  DenseMap<const clang::CXXRecordDecl *, bool> Holders, WithHolder;
  /// Templates and free functions; macros with what they consist of.
  std::vector<clang::FunctionDecl *> Users;
  std::vector<std::pair<std::string, StringRef>> Macros;
  std::deque<std::string> MacroTexts;
};

/// The last words of what a model names.
void addModelled(const TokenModel &M, StringSet<> &Names) {
  auto Add = [&](StringRef Qualified) {
    size_t At = Qualified.rfind("::");
    StringRef Last =
        At == StringRef::npos ? Qualified : Qualified.drop_front(At + 2);
    if (Last = Last.take_while(isWordChar); !Last.empty())
      Names.insert(Last);
  };
  auto AddAll = [&](ArrayRef<std::string> All) {
    for (const std::string &One : All)
      Add(One);
  };
  for (const TokenType &T : M.Tokens)
    Add(T.Type);
  for (const SourceType &S : M.Sources)
    Add(S.Type);
  for (const CarrierType &C : M.Carriers)
    Add(C.Type);
  AddAll(M.Registrations);
  AddAll(M.Concepts);
  const FunctionNames &F = M.Functions;
  for (const auto *All :
       {&F.Poll, &F.PollMore, &F.Throw, &F.Combine, &F.Register, &F.None})
    AddAll(*All);
}

} // namespace

std::optional<std::vector<std::string>>
holderNames(clang::CompilerInstance &Compiler, const TokenModels &Models) {
  Collector Found(Compiler, Models);
  for (const TokenModel &M : Models.models()) {
    auto IsDeclared = [&](const std::string &Name) {
      return Found.Tokens.isDeclared(Name);
    };
    if (any_of(M.AmbientTasks, IsDeclared))
      return std::nullopt;
    if (any_of(M.Tokens,
               [&](const TokenType &T) { return IsDeclared(T.Type); }))
      addModelled(M, Found.Names);
  }
  Found.TraverseDecl(Found.Context.getTranslationUnitDecl());
  Found.addMacros(Compiler.getPreprocessor());
  Found.close();
  std::vector<std::string> Names;
  for (const auto &Entry : Found.Names)
    Names.push_back(Entry.getKey().str());
  llvm::sort(Names);
  return Names;
}

bool mayHold(StringRef Text, const StringSet<> &Names,
             const StringSet<> &ButFor) {
  if (Text.contains("##") || Text.contains("NOLINT"))
    return true;
  bool AfterDefine = false;
  for (const clang::Token &T : rawTokensOf(Text)) {
    if (T.isNot(clang::tok::raw_identifier)) {
      AfterDefine = false;
      continue;
    }
    StringRef Word = T.getRawIdentifier();
    if (Names.contains(Word) || (AfterDefine && ButFor.contains(Word)))
      return true;
    AfterDefine = Word == "define" || Word == "undef";
  }
  return false;
}

} // namespace cancel_tidy
