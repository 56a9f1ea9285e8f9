// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_LOSTSOURCECHECK_H
#define CANCEL_TIDY_CHECKS_LOSTSOURCECHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds sources that hand out tokens and that nobody can ever request.
///
/// Reports when
///  - a local source, made of nothing, hands its token to others, and neither
///    the function, nor a lambda in it, nor a function of this TU that gets
///    the source requests it; or
///  - the same holds of a private member and all member functions of its class,
///    whose bodies are all in this TU; or
///  - a source is a temporary: `fetch(std::stop_source().get_token())`.
/// Stays silent when
///  - somebody else may hold the source: it is returned, stored, passed on, or
///    its address is;
///  - something requests it on some path, at a deadline, when a parent is
///    cancelled, or when it dies (std::jthread);
///  - the source has no state, or its token is only asked whether it can be
///    cancelled;
///  - the function also polls the source or its token: it wants to see that
///    nothing was requested;
///  - another token is in reach, from a parameter, a capture or a member: then
///    cancel-fresh-source speaks;
///  - a macro makes the function, as those of unit tests, or the source.
class LostSourceCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
