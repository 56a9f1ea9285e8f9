// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A place in a source file, in a form that outlives the parse.
#ifndef CANCEL_TIDY_CHECKS_CORE_PLACE_H
#define CANCEL_TIDY_CHECKS_CORE_PLACE_H

#include <cstdint>
#include <string>

namespace cancel_tidy {

/// A range in a file. Lines and columns count from 1, columns in bytes as Clang
/// counts them; offsets count bytes from 0.
struct Place {
  std::string File; ///< absolute path as the parse knew it
  unsigned Offset = 0;
  unsigned Length = 0;
  unsigned Line = 0;
  unsigned Column = 0;
  /// Raw encoding of the clang::SourceLocation; meaningful only while the
  /// ASTContext it came from is alive, 0 otherwise. Never stored.
  uint32_t RawLocation = 0;
};

} // namespace cancel_tidy

#endif
