// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The edits of several fixes that are applied together.
#ifndef CANCEL_TIDY_TOOL_EDITSET_H
#define CANCEL_TIDY_TOOL_EDITSET_H

#include "checks/core/Finding.h"
#include <map>
#include <string>
#include <vector>

namespace cancel_tidy {

/// By file: sorted, free of doubles and conflicts.
class EditSet {
public:
  /// Whether some edit of F cannot be applied together with those held. Edits
  /// that begin at the same place conflict, too: their order would be a guess.
  bool conflicts(const Fix &F) const;

  /// F must not conflict.
  void add(const Fix &F);

  /// Where Offset of File is after the edits; inside replaced text, the end of
  /// what replaces it. An insertion at Offset itself comes before it.
  unsigned mapped(const std::string &File, unsigned Offset) const;

  /// Whether Offset lies in or at an edit.
  bool touches(const std::string &File, unsigned Offset) const;

  std::map<std::string, std::vector<TextEdit>> ByFile;
};

} // namespace cancel_tidy

#endif
