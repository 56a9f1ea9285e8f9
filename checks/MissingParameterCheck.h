// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_MISSINGPARAMETERCHECK_H
#define CANCEL_TIDY_CHECKS_MISSINGPARAMETERCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds functions without a cancellation token that call what would take one.
///
/// Reports when
///  - a callee has a defaulted token parameter, or an overload that takes one
///    token more, or waits and its family offers a form that takes a token; and
///  - no token is in reach: no parameter, local, member, carrier or capture.
/// Stays silent when
///  - the signature is dictated elsewhere: `main`, bodies of tests, virtual
///    functions, destructors, operators, default constructors, lambdas, C
///    linkage, functions whose address is taken;
///  - the function or its class has a source, a registration or a carrier, or
///    a none value is written out;
///  - the call stands in a handler, or the function is annotated
///    `cancel::uncancellable`;
///  - the wait is short, or for threads and tasks of its own.
class MissingParameterCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
