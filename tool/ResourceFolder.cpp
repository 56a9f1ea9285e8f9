// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ResourceFolder.h"
#include "Version.inc"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {

static std::string find() {
  static char Here;
  SmallString<256> Beside(sys::fs::getMainExecutable(nullptr, &Here));
  sys::path::remove_filename(Beside);
  sys::path::append(Beside, "..", CANCEL_TIDY_BUNDLED_RESOURCE_DIR);
  sys::path::remove_dots(Beside, /*remove_dot_dot=*/true);
  for (StringRef Folder :
       {Beside.str(), StringRef(CANCEL_TIDY_CLANG_RESOURCE_DIR)})
    if (sys::fs::is_directory(Folder))
      return Folder.str();
  return "";
}

const std::string &clangResourceFolder() {
  static const std::string Folder = find();
  return Folder;
}

} // namespace cancel_tidy
