// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words without which code that includes some headers holds no token. A
// token comes from a declaration that names its type, or what names that, and
// so on; here these declarations are looked up in headers that were parsed.
#ifndef CANCEL_TIDY_TOOL_HOLDERNAMES_H
#define CANCEL_TIDY_TOOL_HOLDERNAMES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <optional>
#include <string>
#include <vector>

namespace clang {
class CompilerInstance;
}

namespace cancel_tidy {

class TokenModels;

/// Names, sorted, of what the headers of a finished parse declare that is,
/// holds or gives a token, a source or a registration; of templates and
/// functions that look at one by themselves; of macros that name any of these;
/// and of what Models calls so. None where tokens need not be named: a
/// coroutine may have one by itself.
std::optional<std::vector<std::string>>
holderNames(clang::CompilerInstance &Compiler, const TokenModels &Models);

/// Whether Text may hold a token, given the names, or must be read for another
/// reason: it pastes words together or speaks to the linter.
/// ButFor: macros that it may not change.
bool mayHold(llvm::StringRef Text, const llvm::StringSet<> &Names,
             const llvm::StringSet<> &ButFor);

} // namespace cancel_tidy

#endif
