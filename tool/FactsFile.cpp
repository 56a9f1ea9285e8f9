// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/FactsFile.h"
#include "tool/AtomicFile.h"
#include "tool/Binary.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace cancel_tidy {

static constexpr llvm::StringLiteral Magic = "cancel-tidy facts\n";

std::string encodeFacts(ArrayRef<TuRecord> Records) {
  return encodeBody(Records.vec());
}

Error writeFacts(StringRef Path, ArrayRef<TuRecord> Records) {
  return writeFile(Path, frame(Magic, FactsFormat, encodeFacts(Records)));
}

Expected<std::vector<TuRecord>> readFacts(StringRef Path) {
  auto Wrong = [&](const Twine &What) {
    return createStringError(inconvertibleErrorCode(), Path + ": " + What);
  };
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return Wrong("cannot be read: " + Buffer.getError().message());
  Unframed Frame = unframe((*Buffer)->getBuffer(), Magic, FactsFormat);
  std::vector<TuRecord> Records;
  switch (Frame.Error) {
  case FrameError::Foreign:
    return Wrong("is no facts file; --emit-facts makes one");
  case FrameError::OtherFormat:
    return Wrong("has format " + Twine(Frame.Format) +
                 ", and this cancel-tidy reads " + Twine(FactsFormat) +
                 "; make it again with --emit-facts");
  case FrameError::NoZlib:
    return Wrong("is compressed, and this LLVM was built without zlib");
  case FrameError::None:
    if (decodeBody(Frame.Body, Records))
      return Records;
    [[fallthrough]];
  case FrameError::Damaged:
    break;
  }
  return Wrong("is cut off or damaged; make it again with --emit-facts");
}

} // namespace cancel_tidy
