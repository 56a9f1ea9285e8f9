// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-unused-token -- -std=c++20
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

void work(int item);
int compute(int item);

void warns_value(int item, std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; 'warns_value' cannot be cancelled}}
  work(item);
}
void warns_reference(const std::stop_token &stop) { // expected-warning {{parameter 'stop' is never used}}
  work(1);
  work(2);
}
void warns_pointer(std::stop_token *stop) { // expected-warning {{parameter 'stop'}}
  work(1);
}
void warns_optional(std::optional<std::stop_token> stop) { // expected-warning {{parameter 'stop'}}
  work(1);
}
void warns_loop(std::stop_token stop, int n) { // expected-warning {{parameter 'stop'}}
  for (int i = 0; i < n; ++i)
    ;
}
struct Job {
  explicit Job(std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; this constructor cannot be cancelled}}
    work(1);
  }
  void run(std::stop_token stop) { // expected-warning {{'run' cannot be cancelled}}
    work(1);
  }
};
template <class T> void warns_template(T item, std::stop_token stop) { // expected-warning {{parameter 'stop'}}
  work(item);
}
template void warns_template(int, std::stop_token);
namespace {
void warns_internal(std::stop_token stop) { // expected-warning {{parameter 'stop'}}
  work(1);
}
} // namespace
void caller() { warns_internal({}); }

void no_warning_used(std::stop_token stop) {
  if (!stop.stop_requested())
    work(1);
}
void no_warning_unnamed(std::stop_token) { work(1); }
void no_warning_maybe_unused([[maybe_unused]] std::stop_token stop) { work(1); }
void no_warning_void_cast(std::stop_token stop) {
  (void)stop;
  work(1);
}
void no_warning_empty(std::stop_token stop) {}
int no_warning_trivial(std::stop_token stop) { return 3; }
int no_warning_single_return(int item, std::stop_token stop) { return compute(item); }
void no_warning_only_throws(std::stop_token stop) {
  throw std::runtime_error("not implemented");
}
void no_warning_preprocessor(std::stop_token stop) {
#ifdef SOMETHING_ELSE
  if (stop.stop_requested())
    return;
#endif
  work(1);
}
struct Base {
  virtual ~Base() = default;
  virtual void run(std::stop_token stop) { work(1); }
};
struct Derived : Base {
  void run(std::stop_token stop) override { work(2); }
};
void no_warning_callback(std::stop_token stop) { work(1); }
std::function<void(std::stop_token)> stored = no_warning_callback;
template <class T> void specialised(T item, std::stop_token stop);
template <> void specialised(int item, std::stop_token stop) { work(item); }
struct Specialised {
  template <class T> void run(T item, std::stop_token stop);
};
template <> void Specialised::run(int item, std::stop_token stop) { work(item); }
struct Functor {
  void operator()(std::stop_token stop) const { work(1); }
};
extern "C" void no_warning_c_linkage(const std::stop_token *stop) { work(1); }
// std::jthread also takes a callable without the parameter.
struct Server {
  std::jthread thread_;
  void serve();
  void warns_thread() {
    thread_ = std::jthread([this](std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; this lambda cannot be cancelled}}
      for (;;)
        serve();
    });
  }
  std::optional<std::jthread> later_;
  std::vector<std::jthread> many_;
  std::vector<std::function<void(std::stop_token)>> jobs_;
  void warns_emplaced() {
    later_.emplace([this](std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; this lambda cannot be cancelled}}
      for (;;)
        serve();
    });
    many_.emplace_back([this](std::stop_token stop) { // expected-warning {{parameter 'stop' is never used; this lambda cannot be cancelled}}
      for (;;)
        serve();
    });
  }
  // What is called with a token takes it.
  void no_warning_emplaced_function() {
    jobs_.emplace_back([this](std::stop_token stop) {
      for (;;)
        serve();
    });
  }
  void no_warning_without_name() {
    std::jthread other([this](std::stop_token) { serve(); serve(); });
  }
  void no_warning_reads() {
    std::jthread other([this](std::stop_token stop) {
      while (!stop.stop_requested())
        serve();
    });
  }
};
void keep(void (*callback)(std::stop_token));
void no_warning_given_to_function() {
  keep([](std::stop_token stop) {
    work(1);
    work(2);
  });
}
auto no_warning_lambda = [](std::stop_token stop) { work(1); };
[[clang::annotate("cancel::uncancellable", "short")]] void
no_warning_uncancellable(std::stop_token stop) {
  work(1);
}
void no_warning_captured(std::stop_token stop) {
  auto later = [stop] { return stop.stop_requested(); };
  work(later());
}
