// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file is a magic line, the format's number, a hash of the rest, its size and
// the rest compressed. The rest holds each string once, in the order of first
// use, then the records with numbers in place of strings. All numbers are
// LEB128.
#include "tool/FactsFile.h"
#include "tool/AtomicFile.h"
#include "tool/Members.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

constexpr StringLiteral Magic = "cancel-tidy facts\n";

class Encoder {
public:
  std::string finish() && {
    std::string Result;
    raw_string_ostream OS(Result);
    encodeULEB128(Strings.size(), OS);
    for (StringRef S : Strings) {
      encodeULEB128(S.size(), OS);
      OS << S;
    }
    OS << Body;
    return Result;
  }

  template <typename... Ts> bool operator()(Ts &...Members) {
    (put(Members), ...);
    return true;
  }

  void put(uint64_t N) { encodeULEB128(N, Out); }
  void put(const std::string &S) {
    auto [It, New] = Numbers.try_emplace(S, Strings.size());
    if (New)
      Strings.push_back(It->getKey());
    put(uint64_t(It->second));
  }
  template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
  void put(E Value) {
    put(uint64_t(Value));
  }
  template <typename T> void put(const std::vector<T> &Items) {
    put(uint64_t(Items.size()));
    for (const T &Item : Items)
      put(Item);
  }
  template <typename T, IfStruct<T> = 0> void put(const T &X) {
    visit(*this, const_cast<T &>(X));
  }

private:
  StringMap<size_t> Numbers;
  std::vector<StringRef> Strings;
  std::string Body;
  raw_string_ostream Out{Body};
};

/// Every read fails once one did.
class Decoder {
public:
  explicit Decoder(StringRef From)
      : At(From.bytes_begin()), End(From.bytes_end()) {
    for (uint64_t N = count(); N && !Bad; --N) {
      uint64_t Size = count();
      if (Bad)
        return;
      Strings.push_back(StringRef(reinterpret_cast<const char *>(At), Size));
      At += Size;
    }
  }

  bool atEnd() const { return !Bad && At == End; }

  template <typename... Ts> bool operator()(Ts &...Members) {
    (get(Members), ...);
    return !Bad;
  }

  void get(bool &B) { B = number() != 0; }
  void get(unsigned &N) { N = unsigned(number()); }
  void get(std::string &S) {
    uint64_t I = number();
    if (I >= Strings.size())
      Bad = true;
    else
      S = Strings[I].str();
  }
  template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
  void get(E &Value) {
    Value = E(number());
  }
  template <typename T> void get(std::vector<T> &Items) {
    uint64_t N = count();
    for (; N && !Bad; --N)
      get(Items.emplace_back());
  }
  template <typename T, IfStruct<T> = 0> void get(T &X) { visit(*this, X); }

private:
  uint64_t number() {
    unsigned Size = 0;
    const char *Error = nullptr;
    uint64_t N = Bad ? 0 : decodeULEB128(At, &Size, End, &Error);
    if (Bad || Error) {
      Bad = true;
      return 0;
    }
    At += Size;
    return N;
  }
  /// A number of things that need a byte each at least.
  uint64_t count() {
    uint64_t N = number();
    if (N > uint64_t(End - At))
      Bad = true;
    return Bad ? 0 : N;
  }

  const uint8_t *At, *End;
  std::vector<StringRef> Strings;
  bool Bad = false;
};

Error damaged(StringRef Path, const Twine &What) {
  return createStringError(inconvertibleErrorCode(), Path + ": " + What);
}

} // namespace

std::string encodeFacts(ArrayRef<TuRecord> Records) {
  Encoder E;
  E.put(uint64_t(Records.size()));
  for (const TuRecord &R : Records)
    E.put(R);
  return std::move(E).finish();
}

Error writeFacts(StringRef Path, ArrayRef<TuRecord> Records) {
  std::string Rest = encodeFacts(Records);
  std::string File;
  raw_string_ostream OS(File);
  OS << Magic;
  encodeULEB128(FactsFormat, OS);
  char Hash[8];
  support::endian::write64le(Hash, xxh3_64bits(Rest));
  OS << StringRef(Hash, sizeof Hash);
  const bool Compress = compression::zlib::isAvailable();
  encodeULEB128(Compress ? Rest.size() : 0, OS);
  if (Compress) {
    SmallVector<uint8_t, 0> Small;
    compression::zlib::compress(arrayRefFromStringRef(Rest), Small);
    OS << toStringRef(Small);
  } else {
    OS << Rest;
  }
  return writeFile(Path, File);
}

Expected<std::vector<TuRecord>> readFacts(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return damaged(Path, "cannot be read: " + Buffer.getError().message());
  StringRef Bytes = (*Buffer)->getBuffer();
  if (!Bytes.consume_front(Magic))
    return damaged(Path, "is no facts file; --emit-facts makes one");
  const StringRef Cut = "is cut off or damaged; make it again with "
                        "--emit-facts";
  auto Number = [&](uint64_t &N) {
    unsigned Size = 0;
    const char *Error = nullptr;
    N = decodeULEB128(Bytes.bytes_begin(), &Size, Bytes.bytes_end(), &Error);
    Bytes = Bytes.drop_front(std::min<size_t>(Size, Bytes.size()));
    return !Error;
  };
  uint64_t Format = 0, Size = 0;
  if (!Number(Format))
    return damaged(Path, Cut);
  if (Format != FactsFormat)
    return damaged(
        Path, "has format " + Twine(Format) + ", and this cancel-tidy reads " +
                  Twine(FactsFormat) + "; make it again with --emit-facts");
  if (Bytes.size() < 8)
    return damaged(Path, Cut);
  uint64_t Hash = support::endian::read64le(Bytes.data());
  Bytes = Bytes.drop_front(8);
  if (!Number(Size))
    return damaged(Path, Cut);
  SmallVector<uint8_t, 0> Whole;
  if (Size) {
    // zlib makes at most a thousand bytes of one.
    if (Size / 1100 > Bytes.size())
      return damaged(Path, Cut);
    if (!compression::zlib::isAvailable())
      return damaged(Path, "is compressed, and this LLVM was built without "
                           "zlib");
    if (Error E = compression::zlib::decompress(arrayRefFromStringRef(Bytes),
                                                Whole, Size)) {
      consumeError(std::move(E));
      return damaged(Path, Cut);
    }
    Bytes = toStringRef(Whole);
  }
  if (xxh3_64bits(Bytes) != Hash)
    return damaged(Path, Cut);
  Decoder D(Bytes);
  std::vector<TuRecord> Records;
  D.get(Records);
  if (!D.atEnd())
    return damaged(Path, Cut);
  return Records;
}

} // namespace cancel_tidy
