// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --fix and --export-fixes: applies fixes in memory, has every TU that sees an
// edited file analysed again, drops what does not hold, and writes at the end.
#ifndef CANCEL_TIDY_TOOL_FIXER_H
#define CANCEL_TIDY_TOOL_FIXER_H

#include "tool/RunModel.h"
#include "tool/Suppression.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace cancel_tidy {

/// Contents that stand in for files on disk, by absolute path.
using Overlay = std::map<std::string, std::string>;

/// A call as the compiler resolved it: lets the fixer see that an edit made
/// another call pick another function.
struct ResolvedCall {
  std::string File;
  unsigned Offset = 0; ///< of the callee's name
  /// Of a callee (or the template that it comes from) that a project file
  /// declares: its name and the place of the first declaration. An edit in
  /// front moves that place, and USRs of local classes name it as well. Of any
  /// other: its USR, and no place.
  std::string Callee;
  std::string CalleeFile;
  unsigned CalleeOffset = 0;

  auto key() const {
    return std::tie(File, Offset, Callee, CalleeFile, CalleeOffset);
  }
  bool operator==(const ResolvedCall &O) const { return key() == O.key(); }
  bool operator<(const ResolvedCall &O) const { return key() < O.key(); }
};

/// What analysing one TU with an overlay yields.
struct FixedTu {
  std::string MainFile;
  /// How many compile errors there were; at least one where the analysis did
  /// not end. A fix must not add to those of the state on disk.
  unsigned ErrorCount = 0;
  std::vector<std::string> Errors; ///< the first few, rendered
  /// Settled, like those of a RunReport; not yet marked for NOLINT.
  std::vector<ReportedFinding> Findings;
  /// Files that the TU read, absolute; empty: unknown, counts as all.
  std::vector<std::string> Files;
  /// Calls in project files, sorted; empty: not compared.
  std::vector<ResolvedCall> Calls;
};

/// How the fixer asks for analyses; the driver implements it.
class FixHost {
public:
  virtual ~FixHost() = default;

  /// Main files of all TUs of the run that read one of Files.
  virtual std::vector<std::string>
  tusIncluding(llvm::ArrayRef<std::string> Files) = 0;

  /// Analyses the TUs with Contents in place of what is on disk; one result
  /// for each, in order.
  virtual std::vector<FixedTu> analyse(llvm::ArrayRef<std::string> MainFiles,
                                       const Overlay &Contents) = 0;

  /// Analyses in their state on disk; only asked for TUs whose result with an
  /// overlay must be compared. The default analyses with an empty overlay.
  virtual std::vector<FixedTu> baseline(llvm::ArrayRef<std::string> MainFiles) {
    return analyse(MainFiles, {});
  }

  /// True once the user interrupted the run; then nothing is written.
  virtual bool interrupted() { return false; }
};

struct FixOptions {
  unsigned MaxRounds = 5;
  /// Marks findings of later rounds that are not to be fixed, beyond NOLINT.
  std::function<void(std::vector<ReportedFinding> &Findings,
                     const FileReader &ReadFile)>
      Mark = nullptr;
};

/// A fix of a finding that was verified.
struct AppliedFix {
  ReportedFinding Finding; ///< as reported in its round
  Fix What;
  unsigned Round = 0; ///< from 0; edits count offsets in that round's contents
};

struct FixResult {
  std::vector<AppliedFix> Applied;
  /// One line for each fix that was dropped: "FILE:LINE:COL: fix not applied:
  /// why [id]".
  std::vector<std::string> Dropped;
  unsigned Rounds = 0;
  bool FixedPoint = true;   ///< no fix was left to try when the rounds ended
  bool Interrupted = false; ///< then there is nothing to write
  /// The new contents of the files that changed.
  Overlay NewContents;
  /// Findings left after the last round, for the TUs that were analysed again;
  /// with their TUs' main files, so that the driver can merge them.
  std::vector<FixedTu> Reanalysed;
};

/// Works the fixes out; writes nothing.
FixResult makeFixes(const RunReport &Report, FixHost &Host,
                    const FileReader &ReadFile, const FixOptions &Options = {});

/// Writes all files or, on an error before the first is in place, none. Keeps
/// permissions; follows symbolic links. The error is one line.
llvm::Error writeFixedFiles(const Overlay &NewContents);

/// Writes FILE in the form that clang-apply-replacements reads: every finding
/// that is not suppressed and, joined over all rounds, the fixes that were
/// verified. Without a FixResult, each finding's first fix as it is.
llvm::Error exportFixes(llvm::StringRef Path, llvm::StringRef MainFile,
                        llvm::StringRef BuildDirectory, const RunReport &Report,
                        const FixResult *Verified);

/// Applies non-overlapping edits (offsets in Text) to Text.
llvm::Expected<std::string> applyEdits(llvm::StringRef Text,
                                       llvm::ArrayRef<TextEdit> Edits);

} // namespace cancel_tidy

#endif
