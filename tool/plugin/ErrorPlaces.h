// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a parse that clang-tidy or clangd drives has errors. Neither tells its
// checks, and nothing may be concluded from a function that holds one.
#ifndef CANCEL_TIDY_TOOL_PLUGIN_ERRORPLACES_H
#define CANCEL_TIDY_TOOL_PLUGIN_ERRORPLACES_H

#include "clang/Basic/Diagnostic.h"
#include <memory>
#include <vector>

namespace cancel_tidy {

/// Listens to a diagnostics engine from its construction to its destruction,
/// and hands everything on to the consumer that was there. The engine must
/// outlive it, and may get another consumer meanwhile.
class ErrorPlaces : public clang::DiagnosticConsumer {
public:
  explicit ErrorPlaces(clang::DiagnosticsEngine &Engine);
  ~ErrorPlaces() override;

  const std::vector<clang::SourceLocation> &places() const { return Places; }

  void BeginSourceFile(const clang::LangOptions &Lang,
                       const clang::Preprocessor *PP) override;
  void EndSourceFile() override;
  void finish() override;
  bool IncludeInDiagnosticCounts() const override;
  void clear() override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override;

private:
  clang::DiagnosticsEngine &Engine;
  clang::DiagnosticConsumer *Next;
  std::unique_ptr<clang::DiagnosticConsumer> Owned;
  std::vector<clang::SourceLocation> Places;
};

} // namespace cancel_tidy

#endif
