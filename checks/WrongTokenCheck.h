// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_WRONGTOKENCHECK_H
#define CANCEL_TIDY_CHECKS_WRONGTOKENCHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds calls and polls that use an outer token although a narrower one, which
/// is linked to it, is in reach.
///
/// Narrower is a local token or source that is cancelled together with the
/// outer one and also by something else: a deadline, another token, a request.
///
/// Reports when
///  - a call gets the outer token behind the place where the narrower one was
///    linked, and would take that one;
///  - a loop behind that place asks the outer token only, and a deadline or
///    another token is what makes the other one narrower.
/// Stays silent when
///  - the call makes, links or registers on a token, or gets the narrower one
///  as
///    well;
///  - the narrower one has done its work: it was used before and is not used
///    again;
///  - the function requests the narrower one by hand, has handed it to somebody
///    beside the loop, or assigns to one of the two;
///  - the outer one is asked outside of a loop: to see who stopped;
///  - it stands in a destructor, a handler, behind a commit point or where the
///    stop was seen.
class WrongTokenCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
