// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes a prelude: parses its headers, notes which macros they look at, and
// writes both down.
#ifndef CANCEL_TIDY_TOOL_PRELUDEBUILD_H
#define CANCEL_TIDY_TOOL_PRELUDEBUILD_H

namespace cancel_tidy {

struct TuJob;
struct TuSettings;

/// Makes the prelude Job.Prelude, whose text is there, with the flags of Job,
/// unless what is there already is still right. Headers that do not compile are
/// left out. False, with nothing left behind, where that was no use.
bool buildPrelude(const TuJob &Job, const TuSettings &Settings);

} // namespace cancel_tidy

#endif
