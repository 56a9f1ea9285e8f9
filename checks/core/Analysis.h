// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry point of the engine: one parsed TU in, findings and facts out.
#ifndef CANCEL_TIDY_CHECKS_CORE_ANALYSIS_H
#define CANCEL_TIDY_CHECKS_CORE_ANALYSIS_H

#include "checks/core/Check.h"
#include "checks/core/Condition.h"
#include "checks/core/TokenModel.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

struct AnalysisOptions {
  /// Whether findings may lie in the file with this absolute path (a project
  /// file). System headers are never judged and never asked about.
  std::function<bool(llvm::StringRef AbsolutePath)> IsProjectFile;
  /// Judges classes that only look like tokens (weaker confidence).
  bool GuessTokens = false;
  /// Makes the body of a template's instance that this TU uses, if it can; for
  /// a parse that left them out. Null: all are there.
  std::function<void(clang::FunctionDecl &)> Instantiate;
  /// What to judge of a precompiled header that the TU uses, at namespace
  /// level. None: all of it.
  std::optional<std::vector<clang::Decl *>> FromPrecompiled;
  /// Whether the TU itself includes the declaration; for a precompiled header
  /// that holds more. Null: all are.
  std::function<bool(const clang::Decl &)> IsVisible;
  /// Where the parse had errors. Clang leaves out what it cannot understand, so
  /// nothing is concluded from a function that holds one. None: the places are
  /// not known; then nothing is reported in a TU with errors.
  std::optional<std::vector<clang::SourceLocation>> Errors;
};

/// One line of an explanation for --explain-at.
using Explanation = std::vector<std::string>;

/// The analysis of one TU; keeps references to Context, Models and what it
/// computed, so that several checks share it. Not thread-safe.
class TUAnalysis {
public:
  TUAnalysis(clang::ASTContext &Context, const TokenModels &Models,
             AnalysisOptions Options);
  ~TUAnalysis();

  /// Whether a modelled token type is declared in this TU; where not, run()
  /// returns no findings.
  bool seesToken() const;

  /// Findings of one check, in source order, with conditions settled as far
  /// as this TU allows. May be called once for each check.
  std::vector<Finding> run(Check &C);

  /// Facts of the functions whose body this parse saw, sorted by USR.
  std::vector<FunctionFacts> facts();

  /// USRs of the templates in headers of which run() judged an instance, sorted.
  std::vector<std::string> judgedInstances();

  /// Families whose tokens the project files of this TU use, sorted.
  std::vector<std::string> familiesSeen();

  /// Classes that look like tokens and that no model covers: for each the entry
  /// of `Tokens:` that would cover it, in YAML, sorted.
  std::vector<std::string> unmodelledTokens();

  /// What is in reach at Line of File and why calls and loops there were
  /// reported or not.
  Explanation explainAt(llvm::StringRef File, unsigned Line);

private:
  class Impl;
  std::unique_ptr<Impl> P;
};

} // namespace cancel_tidy

#endif
