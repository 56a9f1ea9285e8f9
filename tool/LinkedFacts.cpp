// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file: a magic line, then numbers of 8 bytes (format, hash of all that
// follows it, whole or not, count of functions, size of the names, count of
// instances), the ids in order, for each where its record begins (4 bytes each,
// and the end), the ids of templates of which an instance was judged, in order,
// the names, the records. A record holds LEB128 numbers; a function in it is
// its place among the ids, a name its place among the names.
#include "tool/LinkedFacts.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr StringLiteral Magic = "cancel-tidy linked facts\n";
constexpr StringLiteral MagicOfTus = "cancel-tidy facts\n";
constexpr size_t HeaderSize = 6 * 8;

enum RecordFlag : unsigned {
  IsOverridable = 1,
  HasName = 2,
  HasOverriders = 4,
  HasPlace = 2048,
};
/// Bits of a record's head.
constexpr unsigned AnswersAt = 3, AnswersMask = 255, BodiesAt = 12;
enum BodyFlag : unsigned {
  BodyLooks = 1,
  BodyLong = 2,
  BodyHasEnds = 4,
  BodyWaits = 8,
};
enum CalleeFlag : unsigned {
  CalleeIfLooks = 1,
  CalleeIfLong = 2,
  CalleeWhenUndefined = 4,
  CalleeIsReason = 8,
  CalleeIfDeaf = 16,
  CalleeIsPure = 32,
  CalleeIfWaits = 64,
};

void put64(std::string &To, uint64_t N) {
  char Bytes[8];
  support::endian::write64le(Bytes, N);
  To.append(Bytes, sizeof Bytes);
}

/// Reads LEB128 numbers; what is cut off reads as zeros.
class Cursor {
public:
  explicit Cursor(StringRef Bytes)
      : At(Bytes.bytes_begin()), End(Bytes.bytes_end()) {}
  uint64_t number() {
    unsigned Size = 0;
    const char *Error = nullptr;
    uint64_t N = decodeULEB128(At, &Size, End, &Error);
    At = Error ? End : At + Size;
    return Error ? 0 : N;
  }
  /// A number of things of a byte each at least.
  uint64_t count() { return std::min<uint64_t>(number(), End - At); }

private:
  const uint8_t *At, *End;
};

class NameTable {
public:
  uint64_t placeOf(StringRef Name) {
    auto [It, New] = Places.try_emplace(Name, Bytes.size());
    if (New) {
      encodeULEB128(Name.size(), OS);
      OS << Name;
    }
    return It->second;
  }
  std::string Bytes;

private:
  raw_string_ostream OS{Bytes};
  StringMap<uint64_t> Places;
};

} // namespace

