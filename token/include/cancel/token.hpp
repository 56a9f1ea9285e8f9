// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Start here: includes everything. The parts, each of which compiles alone:
//
//   cancellation_token.hpp         what functions take; operation_canceled
//   cancellation_source.hpp        who cancels: by hand, linked, at a deadline
//   cancellation_registration.hpp  a callback tied to a token
//   inplace.hpp                    the three without allocation
//   wait.hpp                       sleeps and waits that cancellation ends
//   run.hpp                        a task on a thread of its own
//   concepts.hpp                   any token: stoppable_token, registration_for
//   annotations.hpp                what cancel-tidy reads in your code
//
// C++17 or later; the standard library only. docs/token.md is the guide.
#ifndef CANCEL_TOKEN_HPP
#define CANCEL_TOKEN_HPP

#include "cancel/annotations.hpp"
#include "cancel/cancellation_registration.hpp"
#include "cancel/cancellation_source.hpp"
#include "cancel/cancellation_token.hpp"
#include "cancel/concepts.hpp"
#include "cancel/inplace.hpp"
#include "cancel/run.hpp"
#include "cancel/wait.hpp"

#endif
