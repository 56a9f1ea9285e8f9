// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/HtmlReport.h"
#include "checks/AllChecks.h"
#include "tool/CheckPages.h"
#include "tool/report/FixDiff.h"
#include "tool/report/JsonReport.h"
#include "tool/report/SourceText.h"
#include <map>
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

struct PagePart {
  StringRef Name, Text;
};
const PagePart PageParts[] = {
#include "HtmlReport.inc"
};

StringRef part(StringRef Name) {
  for (const PagePart &P : PageParts)
    if (P.Name == Name)
      return P.Text.ltrim('\n');
  return "";
}

/// The lines that the page may show, by name and number.
class Excerpts {
public:
  Excerpts(SourceTexts &Texts, const ReportContext &Context)
      : Texts(Texts), Context(Context) {}

  void add(const Finding &F) {
    // A short way is shown without gaps.
    std::map<std::string, std::pair<unsigned, unsigned>> Ways;
    auto Take = [&](const Place &Where, unsigned Around, bool IsStep) {
      addLines(Where.File, Where.Line > Around ? Where.Line - Around : 1,
               Where.Line + Around);
      if (!IsStep)
        return;
      auto [It, New] = Ways.try_emplace(Where.File, Where.Line, Where.Line);
      It->second.first = std::min(It->second.first, Where.Line);
      It->second.second = std::max(It->second.second, Where.Line);
    };
    Take(F.Where, 4, true);
    for (const Note &N : F.Notes)
      Take(N.Where, 2, N.IsStep);
    for (const auto &[File, Lines] : Ways)
      if (Lines.second - Lines.first < 60)
        addLines(File, Lines.first, Lines.second);
  }

  json::Object take() {
    json::Object Result;
    for (const auto &[File, Numbers] : Wanted) {
      json::Object Lines;
      for (unsigned N : Numbers)
        if (std::optional<StringRef> Line = Texts.line(File, N))
          Lines[std::to_string(N)] = validUtf8(Line->take_front(LongestLine));
      Result[validUtf8(belowRoot(File, Context.Root).value_or(File))] =
          std::move(Lines);
    }
    return Result;
  }

private:
  static constexpr size_t LongestLine = 1000;

  void addLines(const std::string &File, unsigned First, unsigned Last) {
    std::set<unsigned> &Numbers = Wanted[File];
    for (unsigned N = First; N <= Last; ++N)
      Numbers.insert(N);
  }

  SourceTexts &Texts;
  const ReportContext &Context;
  std::map<std::string, std::set<unsigned>> Wanted;
};

json::Array diffAsJson(const Fix &F, SourceTexts &Texts,
                       const ReportContext &Context) {
  json::Array Files;
  for (const FileDiff &D : diffOf(F, Texts)) {
    json::Array Lines;
    for (const DiffLine &L : D.Lines)
      Lines.push_back(
          json::Array{std::string(1, L.Sign), L.Number, validUtf8(L.Text)});
    Files.push_back(json::Object{
        {"file", validUtf8(belowRoot(D.File, Context.Root).value_or(D.File))},
        {"lines", std::move(Lines)}});
  }
  return Files;
}

json::Object dataOf(const RunReport &Report, const FileReader &ReadFile,
                    const ReportContext &Context) {
  SourceTexts Texts(ReadFile);
  Excerpts Lines(Texts, Context);
  json::Array Findings;
  std::set<std::string> Ids;
  for (const ReportedFinding &R : Report.Findings) {
    json::Object One = findingAsJson(R, Context);
    json::Array &Fixes = *One.getArray("fixes");
    for (size_t I = 0; I < R.F.Fixes.size(); ++I)
      (*Fixes[I].getAsObject())["diff"] =
          diffAsJson(R.F.Fixes[I], Texts, Context);
    Findings.push_back(std::move(One));
    Lines.add(R.F);
    Ids.insert(R.F.CheckId);
  }
  json::Object Checks;
  for (const std::string &Id : Ids) {
    json::Object Check{{"page", checkPage(Id)}};
    if (const CheckInfo *Info = findCheck(Id))
      Check["summary"] = Info->Summary;
    Checks[Id] = std::move(Check);
  }
  const RunSummary &S = Report.Summary;
  json::Array Families;
  for (const std::string &Family : S.Families)
    Families.push_back(validUtf8(Family));
  return json::Object{
      {"run", json::Object{{"version", Context.ToolVersion},
                           {"root", validUtf8(Context.Root)},
                           {"complete", Context.ExecutionSuccessful},
                           {"analysed", S.Analysed},
                           {"withoutToken", S.WithoutToken},
                           {"families", std::move(Families)}}},
      {"checks", std::move(Checks)},
      {"files", Lines.take()},
      {"findings", std::move(Findings)},
  };
}

} // namespace

void writeHtml(raw_ostream &OS, const RunReport &Report,
               const FileReader &ReadFile, const ReportContext &Context) {
  std::string Data;
  raw_string_ostream DataOS(Data);
  DataOS << json::Value(dataOf(Report, ReadFile, Context));
  DataOS.flush();
  StringRef Page = part("report.html");
  while (!Page.empty()) {
    size_t At = Page.find('@');
    OS << Page.take_front(At);
    Page = Page.drop_front(std::min(At, Page.size()));
    if (Page.consume_front("@CSS@")) {
      OS << part("report.css");
    } else if (Page.consume_front("@JS@")) {
      OS << part("report.js");
    } else if (Page.consume_front("@DATA@")) {
      // Nothing in it may end the element that holds it.
      for (char C : Data)
        if (C == '<')
          OS << "\\u003c";
        else
          OS << C;
    } else if (!Page.empty()) {
      OS << Page.front();
      Page = Page.drop_front();
    }
  }
}

} // namespace cancel_tidy
