// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Triage.h"
#include "tool/AtomicFile.h"
#include "tool/Fingerprint.h"
#include "tool/Link.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace cancel_tidy {

Expected<Triage> Triage::create(const Options &O, StringRef Root) {
  Triage T;
  T.File = O.Baseline;
  T.Update = O.UpdateBaseline;
  if (!O.Baseline.empty()) {
    const bool IsFile = sys::fs::is_regular_file(O.Baseline);
    if (T.Update && !IsFile) {
      T.Known.emplace(Root);
    } else if (!IsFile && sys::fs::exists(O.Baseline)) {
      return createStringError(inconvertibleErrorCode(),
                               O.Baseline + ": the baseline is no file; name "
                                            "the one that --update-baseline "
                                            "wrote");
    } else {
      Expected<Baseline> Read = Baseline::read(O.Baseline, Root);
      if (!Read)
        return Read.takeError();
      T.Known = std::move(*Read);
    }
  }
  if (O.Diff == "-") {
    auto Input = MemoryBuffer::getSTDIN();
    if (!Input)
      return createStringError(Input.getError(),
                               "option '--diff': standard input cannot be "
                               "read: " +
                                   Input.getError().message());
    SmallString<256> Folder;
    (void)sys::fs::current_path(Folder);
    Expected<DiffLines> Read = DiffLines::parse((*Input)->getBuffer(), Folder);
    if (!Read)
      return Read.takeError();
    T.Diff = std::move(*Read);
  } else if (!O.Diff.empty()) {
    Expected<DiffLines> Read = DiffLines::fromGit(O.Diff, Root);
    if (!Read)
      return Read.takeError();
    T.Diff = std::move(*Read);
  }
  return std::move(T);
}

static std::string entries(size_t N) {
  return std::to_string(N) + (N == 1 ? " entry" : " entries");
}

Error Triage::apply(RunReport &Report, function_ref<bool(StringRef)> IsJudged) {
  if (Known) {
    if (Update) {
      Baseline::Change C = Known->update(Report.Findings, IsJudged);
      if (Error E = writeFile(File, Known->text()))
        return E;
      Remark = entries(Known->size()) + " in " + File + ": " +
               std::to_string(C.Added) + " added, " + std::to_string(C.Fixed) +
               " fixed and dropped";
    } else if (size_t Fixed = Known->fixed(Report.Findings, IsJudged)) {
      Remark = entries(Fixed) + " of " + File + " " +
               (Fixed == 1 ? "is" : "are") +
               " fixed; --update-baseline drops them";
    }
    Known->mark(Report.Findings);
  }
  if (Diff)
    erase_if(Report.Findings,
             [&](const ReportedFinding &R) { return !Diff->touches(R.F); });
  countFindings(Report);
  return Error::success();
}

void Triage::mark(std::vector<ReportedFinding> &Findings,
                  const FileReader &ReadFile) const {
  if (!Known)
    return;
  setLineKeys(Findings, ReadFile);
  setFingerprints(Findings);
  Known->mark(Findings);
}

} // namespace cancel_tidy
