// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All options, in one table: parsing, help, completion and pages read it.
#ifndef CANCEL_TIDY_TOOL_OPTIONTABLE_H
#define CANCEL_TIDY_TOOL_OPTIONTABLE_H

#include "tool/Options.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <string>

namespace cancel_tidy {

/// The part of --help that an option stands in.
enum class OptionPlace { Run, Report, Config, Fix, Tidy, Hidden };

/// One option. Value is what --help shows for its argument; empty: a flag; in
/// brackets: it may be left out. Set gets the argument ("true" or "false" for a
/// flag).
struct OptionSpec {
  llvm::StringRef Name;
  llvm::StringRef Value;
  OptionPlace Where;
  llvm::StringRef Help;
  llvm::Error (*Set)(Options &, llvm::StringRef);
  /// Non-empty: accepted for clang-tidy's sake and ignored, because of this.
  llvm::StringRef IgnoredBecause;
};

llvm::ArrayRef<OptionSpec> optionTable();

/// Null where there is none.
const OptionSpec *findOption(llvm::StringRef Name);

/// With its dashes.
std::string spelling(const OptionSpec &S);

/// What a command line that is wrong gets as an answer.
llvm::Error wrongOption(const llvm::Twine &Message);

} // namespace cancel_tidy

#endif
