// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_PARTIALUPDATECHECK_H
#define CANCEL_TIDY_CHECKS_PARTIALUPDATECHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds members of an object that are written on both sides of a way out on
/// cancellation, which leaves the object half updated.
///
/// Reports when
///  - a member of `*this`, or of a parameter that is updated by reference, gets
///    a new value, a poll's branch or a throwing check may leave, and another
///    member gets its new value only behind that.
/// Stays silent when
///  - both are written on the same side, or only emptied;
///  - the way out writes the member again, or calls a member function or hands
///    the object on: that may put it right;
///  - an object that knows the member, or all of its object, dies on the way
///    out;
///  - a bool or enumeration of the object is written on both sides: it says
///  that
///    the rest is not to be trusted;
///  - the member counts, caches, reports or tells a state, by its type or name,
///    or is an element of a container or array.
class PartialUpdateCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
