// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/SarifReport.h"
#include "checks/AllChecks.h"
#include "tool/CheckPages.h"
#include "tool/report/SourceText.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <optional>
#include <set>

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr StringLiteral RootId = "SRCROOT";
constexpr StringLiteral NoLintId = "clang-tidy-nolint";

json::Object text(StringRef Text) {
  return json::Object{{"text", validUtf8(Text)}};
}

std::string fileUri(StringRef Path) {
  return (Path.starts_with("/") ? "file://" : "file:///") +
         percentEncoded(Path);
}

class Writer {
public:
  Writer(const RunReport &Report, const FileReader &Read,
         const ReportContext &Context)
      : Report(Report), Files(Read), Context(Context),
        Root(withoutSlash(Context.Root)) {
    for (const ReportedFinding &R : Report.Findings) {
      Found.insert(R.F.CheckId);
      AnySuppressed |= R.Suppressed;
      AnyNoLint |= R.F.CheckId == NoLintId;
    }
  }

  json::Value document() {
    json::Object Run{
        {"tool", json::Object{{"driver", driver()}}},
        {"columnKind", "utf16CodeUnits"},
        {"invocations", json::Array{invocation()}},
    };
    if (!Root.empty())
      Run["originalUriBaseIds"] = json::Object{
          {RootId,
           json::Object{
               {"uri", fileUri(Root == "/" ? "/" : Root.str() + "/")}}}};
    json::Array Results;
    for (const ReportedFinding &R : Report.Findings)
      Results.push_back(result(R));
    Run["results"] = std::move(Results);
    return json::Object{
        {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
        {"version", "2.1.0"},
        {"runs", json::Array{std::move(Run)}},
    };
  }

private:
  json::Object driver() {
    json::Array Rules;
    for (const CheckInfo &Info : allChecks()) {
      RuleIndex[Info.Id.str()] = Rules.size();
      std::string Help = Info.Summary.str() + ". See docs/checks/" +
                         Info.Id.str() +
                         ".md. Silence one finding with // "
                         "NOLINT(" +
                         Info.Id.str() + ").";
      for (const OptionInfo &Option : Info.Options)
        Help += "\nOption " + Option.Name.str() + " (" + Option.Type.str() +
                ", default " + Option.Default.str() + "): " + Option.Help.str();
      Rules.push_back(json::Object{
          {"id", Info.Id},
          {"name", name(Info.Id)},
          {"shortDescription", text(Info.Summary)},
          {"fullDescription", text(Info.Summary)},
          {"help", help(Info.Id, Help)},
          {"defaultConfiguration",
           json::Object{{"level", "warning"}, {"enabled", Info.DefaultOn}}},
          {"properties", json::Object{{"tags", json::Array{"cancellation"}},
                                      {"precision", "high"},
                                      {"problem.severity", "warning"}}},
      });
    }
    if (AnyNoLint) {
      RuleIndex[NoLintId.str()] = Rules.size();
      constexpr StringLiteral Summary =
          "A NOLINTBEGIN without its NOLINTEND, or the other way round";
      Rules.push_back(json::Object{
          {"id", NoLintId},
          {"name", name(NoLintId)},
          {"shortDescription", text(Summary)},
          {"fullDescription", text(Summary)},
          {"help", text(Summary)},
          {"defaultConfiguration", json::Object{{"level", "error"}}},
      });
    }
    json::Object Driver{{"name", "cancel-tidy"}, {"rules", std::move(Rules)}};
    if (!Context.ToolVersion.empty()) {
      Driver["version"] = validUtf8(Context.ToolVersion);
      Driver["semanticVersion"] = validUtf8(Context.ToolVersion);
    }
    return Driver;
  }

  /// With the page of a check that found something: services show it beside a
  /// finding, and all pages would be most of a small report.
  json::Object help(StringRef Id, StringRef Text) const {
    json::Object Help = text(Text);
    if (Found.count(Id.str()))
      Help["markdown"] = checkPage(Id);
    return Help;
  }

  /// "cancel-check-in-loop" as "CancelCheckInLoop", as SARIF wants names.
  static std::string name(StringRef Id) {
    std::string Name;
    SmallVector<StringRef> Words;
    Id.split(Words, '-');
    for (StringRef Word : Words)
      Name += toUpper(Word.front()) + Word.drop_front().str();
    return Name;
  }

  json::Object invocation() {
    json::Object Invocation{
        {"executionSuccessful", Context.ExecutionSuccessful},
        {"exitCode", Context.ExitCode},
    };
    if (!Context.Arguments.empty()) {
      json::Array Arguments;
      for (const std::string &A : ArrayRef(Context.Arguments).drop_front())
        Arguments.push_back(validUtf8(A));
      Invocation["arguments"] = std::move(Arguments);
    }
    if (!Report.Errors.empty()) {
      json::Array Notifications;
      for (const std::string &E : Report.Errors)
        Notifications.push_back(
            json::Object{{"level", "error"}, {"message", text(E)}});
      Invocation["toolExecutionNotifications"] = std::move(Notifications);
    }
    return Invocation;
  }

  json::Object artifact(StringRef File) {
    if (std::optional<StringRef> Name = belowRoot(File, Root))
      return json::Object{{"uri", percentEncoded(*Name)},
                          {"uriBaseId", RootId}};
    return json::Object{{"uri", fileUri(File)}};
  }

  json::Object region(const std::string &File, size_t Offset, size_t Length,
                      unsigned Line, unsigned Column) {
    if (auto R = Files.region(File, Offset, Length))
      return json::Object{{"startLine", R->StartLine},
                          {"startColumn", R->StartColumn},
                          {"endLine", R->EndLine},
                          {"endColumn", R->EndColumn}};
    json::Object Region{{"startLine", std::max(1u, Line)}};
    if (Column)
      Region["startColumn"] = Column;
    return Region;
  }

  json::Object location(const Place &Where) {
    return json::Object{
        {"physicalLocation",
         json::Object{{"artifactLocation", artifact(Where.File)},
                      {"region", region(Where.File, Where.Offset, Where.Length,
                                        Where.Line, Where.Column)}}}};
  }

  /// A location with its text, for who reads the report without the sources.
  json::Object quotedLocation(const Place &Where) {
    json::Object Location = location(Where);
    auto R = Files.region(Where.File, Where.Offset, Where.Length);
    if (!R)
      return Location;
    json::Object &Physical = *Location.getObject("physicalLocation");
    (*Physical.getObject("region"))["snippet"] =
        text(Files.text(Where.File, Where.Offset, Where.Length));
    unsigned First = std::max(2u, R->StartLine) - 1, Last = First;
    std::string Lines;
    for (unsigned N = First; N <= R->EndLine + 1; ++N)
      if (std::optional<StringRef> Line = Files.line(Where.File, N)) {
        Lines += *Line;
        Lines += '\n';
        Last = N;
      }
    Physical["contextRegion"] = json::Object{
        {"startLine", First}, {"endLine", Last}, {"snippet", text(Lines)}};
    return Location;
  }

  json::Object fix(const Fix &F) {
    json::Array Changes;
    for (size_t I = 0; I < F.Edits.size();) {
      const std::string &File = F.Edits[I].File;
      json::Array Replacements;
      for (; I < F.Edits.size() && F.Edits[I].File == File; ++I) {
        const TextEdit &Edit = F.Edits[I];
        json::Object Replacement{
            {"deletedRegion", region(File, Edit.Offset, Edit.Length, 1, 1)}};
        if (!Edit.Text.empty())
          Replacement["insertedContent"] = text(Edit.Text);
        Replacements.push_back(std::move(Replacement));
      }
      Changes.push_back(
          json::Object{{"artifactLocation", artifact(File)},
                       {"replacements", std::move(Replacements)}});
    }
    return json::Object{{"description", text(F.Description)},
                        {"artifactChanges", std::move(Changes)}};
  }

  json::Object result(const ReportedFinding &R) {
    const Finding &F = R.F;
    json::Object Location = quotedLocation(F.Where);
    if (!F.Context.empty())
      Location["logicalLocations"] = json::Array{json::Object{
          {"fullyQualifiedName", validUtf8(F.Context)}, {"kind", "function"}}};
    json::Object Result{
        {"ruleId", validUtf8(F.CheckId)},
        {"level", R.IsError ? "error" : "warning"},
        {"message", text(F.Message)},
        {"locations", json::Array{std::move(Location)}},
        {"partialFingerprints", json::Object{{"cancelTidy/v2", R.Fingerprint}}},
    };
    if (auto It = RuleIndex.find(F.CheckId); It != RuleIndex.end())
      Result["ruleIndex"] = It->second;
    json::Object Properties;
    if (!F.Family.empty())
      Properties["family"] = validUtf8(F.Family);
    if (F.Level == Confidence::Weak)
      Properties["confidence"] = "weak";
    if (F.CostRank)
      Properties["costRank"] = F.CostRank;
    if (!Properties.empty())
      Result["properties"] = std::move(Properties);
    if (!F.Notes.empty()) {
      json::Array Related;
      for (const Note &N : F.Notes) {
        json::Object Where = location(N.Where);
        Where["id"] = static_cast<int64_t>(Related.size() + 1);
        Where["message"] = text(N.Message);
        Related.push_back(std::move(Where));
      }
      Result["relatedLocations"] = std::move(Related);
    }
    if (any_of(F.Notes, [](const Note &N) { return N.IsStep; }))
      Result["codeFlows"] = json::Array{codeFlow(F)};
    if (!F.Fixes.empty()) {
      json::Array Fixes;
      for (const Fix &Alternative : F.Fixes)
        Fixes.push_back(fix(Alternative));
      Result["fixes"] = std::move(Fixes);
    }
    // Where one result says what a baseline knows of it, all have to.
    if (Report.Summary.InBaseline)
      Result["baselineState"] = R.InBaseline ? "unchanged" : "new";
    // Where one result says whether it is suppressed, all have to.
    if (AnySuppressed) {
      json::Array Suppressions;
      if (R.Suppressed) {
        json::Object Suppression{{"kind", "inSource"}};
        if (R.SuppressedBy.Line)
          Suppression["location"] = location(R.SuppressedBy);
        Suppressions.push_back(std::move(Suppression));
      }
      Result["suppressions"] = std::move(Suppressions);
    }
    return Result;
  }

  /// From the finding along its steps.
  json::Object codeFlow(const Finding &F) {
    json::Array Steps;
    auto Add = [&](const Place &Where, StringRef Message,
                   StringRef Importance) {
      json::Object Location = location(Where);
      Location["message"] = text(Message);
      Steps.push_back(
          json::Object{{"location", std::move(Location)},
                       {"executionOrder", int64_t(Steps.size() + 1)},
                       {"importance", Importance}});
    };
    Add(F.Where, F.Message, "essential");
    for (const Note &N : F.Notes)
      if (N.IsStep)
        Add(N.Where, N.Message, "important");
    return json::Object{{"threadFlows", json::Array{json::Object{
                                            {"locations", std::move(Steps)}}}}};
  }

  const RunReport &Report;
  SourceTexts Files;
  const ReportContext &Context;
  StringRef Root;
  std::set<std::string> Found;
  bool AnySuppressed = false;
  bool AnyNoLint = false;
  std::map<std::string, size_t> RuleIndex;
};

} // namespace

void writeSarif(raw_ostream &OS, const RunReport &Report,
                const FileReader &ReadFile, const ReportContext &Context) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.value(Writer(Report, ReadFile, Context).document());
  OS << '\n';
}

} // namespace cancel_tidy
