// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Fingerprint.h"
#include "tool/report/SourceText.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <tuple>

using namespace llvm;

namespace cancel_tidy {

static std::string hash(StringRef Text) {
  return utohexstr(xxh3_64bits(Text), /*LowerCase=*/true, /*Width=*/16);
}

std::string lineKey(StringRef LineText) {
  std::string Squeezed;
  for (char C : LineText)
    if (!isSpace(C))
      Squeezed += C;
  return hash(Squeezed);
}

void setLineKeys(std::vector<ReportedFinding> &Findings,
                 const FileReader &ReadFile) {
  SourceTexts Texts(ReadFile);
  for (ReportedFinding &R : Findings)
    R.LineKey = lineKey(Texts.lineAt(R.F.Where.File, R.F.Where.Offset));
}

void setFingerprints(std::vector<ReportedFinding> &Findings) {
  std::map<std::tuple<StringRef, StringRef, StringRef, StringRef>, unsigned>
      Seen;
  for (ReportedFinding &R : Findings) {
    unsigned Ordinal =
        Seen[{R.F.Where.File, R.F.CheckId, R.F.Context, R.LineKey}]++;
    R.Fingerprint = hash(R.F.CheckId + '\0' + R.F.Context + '\0' + R.LineKey +
                         '\0' + std::to_string(Ordinal));
  }
}

} // namespace cancel_tidy
