// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Senders and receivers (P2300): tokens in place, the concept of a token, and
// the environment that a receiver hands its token out of.
#ifndef STDEXEC_H
#define STDEXEC_H

#include <concepts>
#include <utility>

namespace stdexec {
class inplace_stop_source;
template <class Callback> class inplace_stop_callback;

class inplace_stop_token {
public:
  template <class Callback>
  using callback_type = inplace_stop_callback<Callback>;
  inplace_stop_token() noexcept = default;
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;
  bool operator==(const inplace_stop_token &) const noexcept = default;

private:
  const inplace_stop_source *source = nullptr;
};

class inplace_stop_source {
public:
  inplace_stop_source() noexcept;
  inplace_stop_source(inplace_stop_source &&) = delete;
  ~inplace_stop_source();
  inplace_stop_token get_token() const noexcept;
  bool request_stop() noexcept;
  bool stop_requested() const noexcept;
};

template <class Callback> class inplace_stop_callback {
public:
  template <class Init>
  explicit inplace_stop_callback(inplace_stop_token token, Init &&init) : call(std::forward<Init>(init)) {}
  ~inplace_stop_callback() {}

private:
  Callback call;
};
template <class Callback>
inplace_stop_callback(inplace_stop_token, Callback) -> inplace_stop_callback<Callback>;

struct never_stop_token {
  struct callback_of_none {
    template <class... Ignored> explicit callback_of_none(Ignored &&...);
  };
  template <class> using callback_type = callback_of_none;
  static constexpr bool stop_requested() noexcept { return false; }
  static constexpr bool stop_possible() noexcept { return false; }
  bool operator==(const never_stop_token &) const noexcept = default;
};

template <class Token>
concept stoppable_token = std::copyable<Token> && requires(const Token token) {
  { token.stop_requested() } noexcept -> std::same_as<bool>;
  { token.stop_possible() } noexcept -> std::same_as<bool>;
};
template <class Token>
concept unstoppable_token =
    stoppable_token<Token> && (!Token::stop_possible());

struct env_of_caller {
  inplace_stop_token token;
};
struct get_stop_token_t {
  inplace_stop_token operator()(const env_of_caller &env) const noexcept;
};
inline constexpr get_stop_token_t get_stop_token{};
template <class Receiver>
env_of_caller get_env(const Receiver &receiver) noexcept;
template <class Token, class Callback>
using stop_callback_for_t = typename Token::template callback_type<Callback>;
} // namespace stdexec

// The same classes where other libraries, and the standard, have them.
#define TOKEN_OF_P2300                                                         \
  class inplace_stop_token {                                                   \
  public:                                                                      \
    bool stop_requested() const noexcept;                                      \
    bool stop_possible() const noexcept;                                       \
  };                                                                           \
  class inplace_stop_source {                                                  \
  public:                                                                      \
    inplace_stop_token get_token() const noexcept;                             \
    bool request_stop() noexcept;                                              \
  };
namespace std {
TOKEN_OF_P2300
namespace execution {
TOKEN_OF_P2300
using stdexec::stoppable_token;
} // namespace execution
} // namespace std
namespace unifex {
TOKEN_OF_P2300
}

#endif
