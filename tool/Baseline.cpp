// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Baseline.h"
#include "tool/report/SourceText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;

namespace cancel_tidy {

static constexpr int Format = 1;

Baseline::Key Baseline::keyOf(const ReportedFinding &R) const {
  const std::string &File = R.F.Where.File;
  return {validUtf8(belowRoot(File, Root).value_or(File)), R.Fingerprint};
}

std::string Baseline::absolute(StringRef File) const {
  if (sys::path::is_absolute(File))
    return File.str();
  SmallString<256> Path(Root);
  sys::path::append(Path, File);
  return Path.str().str();
}

Expected<Baseline> Baseline::read(StringRef Path, StringRef Root) {
  auto Wrong = [&](const Twine &What) {
    return createStringError(inconvertibleErrorCode(), Path + ": " + What);
  };
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return Wrong("the baseline cannot be read: " + Buffer.getError().message() +
                 "; --update-baseline makes a new one");
  StringRef Text = (*Buffer)->getBuffer();
  Expected<json::Value> Parsed = json::parse(Text);
  if (!Parsed) {
    // "[line:column, byte=offset]: what"
    std::string What = toString(Parsed.takeError());
    return Wrong("is no JSON " + What +
                 "; restore it, or make it anew with --update-baseline");
  }
  const json::Object *Top = Parsed->getAsObject();
  const json::Array *List = Top ? Top->getArray("findings") : nullptr;
  std::optional<int64_t> Version =
      Top ? Top->getInteger("version") : std::nullopt;
  if (!List || !Version)
    return Wrong("is no baseline; --update-baseline makes one");
  if (*Version != Format)
    return Wrong("has format " + Twine(*Version) +
                 ", and this cancel-tidy reads " + Twine(Format) +
                 "; make it anew with --update-baseline");
  Baseline Result(Root);
  for (size_t I = 0; I < List->size(); ++I) {
    const json::Object *One = (*List)[I].getAsObject();
    auto Get = [&](StringRef Name) {
      std::optional<StringRef> Value =
          One ? One->getString(Name) : std::nullopt;
      return Value ? Value->str() : std::string();
    };
    if (Get("file").empty() || Get("fingerprint").empty() ||
        Get("check").empty())
      return Wrong("entry " + Twine(I + 1) +
                   " lacks \"check\", \"file\" or \"fingerprint\"; remove it, "
                   "or make the file anew with --update-baseline");
    Result.Entries[{Get("file"), Get("fingerprint")}] = {
        Get("check"), Get("function"), Get("message")};
  }
  return Result;
}

void Baseline::mark(std::vector<ReportedFinding> &Findings) const {
  for (ReportedFinding &R : Findings)
    R.InBaseline = !R.Suppressed && Entries.count(keyOf(R));
}

size_t Baseline::fixed(ArrayRef<ReportedFinding> Findings,
                       function_ref<bool(StringRef)> IsJudged) const {
  std::set<Key> Found;
  for (const ReportedFinding &R : Findings)
    if (!R.Suppressed)
      Found.insert(keyOf(R));
  return count_if(Entries, [&](const auto &E) {
    return !Found.count(E.first) && IsJudged(absolute(E.first.first));
  });
}

Baseline::Change Baseline::update(ArrayRef<ReportedFinding> Findings,
                                  function_ref<bool(StringRef)> IsJudged) {
  Change Result;
  std::set<Key> Found;
  for (const ReportedFinding &R : Findings) {
    if (R.Suppressed)
      continue;
    Key K = keyOf(R);
    Found.insert(K);
    Entry New = {validUtf8(R.F.CheckId), validUtf8(R.F.Context),
                 validUtf8(R.F.Message)};
    if (Entries.insert_or_assign(std::move(K), std::move(New)).second)
      ++Result.Added;
  }
  for (auto It = Entries.begin(); It != Entries.end();) {
    if (!Found.count(It->first) && IsJudged(absolute(It->first.first))) {
      It = Entries.erase(It);
      ++Result.Fixed;
    } else {
      ++It;
    }
  }
  return Result;
}

std::string Baseline::text() const {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "{\n \"tool\": \"cancel-tidy\",\n \"version\": " << Format
     << ",\n \"findings\": [";
  ListSeparator Comma(",");
  for (const auto &[K, E] : Entries) {
    OS << Comma << "\n  {";
    ListSeparator Inner(", ");
    for (auto [Name, Value] : {std::pair<StringRef, StringRef>{"file", K.first},
                               {"check", E.Check},
                               {"function", E.Function},
                               {"message", E.Message},
                               {"fingerprint", K.second}})
      OS << Inner << json::Value(Name) << ": " << json::Value(Value);
    OS << '}';
  }
  OS << (Entries.empty() ? "]\n}\n" : "\n ]\n}\n");
  return Text;
}

} // namespace cancel_tidy
