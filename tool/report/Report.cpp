// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/Report.h"
#include "tool/AtomicFile.h"
#include "tool/report/CiReport.h"
#include "tool/report/HtmlReport.h"
#include "tool/report/JsonReport.h"
#include "tool/report/SarifReport.h"
#include "tool/report/TextReport.h"

using namespace llvm;

namespace cancel_tidy {

static void writeText(raw_ostream &OS, const RunReport &Report,
                      const FileReader &ReadFile, const ReportContext &) {
  printFindings(OS, Report, ReadFile);
}

ArrayRef<ReportFormat> reportFormats() {
  static const ReportFormat Formats[] = {
      {"text", "as on standard output", writeText},
      {"sarif", "SARIF 2.1.0, for code scanning services", writeSarif},
      {"html", "one page to review findings in a browser", writeHtml},
      {"json", "a JSON object a line and finding", writeJsonLines},
      {"gitlab", "GitLab's code quality report", writeGitLab},
      {"github", "annotations of GitHub Actions", writeGitHub},
  };
  return Formats;
}

const ReportFormat *findReportFormat(StringRef Name) {
  for (const ReportFormat &F : reportFormats())
    if (F.Name == Name)
      return &F;
  return nullptr;
}

Error writeReport(const ReportTarget &Target, const RunReport &Report,
                  const FileReader &ReadFile, const ReportContext &Context) {
  std::string Text;
  raw_string_ostream OS(Text);
  Target.Format->Write(OS, Report, ReadFile, Context);
  return writeFile(Target.File, Text);
}

} // namespace cancel_tidy