Expected<std::string> encodeLinkedFacts(const FactTable &Table, bool Whole) {
  std::vector<FunctionId> Ids;
  DenseMap<FunctionId, uint32_t> Places;
  Table.visit([&](const LinkedFunction &F) {
    Places[F.Id] = uint32_t(Ids.size());
    Ids.push_back(F.Id);
  });
  auto PlaceOf = [&](FunctionId Id) { return uint64_t(Places.lookup(Id)); };
  NameTable Names;
  Names.placeOf("");
  std::string Records, Offsets;
  raw_string_ostream OS(Records);
  auto MarkOffset = [&] {
    char Bytes[4];
    support::endian::write32le(Bytes, uint32_t(Records.size()));
    Offsets.append(Bytes, sizeof Bytes);
  };
  Table.visit([&](const LinkedFunction &F) {
    MarkOffset();
    encodeULEB128(
        (F.Overridable ? IsOverridable : 0) | (F.Name.empty() ? 0 : HasName) |
            (F.Overriders.empty() ? 0 : HasOverriders) |
            (F.Defined.File.empty() ? 0 : HasPlace) |
            unsigned(F.Answers) << AnswersAt | F.Bodies.size() << BodiesAt,
        OS);
    if (!F.Name.empty())
      encodeULEB128(Names.placeOf(F.Name), OS);
    if (!F.Overriders.empty()) {
      encodeULEB128(F.Overriders.size(), OS);
      for (FunctionId Id : F.Overriders)
        encodeULEB128(PlaceOf(Id), OS);
    }
    if (!F.Defined.File.empty()) {
      encodeULEB128(Names.placeOf(F.Defined.File), OS);
      for (unsigned N : {F.Defined.Offset, F.Defined.Length, F.Defined.Line,
                         F.Defined.Column})
        encodeULEB128(N, OS);
    }
    for (const BodyFacts &B : F.Bodies) {
      encodeULEB128((B.Looks ? BodyLooks : 0) | (B.Long ? BodyLong : 0) |
                        (B.Ends.empty() ? 0 : BodyHasEnds) |
                        (B.Waits ? BodyWaits : 0) | B.Callees.size() << 4,
                    OS);
      if (B.Long)
        encodeULEB128(Names.placeOf(B.LongBecause), OS);
      if (!B.Ends.empty())
        encodeULEB128(B.Ends.size(), OS);
      for (const BodyFacts::End &E : B.Ends) {
        encodeULEB128(Names.placeOf(E.Because), OS);
        encodeULEB128(Names.placeOf(E.Family) << 1 | E.UnlessLooks, OS);
      }
      for (const BodyFacts::Callee &C : B.Callees) {
        encodeULEB128(
            (C.IfLooks ? CalleeIfLooks : 0) | (C.IfLong ? CalleeIfLong : 0) |
                (C.WhenUndefined ? CalleeWhenUndefined : 0) |
                (C.IsReason ? CalleeIsReason : 0) |
                (C.IfDeaf ? CalleeIfDeaf : 0) | (C.IsPure ? CalleeIsPure : 0) |
                (C.IfWaits ? CalleeIfWaits : 0) | PlaceOf(C.Id) << 7,
            OS);
        if (C.IfLong || C.IsReason || C.IfDeaf || C.IfWaits)
          encodeULEB128(Names.placeOf(C.Name), OS);
      }
    }
  });
  MarkOffset();
  if (Records.size() > UINT32_MAX)
    return createStringError(std::errc::file_too_large,
                             "linked facts of more than 4 GB; link parts of "
                             "the program with --open");
  std::string Body;
  put64(Body, Whole);
  put64(Body, Ids.size());
  put64(Body, Names.Bytes.size());
  put64(Body, Table.instances().size());
  for (FunctionId Id : Ids)
    put64(Body, Id);
  Body += Offsets;
  for (FunctionId Id : Table.instances())
    put64(Body, Id);
  Body += Names.Bytes;
  Body += Records;
  std::string Result = Magic.str();
  put64(Result, LinkedFactsFormat);
  put64(Result, xxh3_64bits(Body));
  return Result + Body;
}

bool isLinkedFacts(StringRef Bytes) { return Bytes.starts_with(Magic); }

