// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// cancel::run: a function on a thread of its own, with a token that decides
// whether it starts and what its end means.
#ifndef CANCEL_RUN_HPP
#define CANCEL_RUN_HPP

#include "cancel/cancellation_token.hpp"
#include "cancel/detail/config.hpp"

#include <future>
#include <type_traits>
#include <utility>

#if CANCEL_HAS_EXCEPTIONS

namespace cancel {

namespace detail {

/// fn(token) if fn takes one, else fn().
template <class Function>
decltype(auto) call_with(Function &fn, const cancellation_token &token) {
  if constexpr (std::is_invocable_v<Function &, const cancellation_token &>)
    return fn(token);
  else
    return fn();
}

template <class Function>
using run_result =
    decltype(call_with(std::declval<std::decay_t<Function> &>(),
                       std::declval<const cancellation_token &>()));

} // namespace detail

/// Runs `fn(token)`, or `fn()` if it takes no token, on a new thread and
/// returns the future of its result.
///
///     auto sum = cancel::run([&](cancel::cancellation_token t) {
///       return add_up(numbers, t);
///     }, token);
///     use(cancel::get(sum, token));
///
/// The future's get() throws task_canceled, which knows the token,
/// - if cancellation was requested before `fn` was started; it never is then;
/// - if operation_canceled with that same token came out of `fn`.
/// Any other exception comes through as it is; so does operation_canceled of
/// another token, since that is a failure of `fn` to its caller, and a result,
/// even one that arrives after the request.
///
/// The token does not stop `fn`; `fn` looks at it. Cancellation does not make
/// the future ready: it is ready when `fn` has ended, so nothing that `fn`
/// refers to is in use any more. Like every future of std::async, it waits for
/// that in its destructor: no task outlives its future.
///
/// Throws std::bad_alloc, and std::system_error if no thread can be started.
/// Not available when built without exceptions.
template <class Function>
[[nodiscard]] std::future<detail::run_result<Function>>
run(Function &&fn, cancellation_token token) {
  using result = detail::run_result<Function>;
  if (token.is_cancellation_requested()) {
    std::promise<result> never;
    never.set_exception(std::make_exception_ptr(task_canceled(token)));
    return never.get_future();
  }
  return std::async(
      std::launch::async,
      [token = std::move(token)](std::decay_t<Function> task) -> result {
        if (token.is_cancellation_requested())
          throw task_canceled(token);
        try {
          return detail::call_with(task, token);
        } catch (const operation_canceled &reason) {
          if (reason.token() == token && token.is_cancellation_requested())
            throw task_canceled(token);
          throw;
        }
      },
      std::forward<Function>(fn));
}

} // namespace cancel

#endif
#endif
