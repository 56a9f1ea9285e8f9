// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The errors of one parse.
#ifndef CANCEL_TIDY_TOOL_ERRORCOLLECTOR_H
#define CANCEL_TIDY_TOOL_ERRORCOLLECTOR_H

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// Keeps the first errors of a parse, rendered in one line each, and where all
/// of them are. What follows from a fatal one (a header that is missing) is not
/// worth a line, but what it made Clang leave out must be known.
class ErrorCollector : public clang::DiagnosticConsumer {
public:
  static constexpr unsigned MaxKept = 5;

  std::vector<std::string> Lines;            ///< "FILE:LINE:COL: error: text"
  std::vector<std::string> Texts;            ///< without the place
  std::vector<clang::SourceLocation> Places; ///< of the main parse
  unsigned Count = 0;
  bool Fatal = false;

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override;

  /// Makes Clang tell of all errors; it is silent after a fatal one.
  void goOnAfterFatal(clang::DiagnosticsEngine &D);

private:
  bool isFatal(clang::DiagnosticsEngine::Level Level,
               const clang::Diagnostic &Info) const;

  clang::DiagnosticsEngine *Diags = nullptr;
};

} // namespace cancel_tidy

#endif
