// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a TU's result depends on besides the files that its parse reads.
#ifndef CANCEL_TIDY_TOOL_CACHEKEY_H
#define CANCEL_TIDY_TOOL_CACHEKEY_H

#include "tool/Config.h"
#include "tool/Options.h"
#include "tool/ProjectFiles.h"
#include "tool/TuAnalyser.h"
#include <string>

namespace cancel_tidy {

/// The folder that O names, or the user's; empty where there is none.
std::string cacheFolder(const Options &O);

/// Makes keys for TUs of one run; reads the files that configure it once.
class CacheKeys {
public:
  /// Program: the executable; another build has other keys.
  CacheKeys(const Options &O, const ProjectLayout &Layout,
            llvm::StringRef Program);

  /// Key of a prelude for TUs with these flags (PreludePlan::Flags).
  std::string keyOfPrelude(llvm::StringRef Flags, llvm::StringRef Text,
                           const FileConfig &Config);

  /// A name for a file.
  std::string keyOf(const TuCommand &Command, const FileConfig &Config);

private:
  const std::string &configured(const FileConfig &Config);

  std::string Common;
  std::map<const FileConfig *, std::string> ByConfig;
};

} // namespace cancel_tidy

#endif
