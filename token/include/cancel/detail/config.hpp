// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the compiler offers. Not for users; the one public promise made here is
// CANCEL_HAS_EXCEPTIONS, 1 or 0.
#ifndef CANCEL_DETAIL_CONFIG_HPP
#define CANCEL_DETAIL_CONFIG_HPP

#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define CANCEL_HAS_EXCEPTIONS 1
#else
#define CANCEL_HAS_EXCEPTIONS 0
#endif

#if defined(__cpp_lib_jthread)
#define CANCEL_HAS_STD_STOP_TOKEN 1
#else
#define CANCEL_HAS_STD_STOP_TOKEN 0
#endif

#endif
