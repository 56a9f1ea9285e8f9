// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Answers about cancellation that come from something else than a poll.
#ifndef CANCEL_TIDY_CHECKS_CORE_SIDEANSWERS_H
#define CANCEL_TIDY_CHECKS_CORE_SIDEANSWERS_H

#include "checks/core/FunctionAnalysis.h"

namespace cancel_tidy {

/// What E says where the token is cancelled, or is not: a member function that
/// does something and gives false once what runs was cancelled
/// (`grpc::ServerWriter::Write`), and a token compared with one that is never
/// cancelled. None for others, and where other reasons may be behind it.
std::optional<bool> sideAnswer(const FunctionAnalysis &F, const clang::Expr &E,
                               bool Cancelled);

} // namespace cancel_tidy

#endif
