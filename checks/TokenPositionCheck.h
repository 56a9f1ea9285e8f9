// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_TOKENPOSITIONCHECK_H
#define CANCEL_TIDY_CHECKS_TOKENPOSITIONCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds functions that take the cancellation token at another place than its
/// family does.
///
/// Reports when
///  - the family takes its token last, and a parameter that is none of those
///    below follows the only token of a function; or
///  - the family takes it first, and something stands in front; or
///  - the family takes it first or last, and it stands between others.
/// Stays silent when
///  - what follows has a default, is a callable, something to write to, or a
///    source location;
///  - the function takes several tokens or a pack;
///  - the signature is dictated elsewhere: virtual functions, operators, C
///    linkage, `main`, lambdas, specialisations, functions whose address is
///    taken, constructors that hand the token to a base;
///  - the model names no place.
class TokenPositionCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
