// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_FRESHSOURCECHECK_H
#define CANCEL_TIDY_CHECKS_FRESHSOURCECHECK_H

#include "checks/core/Check.h"

namespace cancel_tidy {

/// Finds new cancellation sources that are not linked to the token in reach
/// although callees get their token.
///
/// Reports when
///  - a local source is made of nothing while a token of the same class is in
///    reach, and a call gets its token, an object made with it, or a lambda
///    that holds it;
///  - so does the token of a source that has no name,
///    `fetch(url, std::stop_source().get_token())`;
///  - a child is derived from a token that never cancels,
///    `Context().WithDeadline(d)`, and handed to a call.
/// Stays silent when
///  - a constructor, a combining function or a callback registered on another
///    token links the source;
///  - the function requests it and also uses the token in reach;
///  - the source escapes: it is stored, returned, handed over itself, or caught
///    by a lambda that requests it;
///  - its token is a fallback, `given ? *given : source.get_token()`;
///  - the call gets the token in reach as well;
///  - only a key was added to the token that never cancels;
///  - it stands in a destructor, a handler, behind a commit point or where the
///    stop was seen, or is annotated `cancel::uncancellable`.
class FreshSourceCheck : public Check {
public:
  static const CheckInfo Info;
  std::vector<Finding> checkFunction(const FunctionAnalysis &F) override;
};

} // namespace cancel_tidy

#endif
