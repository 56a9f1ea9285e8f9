// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --init: the `.cancel-tidy` to begin with, from what a run saw.
#ifndef CANCEL_TIDY_TOOL_INITIALCONFIG_H
#define CANCEL_TIDY_TOOL_INITIALCONFIG_H

#include "checks/core/TokenModel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// What is worth a line in a new configuration.
struct InitialConfig {
  std::vector<std::string> Families; ///< in use, sorted
  std::vector<std::string> Known;    ///< families that have a model already
  std::vector<std::string> Tokens;   ///< as RunSummary::UnmodelledTokens
  std::vector<std::string> Foreign;  ///< as foreignFolders() gives them
};

/// An entry of `Tokens:`, read. What is no such entry becomes the type's name.
TokenType proposedToken(llvm::StringRef Entry);

/// Folders below Root, relative to it and sorted, whose name says that they
/// hold code of others, among those of Files. All paths absolute.
std::vector<std::string> foreignFolders(llvm::ArrayRef<std::string> Files,
                                        llvm::StringRef Root);

/// The text: a valid configuration that changes nothing. Lines with `##`
/// explain; without the `# ` of the other lines it stays valid and proposes.
std::string initialConfig(const InitialConfig &Found);

} // namespace cancel_tidy

#endif
