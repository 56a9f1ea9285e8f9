// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run says about itself on standard error.
#ifndef CANCEL_TIDY_TOOL_SUMMARY_H
#define CANCEL_TIDY_TOOL_SUMMARY_H

#include "tool/ProjectRun.h"
#include "tool/RunModel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace cancel_tidy {

/// A line that shows how far the run is, rewritten in place; prints nothing
/// where Enabled is false.
class Progress {
public:
  explicit Progress(bool Enabled) : Enabled(Enabled) {}
  ~Progress() { clear(); }
  void show(size_t Done, size_t All, llvm::StringRef MainFile);
  void clear();

private:
  bool Enabled;
  bool Shown = false;
};

struct SummaryContext {
  bool Closed = false;       ///< findings were settled as a closed run
  bool WantedClosed = false; ///< ... and should have been
  std::string Baseline;      ///< what to say of the baseline; empty: nothing
};

void printSummary(llvm::raw_ostream &OS, const RunReport &Report,
                  const SummaryContext &Context);

/// Says how many findings --max-findings left out, if any.
void noteNotShown(llvm::raw_ostream &OS, const RunReport &Report,
                  unsigned Shown);

/// At most so many compile errors, and how many more there are.
void printErrors(llvm::raw_ostream &OS, llvm::ArrayRef<std::string> Errors);

/// Seconds by check, slowest first.
void printProfile(llvm::raw_ostream &OS, llvm::ArrayRef<TuOutcome> Outcomes);
/// One JSON file a TU in Folder.
llvm::Error storeProfiles(llvm::StringRef Folder,
                          llvm::ArrayRef<TuOutcome> Outcomes);

} // namespace cancel_tidy

#endif
