// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What code can say about cancellation in the source itself. cancel-tidy reads
// these under Clang; every other compiler sees nothing, and no macro changes
// what the code does. They work in code that uses any other token library too.
#ifndef CANCEL_ANNOTATIONS_HPP
#define CANCEL_ANNOTATIONS_HPP

/// CANCEL_BLOCKING
///
/// On a function declaration, at its head: a call may wait for something
/// outside, or run long. A loop that calls it must look at its token.
///
///     CANCEL_BLOCKING std::string read_reply(int socket);
///
/// CANCEL_POINT_OF_NO_RETURN
///
/// On a function declaration: once it was called, the caller must not be
/// canceled any more. On a statement: the same, from that statement on.
///
///     CANCEL_POINT_OF_NO_RETURN void commit(transaction &);
///     CANCEL_POINT_OF_NO_RETURN ::rename(from, to);
///
/// CANCEL_UNCANCELLABLE("reason")
///
/// On a function declaration or a statement: what is in it cannot be canceled,
/// on purpose. The reason is for the reader and is shown in reports.
///
///     CANCEL_UNCANCELLABLE("a half-written index is worse than a late exit")
///     for (auto &page : pages) write(page);
///
/// CANCEL_TOKEN
///
/// On a class: values of it tell code that it should stop. cancel-tidy then
/// guesses the poll from the member names (stop_requested, is_canceled, ...);
/// a model in .cancel-tidy says it exactly.
///
///     class CANCEL_TOKEN abort_flag { public: bool is_canceled() const; };
#if defined(__clang__)
#define CANCEL_BLOCKING [[clang::annotate("cancel::blocking")]]
#define CANCEL_POINT_OF_NO_RETURN                                              \
  [[clang::annotate("cancel::point_of_no_return")]]
#define CANCEL_UNCANCELLABLE(reason)                                           \
  [[clang::annotate("cancel::uncancellable", reason)]]
#define CANCEL_TOKEN [[clang::annotate("cancel::token")]]
#else
#define CANCEL_BLOCKING
#define CANCEL_POINT_OF_NO_RETURN
#define CANCEL_UNCANCELLABLE(reason)
#define CANCEL_TOKEN
#endif

#endif
