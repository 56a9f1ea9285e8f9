// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TestTU.h"
#include "Version.inc"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

namespace cancel_tidy::test {

namespace {

class Collector : public clang::DiagnosticConsumer {
public:
  std::string Errors;

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < clang::DiagnosticsEngine::Error)
      return;
    llvm::SmallString<128> Message;
    Info.FormatDiagnostic(Message);
    if (Info.hasSourceManager() && Info.getLocation().isValid())
      Errors +=
          Info.getLocation().printToString(Info.getSourceManager()) + ": ";
    Errors += Message.str().str() + "\n";
  }
};

class Finder : public clang::RecursiveASTVisitor<Finder> {
public:
  explicit Finder(llvm::StringRef Wanted) : Wanted(Wanted) {}

  std::vector<const clang::NamedDecl *> Found;

  bool VisitNamedDecl(clang::NamedDecl *D) {
    if (llvm::isa<clang::TemplateDecl>(D))
      return true; // its pattern is visited, too
    if (D->isImplicit() && !llvm::isa<clang::CXXMethodDecl>(D))
      return true;
    if (name(D, true) == Wanted || name(D, false) == Wanted)
      Found.push_back(D);
    return true;
  }

private:
  static std::string name(const clang::NamedDecl *D, bool WithInline) {
    std::string Full = D->getNameAsString();
    for (const clang::DeclContext *C = D->getDeclContext(); C;
         C = C->getParent()) {
      auto *Outer = llvm::dyn_cast<clang::NamedDecl>(C);
      if (!Outer)
        continue;
      auto *Namespace = llvm::dyn_cast<clang::NamespaceDecl>(Outer);
      if (Namespace && (Namespace->isAnonymousNamespace() ||
                        (Namespace->isInline() && !WithInline)))
        continue;
      Full = Outer->getNameAsString() + "::" + Full;
    }
    return Full;
  }

  llvm::StringRef Wanted;
};

} // namespace

std::unique_ptr<clang::ASTUnit> TestTU::build() const {
  clang::tooling::FileContentMappings Files;
  for (const auto &[Name, Text] : Headers) {
    llvm::SmallString<64> Path(llvm::sys::path::parent_path(FileName));
    llvm::sys::path::append(Path, Name);
    Files.emplace_back(Path.str().str(), Text);
  }
  std::vector<std::string> All = Args;
  All.push_back("-resource-dir=" CANCEL_TIDY_CLANG_RESOURCE_DIR);
  Collector Diagnostics;
  auto AST = clang::tooling::buildASTFromCodeWithArgs(
      Code, All, FileName, "clang-tool",
      std::make_shared<clang::PCHContainerOperations>(),
      clang::tooling::getClangStripDependencyFileAdjuster(), Files,
      &Diagnostics);
  if (!AST)
    llvm::report_fatal_error("the snippet could not be parsed at all", false);
  if (!AllowErrors && !Diagnostics.Errors.empty())
    ADD_FAILURE() << "the snippet does not compile:\n" << Diagnostics.Errors;
  return AST;
}

static std::vector<const clang::NamedDecl *>
findDecls(clang::ASTContext &Context, llvm::StringRef QualifiedName) {
  Finder F(QualifiedName);
  F.TraverseDecl(Context.getTranslationUnitDecl());
  return std::move(F.Found);
}

const clang::NamedDecl &findDecl(clang::ASTContext &Context,
                                 llvm::StringRef QualifiedName) {
  std::vector<const clang::NamedDecl *> Found =
      findDecls(Context, QualifiedName);
  if (Found.empty())
    llvm::report_fatal_error(llvm::Twine("no declaration of ") + QualifiedName,
                             false);
  for (const clang::NamedDecl *D : Found) {
    if (auto *Function = llvm::dyn_cast<clang::FunctionDecl>(D)) {
      if (Function->doesThisDeclarationHaveABody())
        return *D;
    } else if (auto *Tag = llvm::dyn_cast<clang::TagDecl>(D)) {
      if (Tag->isThisDeclarationADefinition())
        return *D;
    }
  }
  return *Found.front();
}

const clang::FunctionDecl &findFunction(clang::ASTContext &Context,
                                        llvm::StringRef QualifiedName) {
  const clang::FunctionDecl *First = nullptr;
  for (const clang::NamedDecl *D : findDecls(Context, QualifiedName)) {
    auto *Function = llvm::dyn_cast<clang::FunctionDecl>(D);
    if (Function && Function->doesThisDeclarationHaveABody())
      return *Function;
    if (Function && !First)
      First = Function;
  }
  if (!First)
    llvm::report_fatal_error(llvm::Twine("no function ") + QualifiedName,
                             false);
  return *First;
}

const char StdHeader[] = R"cpp(
#pragma GCC system_header
namespace std {
using size_t = decltype(sizeof(0));
template <class T> struct remove_reference { using type = T; };
template <class T> struct remove_reference<T &> { using type = T; };
template <class T> struct remove_reference<T &&> { using type = T; };
template <class T> typename remove_reference<T>::type &&move(T &&t) noexcept {
  return static_cast<typename remove_reference<T>::type &&>(t);
}
template <class T> T &&forward(typename remove_reference<T>::type &t) noexcept {
  return static_cast<T &&>(t);
}
struct exception { virtual ~exception(); };
class stop_source;
class stop_token {
public:
  stop_token() noexcept;
  stop_token(const stop_token &) noexcept;
  stop_token(stop_token &&) noexcept;
  stop_token &operator=(const stop_token &) noexcept;
  ~stop_token();
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;
};
struct nostopstate_t { explicit nostopstate_t() = default; };
inline constexpr nostopstate_t nostopstate{};
class stop_source {
public:
  stop_source();
  explicit stop_source(nostopstate_t) noexcept;
  stop_source(const stop_source &) noexcept;
  ~stop_source();
  stop_token get_token() const noexcept;
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;
  bool request_stop() noexcept;
};
template <class F> class stop_callback {
public:
  template <class C> explicit stop_callback(const stop_token &, C &&) {}
  ~stop_callback();
  stop_callback(const stop_callback &) = delete;
};
template <class F> stop_callback(stop_token, F) -> stop_callback<F>;
template <class T> class function;
template <class R, class... A> class function<R(A...)> {
public:
  function();
  template <class F> function(F) {}
  R operator()(A...) const;
  ~function();
};
class thread {
public:
  template <class F, class... A> explicit thread(F &&, A &&...) {}
  ~thread();
  void join();
  void detach();
};
class jthread {
public:
  template <class F, class... A> explicit jthread(F &&, A &&...) {}
  ~jthread();
  stop_token get_stop_token() const noexcept;
  bool request_stop() noexcept;
};
namespace chrono {
struct milliseconds { explicit milliseconds(long); };
struct seconds { explicit seconds(long); operator milliseconds() const; };
} // namespace chrono
namespace this_thread {
void sleep_for(chrono::milliseconds);
void yield() noexcept;
} // namespace this_thread
} // namespace std
)cpp";

} // namespace cancel_tidy::test
