// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts files: what --emit-facts writes of the TUs of one command, and what
// `cancel-tidy link` reads. The same records give the same bytes.
#ifndef CANCEL_TIDY_TOOL_FACTSFILE_H
#define CANCEL_TIDY_TOOL_FACTSFILE_H

#include "tool/Link.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// Bumped with every change of what is written.
constexpr unsigned FactsFormat = 6;

/// The records in bytes, without the frame of a file.
std::string encodeFacts(llvm::ArrayRef<TuRecord> Records);

/// Writes Records to Path, whole or not at all.
llvm::Error writeFacts(llvm::StringRef Path, llvm::ArrayRef<TuRecord> Records);

/// The error names the file, what is wrong with it and the mend.
llvm::Expected<std::vector<TuRecord>> readFacts(llvm::StringRef Path);

} // namespace cancel_tidy

#endif
