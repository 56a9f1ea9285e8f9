// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What any token must provide, and how to register with one whose type is a
// template parameter.
#ifndef CANCEL_CONCEPTS_HPP
#define CANCEL_CONCEPTS_HPP

#include "cancel/detail/config.hpp"

#include <type_traits>
#include <utility>
#if defined(__cpp_lib_concepts)
#include <concepts>
#endif
#if CANCEL_HAS_STD_STOP_TOKEN
#include <stop_token>
#endif

namespace cancel {

/// The registration type of a token type: registration_for<Token, Callback> is
/// constructed from a token and a callback and behaves as
/// cancellation_registration does. Token::callback_type<Callback>, and
/// std::stop_callback<Callback> for a std::stop_token of a standard library
/// that does not name it so yet.
template <class Token, class Callback, class = void> struct registration_of {};
template <class Token, class Callback>
struct registration_of<
    Token, Callback,
    std::void_t<typename Token::template callback_type<Callback>>> {
  using type = typename Token::template callback_type<Callback>;
};
#if CANCEL_HAS_STD_STOP_TOKEN
template <class Callback>
struct registration_of<std::stop_token, Callback, void> {
  using type = std::stop_callback<Callback>;
};
#endif
template <class Token, class Callback>
using registration_for = typename registration_of<Token, Callback>::type;

namespace detail {
struct any_callback {
  void operator()() const noexcept {}
};

template <class T, class = void> struct is_token : std::false_type {};
template <class T>
struct is_token<
    T,
    std::void_t<
        std::enable_if_t<
            noexcept(std::declval<const T &>().stop_requested()) &&
            noexcept(std::declval<const T &>().stop_possible()) &&
            std::is_same_v<decltype(std::declval<const T &>().stop_requested()),
                           bool> &&
            std::is_same_v<decltype(std::declval<const T &>().stop_possible()),
                           bool> &&
            std::is_nothrow_copy_constructible_v<T> &&
            std::is_copy_assignable_v<T>>,
        decltype(std::declval<const T &>() == std::declval<const T &>()),
        registration_for<T, any_callback>>> : std::true_type {};
} // namespace detail

/// True for types with the members of the standard's (P2300) stoppable tokens:
/// noexcept stop_requested() and stop_possible(), noexcept copies, equality and
/// a registration type. All tokens of this library have them, and so do
/// std::stop_token and the tokens of P2300 libraries; the functions of
/// cancel/wait.hpp take any of them. The C++17 spelling of stoppable_token.
template <class T>
inline constexpr bool is_stoppable_token_v = detail::is_token<T>::value;

#if defined(__cpp_concepts) && defined(__cpp_lib_concepts)
/// The same as a concept. C++20.
template <class T>
concept stoppable_token =
    is_stoppable_token_v<T> && std::copyable<T> && std::equality_comparable<T>;
#endif

} // namespace cancel

#endif
