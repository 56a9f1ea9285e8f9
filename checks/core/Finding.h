// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The result of a check, in a form that outlives the parse: text, SARIF and the
// clang-tidy adapter only render it. Nothing here needs an ASTContext.
#ifndef CANCEL_TIDY_CHECKS_CORE_FINDING_H
#define CANCEL_TIDY_CHECKS_CORE_FINDING_H

#include "checks/core/Condition.h"
#include <cstdint>
#include <string>
#include <vector>

namespace cancel_tidy {

/// Replaces [Offset, Offset + Length) of File by Text.
struct TextEdit {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  std::string Text;
  uint32_t RawLocation = 0; ///< as in Place
};

/// One alternative way to mend a finding. Edits never overlap and are sorted by
/// file and offset.
struct Fix {
  std::string Description; ///< a verb phrase: "pass 'token'"
  std::vector<TextEdit> Edits;
};

/// A second place that explains the finding.
struct Note {
  Place Where;
  std::string Message;
  /// A step of the way round a cycle or along a chain of calls; such notes are
  /// in order, and reports draw the way through them.
  bool IsStep = false;
};

enum class Confidence { Strong, Weak };

/// What a check says. Message and notes may hold slots, which link fills in
/// (see settle() in Condition.h): "{costliest}" is the callee that made the
/// condition hold, "{chain}" says by which calls it comes to run long, "{way}"
/// by which a deaf one comes to stay: "it calls 'retry', which waits in
/// 'sleep_for'". A note that is "{steps}" makes room for the steps of that way,
/// if their places are known.
struct Finding {
  std::string CheckId; ///< "cancel-check-in-loop"
  Confidence Level = Confidence::Strong;
  /// Orders findings by what not cancelling costs: 0 unknown, 1 long, 2 waits
  /// or never ends.
  unsigned CostRank = 0;
  std::string Message; ///< lower case, no full stop
  Place Where;
  /// Where macros spell the place, from the inside out; empty outside macros.
  /// A NOLINT there counts as well. The first RawLocation is the one in the
  /// macro.
  std::vector<Place> Spelled;
  std::vector<Note> Notes;
  std::vector<Fix> Fixes;
  Condition When;      ///< always true for a final finding
  std::string Family;  ///< token family that it is about: "std"
  std::string Context; ///< qualified name of the function, for fingerprints
  /// USR of the template by whose pattern it was found, as the TU has no
  /// instance; empty for others. A TU that judged an instance knows better.
  std::string Pattern;
};

} // namespace cancel_tidy

#endif
