// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder with files for one test, removed with it.
#ifndef CANCEL_TIDY_TESTS_UNIT_TEMPDIR_H
#define CANCEL_TIDY_TESTS_UNIT_TEMPDIR_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fstream>
#include <iterator>
#include <string>

namespace cancel_tidy::test {

class TempDir {
public:
  TempDir() {
    llvm::SmallString<128> Made, Real;
    llvm::sys::fs::createUniqueDirectory("cancel-tidy-test", Made);
    llvm::sys::fs::real_path(Made, Real);
    Folder = Real.str().str();
  }
  TempDir(const TempDir &) = delete;
  TempDir &operator=(const TempDir &) = delete;
  ~TempDir() { llvm::sys::fs::remove_directories(Folder); }

  /// The absolute path of Name in the folder.
  std::string path(llvm::StringRef Name) const {
    return Folder + "/" + Name.str();
  }

  /// Writes a file, with the folders it needs; returns its path.
  std::string write(llvm::StringRef Name, llvm::StringRef Content) const {
    std::string File = path(Name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(File));
    std::ofstream(File, std::ios::binary)
        .write(Content.data(), static_cast<std::streamsize>(Content.size()));
    return File;
  }

  static std::string read(const std::string &File) {
    std::ifstream In(File, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(In), {});
  }

  std::string Folder;
};

} // namespace cancel_tidy::test

#endif
