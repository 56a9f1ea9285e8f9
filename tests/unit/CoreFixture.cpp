// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CoreFixture.h"
#include "checks/core/CallResolver.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy::test {

Core::Core(StringRef AnnotatedCode, std::vector<std::string> Args)
    : Core(AnnotatedCode, TokenModels::builtin(), false, std::move(Args)) {}

Core::Core(StringRef AnnotatedCode, const TokenModels &Models, bool GuessTokens,
           std::vector<std::string> Args)
    : Text(AnnotatedCode) {
  TestTU TU = TestTU::withCode(Text.code());
  TU.Headers = {{"std.h", StdHeader}, {"core.h", CoreHeader}};
  // In front of the code without moving it.
  TU.Args = {"-std=c++20", "-include", "/project/std.h", "-include",
             "/project/core.h"};
  llvm::append_range(TU.Args, Args);
  AST = TU.build();
  U = std::make_unique<Unit>(AST->getASTContext(), Models, GuessTokens);
}

const FunctionDecl &Core::decl(StringRef Name) {
  return findFunction(context(), Name);
}

const FunctionDecl &Core::instance(StringRef Name) {
  if (FunctionTemplateDecl *T = decl(Name).getDescribedFunctionTemplate())
    for (const FunctionDecl *Spec : T->specializations())
      if (Spec->hasBody())
        return *Spec;
  report_fatal_error(Twine("no instance of ") + Name, false);
}

QualType Core::typeOf(StringRef Name) {
  return cast<ValueDecl>(findDecl(context(), Name)).getType();
}

const FunctionAnalysis &Core::function(StringRef Name) {
  if (const FunctionAnalysis *A = U->analysisOf(decl(Name)))
    return *A;
  report_fatal_error(Twine("no body of ") + Name, false);
}

const FunctionAnalysis &Core::lambda(unsigned Index) {
  return lambda(function(), Index);
}

const FunctionAnalysis &Core::lambda(const FunctionAnalysis &F,
                                     unsigned Index) {
  if (Index < F.body().lambdas().size())
    if (const FunctionAnalysis *A =
            F.unit().analysisOf(*F.body().lambdas()[Index]->getCallOperator()))
      return *A;
  report_fatal_error("no such lambda", false);
}

unsigned Core::offsetOf(SourceLocation L) {
  const SourceManager &SM = context().getSourceManager();
  return SM.getFileOffset(SM.getFileLoc(L));
}

const Stmt &Core::at(const FunctionAnalysis &F, StringRef Mark) {
  const unsigned Offset = Text.point(Mark);
  for (const Stmt *S : F.body().allStatements())
    if (S->getBeginLoc().isValid() && offsetOf(S->getBeginLoc()) == Offset)
      return *S;
  report_fatal_error("no statement begins at the mark:\n" +
                         Twine(Text.pointAt(Offset)),
                     false);
}

const Expr &Core::callAt(const FunctionAnalysis &F, StringRef Mark) {
  const unsigned Offset = Text.point(Mark);
  for (const Expr *E : F.body().calls())
    if (offsetOf(calleeLocation(*E)) == Offset)
      return *E;
  report_fatal_error("no call has its callee at the mark:\n" +
                         Twine(Text.pointAt(Offset)),
                     false);
}

std::vector<std::string> Core::reach(const FunctionAnalysis &F,
                                     StringRef Mark) {
  std::vector<std::string> Out;
  for (const ReachToken &T : F.reach().at(&at(F, Mark)))
    Out.push_back(T.describe() + (T.Use.IsConst ? " (const)" : "") +
                  (T.NeedsCapture.empty() ? "" : " (not captured)"));
  return Out;
}

std::vector<std::string> Core::unforwarded(StringRef Name) {
  std::vector<std::string> Out;
  for (const UnforwardedCall &U : unforwardedCalls(function(Name)))
    Out.push_back(calleeName(*U.Call) + (U.Where.IsOverload ? "+" : "#") +
                  std::to_string(U.Where.Index) + " <- " + U.Token.Spelling);
  return Out;
}

std::string Core::apply(const Fix &F) const {
  std::string Code = Text.code();
  for (const TextEdit &E : reverse(F.Edits))
    Code.replace(E.Offset, E.Length, E.Text);
  return Code;
}

const char CoreHeader[] = R"cpp(
#pragma GCC system_header
namespace std {
struct nullopt_t { explicit constexpr nullopt_t(int) {} };
inline constexpr nullopt_t nullopt{0};
template <class T> class optional {
public:
  optional();
  optional(nullopt_t);
  template <class U> optional(U &&);
  bool has_value() const;
  explicit operator bool() const;
  T &operator*();
  const T *operator->() const;
};
template <class T> class reference_wrapper {
public:
  reference_wrapper(T &);
  operator T &() const;
  T &get() const;
};
template <class T> reference_wrapper<T> ref(T &);
template <class T> class shared_ptr {
public:
  shared_ptr();
  T *operator->() const;
  T &operator*() const;
  T *get() const;
  explicit operator bool() const;
};
template <class T> class unique_ptr {
public:
  unique_ptr();
  T *operator->() const;
  T &operator*() const;
  T *get() const;
  explicit operator bool() const;
};
template <class T> class initializer_list {
  const T *First;
  size_t Size;
public:
  const T *begin() const noexcept;
  const T *end() const noexcept;
};
template <class T> class vector {
public:
  vector();
  T *begin() const;
  T *end() const;
  void push_back(const T &);
  size_t size() const;
};
template <class T, size_t N> class array {
public:
  T *begin() const;
  T *end() const;
};
struct runtime_error : exception { explicit runtime_error(const char *); };
template <class It, class F> F for_each(It, It, F f) { return f; }
template <class F, class... A> void invoke(F &&, A &&...) {}
class mutex {};
template <class M> class unique_lock {
public:
  explicit unique_lock(M &);
  ~unique_lock();
};
class condition_variable_any {
public:
  template <class L> void wait(L &);
  template <class L, class P> bool wait(L &, stop_token, P);
};
namespace chrono {
struct duration {};
bool operator>(duration, duration);
struct time_point {};
duration operator-(time_point, time_point);
struct steady_clock { static time_point now() noexcept; };
} // namespace chrono
template <class P = void> struct coroutine_handle {
  static coroutine_handle from_address(void *) noexcept;
  void *address() const noexcept;
};
template <> struct coroutine_handle<void> {
  template <class P> coroutine_handle(coroutine_handle<P>) noexcept;
  static coroutine_handle from_address(void *) noexcept;
  void *address() const noexcept;
};
template <class R, class...> struct coroutine_traits {
  using promise_type = typename R::promise_type;
};
struct suspend_always {
  bool await_ready() const noexcept;
  void await_suspend(coroutine_handle<>) const noexcept;
  void await_resume() const noexcept;
};
} // namespace std
struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(int);
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  void await_resume() const;
};
struct IntTask {
  struct promise_type {
    IntTask get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_value(int);
    void unhandled_exception();
  };
};
)cpp";

} // namespace cancel_tidy::test