Expected<std::shared_ptr<const LinkedFacts>> LinkedFacts::open(StringRef Path) {
  auto Wrong = [&](const Twine &What) {
    return createStringError(inconvertibleErrorCode(), Path + ": " + What);
  };
  auto Read = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!Read)
    return Wrong("cannot be read: " + Read.getError().message());
  std::shared_ptr<LinkedFacts> Facts(new LinkedFacts);
  Facts->Buffer = std::move(*Read);
  StringRef Bytes = Facts->Buffer->getBuffer();
  constexpr StringLiteral Mend = "'cancel-tidy link --emit-facts' makes one";
  if (Bytes.starts_with(MagicOfTus))
    return Wrong("holds facts of single TUs, and linked facts are needed; " +
                 Mend);
  if (!Bytes.consume_front(Magic))
    return Wrong("is no linked facts file; " + Mend);
  constexpr StringLiteral Damaged =
      "is cut off or damaged; make it again with 'cancel-tidy link "
      "--emit-facts'";
  if (Bytes.size() < HeaderSize)
    return Wrong(Damaged);
  auto Number = [&](size_t I) {
    return support::endian::read64le(Bytes.data() + I * 8);
  };
  if (Number(0) != LinkedFactsFormat)
    return Wrong("has format " + Twine(Number(0)) +
                 ", and this cancel-tidy "
                 "reads " +
                 Twine(LinkedFactsFormat) +
                 "; make it again with 'cancel-tidy link --emit-facts'");
  if (xxh3_64bits(Bytes.drop_front(16)) != Number(1))
    return Wrong(Damaged);
  const uint64_t Count = Number(3), NamesSize = Number(4),
                 InstancesSize = Number(5);
  Facts->Whole = Number(2) != 0;
  Facts->Count = Count;
  Bytes = Bytes.drop_front(HeaderSize);
  if (Count > Bytes.size() / 12 || NamesSize > Bytes.size() - Count * 12 ||
      Bytes.size() - Count * 12 - NamesSize < 4)
    return Wrong(Damaged);
  Facts->Ids = Bytes.take_front(Count * 8);
  Bytes = Bytes.drop_front(Count * 8);
  Facts->Offsets = Bytes.take_front(Count * 4 + 4);
  Bytes = Bytes.drop_front(Count * 4 + 4);
  if (InstancesSize > Bytes.size() / 8)
    return Wrong(Damaged);
  Facts->Instances = Bytes.take_front(InstancesSize * 8);
  Bytes = Bytes.drop_front(InstancesSize * 8);
  if (NamesSize > Bytes.size())
    return Wrong(Damaged);
  Facts->Names = Bytes.take_front(NamesSize);
  Facts->Records = Bytes.drop_front(NamesSize);
  return std::shared_ptr<const LinkedFacts>(std::move(Facts));
}

FunctionId LinkedFacts::idAt(uint64_t I) const {
  return I < Count ? support::endian::read64le(Ids.data() + I * 8) : 0;
}

FunctionId LinkedFacts::instanceAt(uint64_t I) const {
  return support::endian::read64le(Instances.data() + I * 8);
}

uint64_t LinkedFacts::offsetAt(uint64_t I) const {
  return std::min<uint64_t>(support::endian::read32le(Offsets.data() + I * 4),
                            Records.size());
}

StringRef LinkedFacts::nameAt(uint64_t Offset) const {
  StringRef Rest = Names.drop_front(std::min<uint64_t>(Offset, Names.size()));
  unsigned Size = 0;
  const char *Error = nullptr;
  uint64_t Length =
      decodeULEB128(Rest.bytes_begin(), &Size, Rest.bytes_end(), &Error);
  return Error ? StringRef() : Rest.drop_front(Size).take_front(Length);
}

LinkedFunction LinkedFacts::functionAt(uint64_t I) const {
  LinkedFunction F;
  F.Id = idAt(I);
  Cursor In(Records.slice(offsetAt(I), offsetAt(I + 1)));
  const uint64_t Head = In.number();
  F.Overridable = Head & IsOverridable;
  F.Answers = Head >> AnswersAt & AnswersMask;
  if (Head & HasName)
    F.Name = nameAt(In.number());
  if (Head & HasOverriders)
    for (uint64_t N = In.count(); N; --N)
      F.Overriders.push_back(idAt(In.number()));
  if (Head & HasPlace) {
    F.Defined.File = nameAt(In.number()).str();
    for (unsigned *N : {&F.Defined.Offset, &F.Defined.Length, &F.Defined.Line,
                        &F.Defined.Column})
      *N = unsigned(In.number());
  }
  for (uint64_t N = std::min<uint64_t>(Head >> BodiesAt, Records.size()); N;
       --N) {
    BodyFacts B;
    const uint64_t Body = In.number();
    B.Looks = Body & BodyLooks;
    B.Long = Body & BodyLong;
    B.Waits = Body & BodyWaits;
    if (B.Long)
      B.LongBecause = nameAt(In.number());
    if (Body & BodyHasEnds)
      for (uint64_t M = In.count(); M; --M) {
        BodyFacts::End E;
        E.Because = nameAt(In.number());
        const uint64_t Family = In.number();
        E.Family = nameAt(Family >> 1);
        E.UnlessLooks = Family & 1;
        B.Ends.push_back(E);
      }
    for (uint64_t M = std::min<uint64_t>(Body >> 4, Records.size()); M; --M) {
      BodyFacts::Callee C;
      const uint64_t Flags = In.number();
      C.Id = idAt(Flags >> 7);
      C.IfLooks = Flags & CalleeIfLooks;
      C.IfLong = Flags & CalleeIfLong;
      C.WhenUndefined = Flags & CalleeWhenUndefined;
      C.IsReason = Flags & CalleeIsReason;
      C.IfDeaf = Flags & CalleeIfDeaf;
      C.IsPure = Flags & CalleeIsPure;
      C.IfWaits = Flags & CalleeIfWaits;
      if (C.IfLong || C.IsReason || C.IfDeaf || C.IfWaits)
        C.Name = nameAt(In.number());
      B.Callees.push_back(C);
    }
    F.Bodies.push_back(std::move(B));
  }
  return F;
}

