// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_UNUSEDTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_UNUSEDTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds cancellation token parameters that the function never reads.
///
/// Reports when
///  - a named token parameter of a function with a body that does something is
///    mentioned nowhere in it.
/// Stays silent when
///  - the signature is dictated elsewhere: virtual functions, `main`, C
///  linkage,
///    operators, lambdas, specialisations, functions whose address is taken;
///  - the body is empty or trivial, or the function is annotated
///    `cancel::uncancellable`;
///  - the parameter is unnamed, `[[maybe_unused]]`, cast to void, or named in
///    code that the preprocessor left out.
class UnusedTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
