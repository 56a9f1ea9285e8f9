// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes down which headers a prelude has, and which macros they look at, while
// they are parsed.
#ifndef CANCEL_TIDY_TOOL_PRELUDERECORDER_H
#define CANCEL_TIDY_TOOL_PRELUDERECORDER_H

#include "tool/MacroUses.h"
#include <memory>

namespace clang {
class CompilerInstance;
}

namespace cancel_tidy {

struct PreludeInfo;

class PreludeRecorder : public MacroUses {
public:
  /// At the end of the parse, which Info then tells of.
  virtual void finish() = 0;
};

/// Both must outlive it.
std::unique_ptr<PreludeRecorder>
makePreludeRecorder(clang::CompilerInstance &Compiler, PreludeInfo &Info);

} // namespace cancel_tidy

#endif
