// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the types promise at compile time.
#include "support.hpp"

#include <gtest/gtest.h>
#include <type_traits>

namespace {

using cancel::cancellation_registration;
using cancel::cancellation_source;
using cancel::cancellation_token;
using cancel::inplace_cancellation_registration;
using cancel::inplace_cancellation_source;
using cancel::inplace_cancellation_token;
using callback = void (*)();

static_assert(std::is_nothrow_default_constructible_v<cancellation_token>);
static_assert(std::is_nothrow_copy_constructible_v<cancellation_token>);
static_assert(std::is_nothrow_move_constructible_v<cancellation_token>);
static_assert(std::is_nothrow_copy_assignable_v<cancellation_token>);
static_assert(std::is_nothrow_move_assignable_v<cancellation_token>);
static_assert(std::is_nothrow_move_constructible_v<cancellation_source>);
static_assert(std::is_nothrow_copy_constructible_v<cancellation_source>);
static_assert(sizeof(cancellation_token) == sizeof(void *));
static_assert(sizeof(cancellation_source) == sizeof(void *));

template <class T>
inline constexpr bool is_pinned =
    !std::is_copy_constructible_v<T> && !std::is_move_constructible_v<T> &&
    !std::is_copy_assignable_v<T> && !std::is_move_assignable_v<T>;
static_assert(is_pinned<cancellation_registration<callback>>);
static_assert(is_pinned<inplace_cancellation_registration<callback>>);
static_assert(is_pinned<inplace_cancellation_source>);

static_assert(std::is_trivially_copyable_v<inplace_cancellation_token>);
static_assert(
    std::is_nothrow_default_constructible_v<inplace_cancellation_source>);

// A token cannot be made from nothing but a source's, and shows nothing of it.
static_assert(
    !std::is_constructible_v<cancellation_token, cancellation_source>);
static_assert(!std::is_convertible_v<cancellation_token, bool>);
static_assert(!std::is_convertible_v<inplace_cancellation_token, bool>);

static_assert(cancel::is_stoppable_token_v<cancellation_token>);
static_assert(cancel::is_stoppable_token_v<inplace_cancellation_token>);
static_assert(!cancel::is_stoppable_token_v<cancellation_source>);
static_assert(!cancel::is_stoppable_token_v<int>);
static_assert(!cancel::is_stoppable_token_v<bool>);

static_assert(
    std::is_same_v<cancel::registration_for<cancellation_token, callback>,
                   cancellation_registration<callback>>);

static_assert(
    std::is_base_of_v<cancel::operation_canceled, cancel::task_canceled>);
static_assert(std::is_base_of_v<std::exception, cancel::operation_canceled>);
static_assert(std::is_nothrow_copy_constructible_v<cancel::operation_canceled>);

#if defined(__cpp_concepts) && defined(__cpp_lib_concepts)
// The concept as P2300 words it, so that our own cannot drift from it.
template <template <class> class> struct check_type_alias_exists;
template <class Token>
concept p2300_stoppable_token = requires(const Token token) {
  typename check_type_alias_exists<Token::template callback_type>;
  { token.stop_requested() } noexcept -> std::same_as<bool>;
  { token.stop_possible() } noexcept -> std::same_as<bool>;
  { Token(token) } noexcept;
} && std::copyable<Token> && std::equality_comparable<Token>;
static_assert(p2300_stoppable_token<cancellation_token>);
static_assert(p2300_stoppable_token<inplace_cancellation_token>);
static_assert(cancel::stoppable_token<cancellation_token>);
static_assert(cancel::stoppable_token<inplace_cancellation_token>);
#endif

TEST(Concepts, DeductionNamesTheCallback) {
  cancellation_source source;
  auto fn = [] {};
  cancellation_registration registration(source.get_token(), fn);
  static_assert(std::is_same_v<decltype(registration),
                               cancellation_registration<decltype(fn)>>);
  inplace_cancellation_source inplace;
  inplace_cancellation_registration other(inplace.get_token(), fn);
  static_assert(
      std::is_same_v<decltype(other),
                     inplace_cancellation_registration<decltype(fn)>>);
}

TEST(Concepts, GenericCodeRegistersWithAnyToken) {
  auto runs_with = [](auto source) {
    using token = decltype(source->get_token());
    int runs = 0;
    auto count = [&] { ++runs; };
    cancel::registration_for<token, decltype(count) &> registration(
        source->get_token(), count);
    source->request_stop();
    return runs;
  };
  EXPECT_EQ(runs_with(std::make_unique<cancellation_source>()), 1);
  EXPECT_EQ(runs_with(std::make_unique<inplace_cancellation_source>()), 1);
}

CANCEL_BLOCKING int annotated_function() { return 1; }
struct CANCEL_TOKEN annotated_class {
  bool is_canceled() const { return false; }
};

TEST(Annotations, ChangeNothing) {
  int steps = 0;
  CANCEL_POINT_OF_NO_RETURN++ steps;
  CANCEL_UNCANCELLABLE("the test counts to the end")
  for (int i = 0; i < 3; ++i)
    steps += annotated_function();
  EXPECT_EQ(steps, 4);
  EXPECT_FALSE(annotated_class().is_canceled());
}

} // namespace