/// Where Id stands, or would, among the Count ids that At gives, in order.
static uint64_t placeOf(FunctionId Id, uint64_t Count,
                        function_ref<FunctionId(uint64_t)> At) {
  uint64_t Low = 0, High = Count;
  while (Low < High) {
    const uint64_t Middle = Low + (High - Low) / 2;
    if (At(Middle) < Id)
      Low = Middle + 1;
    else
      High = Middle;
  }
  return Low;
}

std::optional<LinkedFunction> LinkedFacts::find(FunctionId Id) const {
  const uint64_t I = placeOf(Id, Count, [&](uint64_t At) { return idAt(At); });
  if (I == Count || idAt(I) != Id)
    return std::nullopt;
  return functionAt(I);
}

bool LinkedFacts::hasInstance(FunctionId Pattern) const {
  const uint64_t Size = Instances.size() / 8;
  const uint64_t I =
      placeOf(Pattern, Size, [&](uint64_t At) { return instanceAt(At); });
  return I < Size && instanceAt(I) == Pattern;
}

std::vector<FunctionId> LinkedFacts::instances() const {
  std::vector<FunctionId> All(Instances.size() / 8);
  for (uint64_t I = 0; I < All.size(); ++I)
    All[I] = instanceAt(I);
  return All;
}

void LinkedFacts::visit(
    function_ref<void(const LinkedFunction &)> Visit) const {
  for (uint64_t I = 0; I < Count; ++I)
    Visit(functionAt(I));
}

KnownFacts KnownFacts::open(ArrayRef<std::string> Paths, Opener Open) {
  KnownFacts Known;
  for (const std::string &Path : Paths)
    if (auto Facts = Open(Path))
      Known.Files.push_back(std::move(*Facts));
    else
      Known.Errors.push_back(toString(Facts.takeError()));
  return Known;
}

bool KnownFacts::isWhole() const {
  return Errors.empty() && !ArePart &&
         any_of(Files, [](const auto &File) { return File->isWhole(); });
}

void KnownFacts::useIn(FactTable &Table) const {
  for (const auto &File : Files)
    Table.use(File, /*AsPart=*/!isWhole());
}

std::vector<std::string> factsPlaces(StringRef Value, StringRef SourceFile) {
  std::vector<std::string> Places;
  SmallVector<StringRef, 4> Parts;
  Value.split(Parts, ';', -1, /*KeepEmpty=*/false);
  SmallString<256> Source(SourceFile);
  sys::fs::make_absolute(Source);
  for (StringRef Part : Parts) {
    Part = Part.trim();
    SmallString<256> Found(Part);
    if (!sys::path::is_absolute(Part))
      for (StringRef Folder = sys::path::parent_path(Source); !Folder.empty();
           Folder = sys::path::parent_path(Folder)) {
        SmallString<256> Candidate(Folder);
        sys::path::append(Candidate, Part);
        if (sys::fs::exists(Candidate)) {
          Found = Candidate;
          break;
        }
      }
    sys::path::remove_dots(Found, /*remove_dot_dot=*/true);
    Places.push_back(Found.str().str());
  }
  return Places;
}

} // namespace cancel_tidy
