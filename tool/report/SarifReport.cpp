// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/report/SarifReport.h"
#include "checks/AllChecks.h"
#include "tool/AtomicFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <optional>

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr StringLiteral RootId = "SRCROOT";
constexpr StringLiteral NoLintId = "clang-tidy-nolint";

std::string valid(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

json::Object text(StringRef Text) {
  return json::Object{{"text", valid(Text)}};
}

/// RFC 3986; the bytes of a path need not be UTF-8.
std::string percentEncoded(StringRef Path) {
  std::string Uri;
  for (unsigned char C : Path) {
    if (isAlnum(C) || StringRef("/-._~").contains(C)) {
      Uri += C;
    } else {
      Uri += '%';
      Uri += hexdigit(C >> 4);
      Uri += hexdigit(C & 15);
    }
  }
  return Uri;
}

std::string fileUri(StringRef Path) {
  return (Path.starts_with("/") ? "file://" : "file:///") +
         percentEncoded(Path);
}

/// UTF-16 code units of Text; bytes that are no UTF-8 count one each.
unsigned utf16Length(StringRef Text) {
  unsigned Units = 0;
  for (size_t I = 0; I < Text.size();) {
    unsigned Length = getNumBytesForUTF8(Text[I]);
    const auto *Begin = reinterpret_cast<const UTF8 *>(Text.data() + I);
    if (I + Length > Text.size() || !isLegalUTF8Sequence(Begin, Begin + Length))
      Length = 1;
    Units += Length == 4 ? 2 : 1;
    I += Length;
  }
  return Units;
}

/// Contents of files with their lines, to count columns as SARIF does.
class Sources {
public:
  explicit Sources(const FileReader &Read) : Read(Read) {}

  /// The line that holds Offset, without its end.
  StringRef lineAt(const std::string &File, size_t Offset) {
    const Source &S = of(File);
    if (!S.Text || Offset > S.Text->size())
      return "";
    auto [Line, Start] = startOf(S, Offset);
    return StringRef(*S.Text).substr(Start).take_until(
        [](char C) { return C == '\n' || C == '\r'; });
  }

  json::Object region(const std::string &File, size_t Offset, size_t Length,
                      unsigned Line, unsigned Column) {
    const Source &S = of(File);
    if (!S.Text || Offset + Length > S.Text->size()) {
      json::Object Region{{"startLine", std::max(1u, Line)}};
      if (Column)
        Region["startColumn"] = Column;
      return Region;
    }
    auto [StartLine, StartColumn] = position(S, Offset);
    auto [EndLine, EndColumn] = position(S, Offset + Length);
    return json::Object{{"startLine", StartLine},
                        {"startColumn", StartColumn},
                        {"endLine", EndLine},
                        {"endColumn", EndColumn}};
  }

private:
  struct Source {
    std::optional<std::string> Text;
    std::vector<size_t> LineStarts;
  };

  const Source &of(const std::string &File) {
    auto [It, New] = Files.try_emplace(File);
    Source &S = It->second;
    if (New) {
      S.Text = Read(File);
      S.LineStarts.push_back(0);
      for (size_t I = 0; S.Text && I < S.Text->size(); ++I)
        if ((*S.Text)[I] == '\n')
          S.LineStarts.push_back(I + 1);
    }
    return S;
  }

  static std::pair<size_t, size_t> startOf(const Source &S, size_t Offset) {
    size_t Line = upper_bound(S.LineStarts, Offset) - S.LineStarts.begin();
    return {Line, S.LineStarts[Line - 1]};
  }

  static std::pair<unsigned, unsigned> position(const Source &S,
                                                size_t Offset) {
    auto [Line, Start] = startOf(S, Offset);
    StringRef Before = StringRef(*S.Text).slice(Start, Offset);
    // A byte order mark is no character of the first line.
    if (Start == 0)
      Before.consume_front("\xEF\xBB\xBF");
    return {Line, utf16Length(Before) + 1};
  }

  const FileReader &Read;
  std::map<std::string, Source> Files;
};

class Writer {
public:
  Writer(const RunReport &Report, const FileReader &Read,
         const SarifOptions &Options)
      : Report(Report), Files(Read), Options(Options), Root(Options.Root) {
    while (Root.size() > 1 && Root.back() == '/')
      Root.pop_back();
    for (const ReportedFinding &R : Report.Findings) {
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
           json::Object{{"uri", fileUri(Root == "/" ? "/" : Root + "/")}}}};
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
          {"help", text(Help)},
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
    if (!Options.ToolVersion.empty()) {
      Driver["version"] = valid(Options.ToolVersion);
      Driver["semanticVersion"] = valid(Options.ToolVersion);
    }
    return Driver;
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
        {"executionSuccessful", Options.ExecutionSuccessful},
        {"exitCode", Options.ExitCode},
    };
    if (!Options.Arguments.empty()) {
      json::Array Arguments;
      for (const std::string &A : ArrayRef(Options.Arguments).drop_front())
        Arguments.push_back(valid(A));
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
    StringRef Rest = File;
    if (!Root.empty() && Rest.consume_front(Root) &&
        (Root == "/" || Rest.consume_front("/")))
      return json::Object{{"uri", percentEncoded(Rest)}, {"uriBaseId", RootId}};
    if (!sys::path::is_absolute(File))
      return json::Object{{"uri", percentEncoded(File)}, {"uriBaseId", RootId}};
    return json::Object{{"uri", fileUri(File)}};
  }

  json::Object location(const Place &Where) {
    return json::Object{
        {"physicalLocation",
         json::Object{
             {"artifactLocation", artifact(Where.File)},
             {"region", Files.region(Where.File, Where.Offset, Where.Length,
                                     Where.Line, Where.Column)}}}};
  }

  json::Object fix(const Fix &F) {
    json::Array Changes;
    for (size_t I = 0; I < F.Edits.size();) {
      const std::string &File = F.Edits[I].File;
      json::Array Replacements;
      for (; I < F.Edits.size() && F.Edits[I].File == File; ++I) {
        const TextEdit &Edit = F.Edits[I];
        json::Object Replacement{
            {"deletedRegion",
             Files.region(File, Edit.Offset, Edit.Length, 1, 1)}};
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
    json::Object Location = location(F.Where);
    if (!F.Context.empty())
      Location["logicalLocations"] = json::Array{json::Object{
          {"fullyQualifiedName", valid(F.Context)}, {"kind", "function"}}};
    json::Object Result{
        {"ruleId", valid(F.CheckId)},
        {"level", R.IsError ? "error" : "warning"},
        {"message", text(F.Message)},
        {"locations", json::Array{std::move(Location)}},
        {"partialFingerprints",
         json::Object{{"cancelTidy/v1", fingerprintOf(F)}}},
    };
    if (auto It = RuleIndex.find(F.CheckId); It != RuleIndex.end())
      Result["ruleIndex"] = It->second;
    json::Object Properties;
    if (!F.Family.empty())
      Properties["family"] = valid(F.Family);
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
    if (!F.Fixes.empty()) {
      json::Array Fixes;
      for (const Fix &Alternative : F.Fixes)
        Fixes.push_back(fix(Alternative));
      Result["fixes"] = std::move(Fixes);
    }
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

  std::string fingerprintOf(const Finding &F) {
    StringRef Line = Files.lineAt(F.Where.File, F.Where.Offset);
    std::string Base = fingerprint(F, Line, 0);
    unsigned Ordinal = Seen[{F.Where.File, Base}]++;
    return Ordinal ? fingerprint(F, Line, Ordinal) : Base;
  }

  const RunReport &Report;
  Sources Files;
  const SarifOptions &Options;
  std::string Root;
  bool AnySuppressed = false;
  bool AnyNoLint = false;
  std::map<std::string, size_t> RuleIndex;
  std::map<std::pair<std::string, std::string>, unsigned> Seen;
};

} // namespace

std::string fingerprint(const Finding &F, StringRef LineText,
                        unsigned Ordinal) {
  std::string Key = F.CheckId + '\0' + F.Context + '\0';
  for (char C : LineText)
    if (!isSpace(C))
      Key += C;
  Key += '\0' + std::to_string(Ordinal);
  return utohexstr(xxh3_64bits(Key), /*LowerCase=*/true, /*Width=*/16);
}

void writeSarif(raw_ostream &OS, const RunReport &Report,
                const FileReader &ReadFile, const SarifOptions &Options) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.value(Writer(Report, ReadFile, Options).document());
  OS << '\n';
}

Error writeSarifFile(StringRef Path, const RunReport &Report,
                     const FileReader &ReadFile, const SarifOptions &Options) {
  std::string Text;
  raw_string_ostream OS(Text);
  writeSarif(OS, Report, ReadFile, Options);
  OS.flush();
  return writeFile(Path, Text);
}

} // namespace cancel_tidy
