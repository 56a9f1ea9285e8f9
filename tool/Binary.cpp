// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Binary.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace cancel_tidy {

std::string frame(StringRef Magic, unsigned Format, StringRef Body) {
  std::string Result;
  raw_string_ostream OS(Result);
  OS << Magic;
  encodeULEB128(Format, OS);
  char Hash[8];
  support::endian::write64le(Hash, xxh3_64bits(Body));
  OS << StringRef(Hash, sizeof Hash);
  const bool Compress = compression::zlib::isAvailable();
  encodeULEB128(Compress ? Body.size() : 0, OS);
  if (Compress) {
    SmallVector<uint8_t, 0> Small;
    compression::zlib::compress(arrayRefFromStringRef(Body), Small);
    OS << toStringRef(Small);
  } else {
    OS << Body;
  }
  return Result;
}

Unframed unframe(StringRef Bytes, StringRef Magic, unsigned Format) {
  Unframed Result;
  auto Fail = [&](FrameError E) {
    Result.Error = E;
    return Result;
  };
  if (!Bytes.consume_front(Magic))
    return Fail(FrameError::Foreign);
  auto Number = [&](uint64_t &N) {
    unsigned Size = 0;
    const char *Error = nullptr;
    N = decodeULEB128(Bytes.bytes_begin(), &Size, Bytes.bytes_end(), &Error);
    Bytes = Bytes.drop_front(std::min<size_t>(Size, Bytes.size()));
    return !Error;
  };
  if (!Number(Result.Format))
    return Fail(FrameError::Damaged);
  if (Result.Format != Format)
    return Fail(FrameError::OtherFormat);
  if (Bytes.size() < 8)
    return Fail(FrameError::Damaged);
  const uint64_t Hash = support::endian::read64le(Bytes.data());
  Bytes = Bytes.drop_front(8);
  uint64_t Size = 0;
  if (!Number(Size))
    return Fail(FrameError::Damaged);
  if (!Size) {
    Result.Body = Bytes.str();
  } else {
    // zlib makes at most a thousand bytes of one.
    if (Size / 1100 > Bytes.size())
      return Fail(FrameError::Damaged);
    if (!compression::zlib::isAvailable())
      return Fail(FrameError::NoZlib);
    SmallVector<uint8_t, 0> Whole;
    if (Error E = compression::zlib::decompress(arrayRefFromStringRef(Bytes),
                                                Whole, Size)) {
      consumeError(std::move(E));
      return Fail(FrameError::Damaged);
    }
    Result.Body = toStringRef(Whole).str();
  }
  if (xxh3_64bits(Result.Body) != Hash)
    return Fail(FrameError::Damaged);
  return Result;
}

} // namespace cancel_tidy
