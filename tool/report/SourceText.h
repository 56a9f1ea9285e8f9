// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text of source files as reports quote it: lines, columns in UTF-16 units, and
// names relative to the project.
#ifndef CANCEL_TIDY_TOOL_REPORT_SOURCETEXT_H
#define CANCEL_TIDY_TOOL_REPORT_SOURCETEXT_H

#include "tool/Suppression.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cancel_tidy {

/// Text as valid UTF-8; bytes that are none become replacement characters.
std::string validUtf8(llvm::StringRef Text);

/// UTF-16 code units of Text; bytes that are no UTF-8 count one each.
unsigned utf16Length(llvm::StringRef Text);

/// RFC 3986; the bytes of a path need not be UTF-8.
std::string percentEncoded(llvm::StringRef Path);

/// Root without the slashes at its end, so that names can be compared with it.
llvm::StringRef withoutSlash(llvm::StringRef Root);

/// The part of File below Root; File itself where it is relative. None for
/// others, and for absolute files where Root is empty.
std::optional<llvm::StringRef> belowRoot(llvm::StringRef File,
                                         llvm::StringRef Root);

/// Files that were read once, with the starts of their lines. Not thread-safe.
class SourceTexts {
public:
  /// Read must outlive this.
  explicit SourceTexts(const FileReader &Read) : Read(Read) {}

  /// Lines and columns from 1, columns in UTF-16 units, the end exclusive.
  struct Region {
    unsigned StartLine, StartColumn, EndLine, EndColumn;
  };
  /// None where the file cannot be read or ends earlier.
  std::optional<Region> region(const std::string &File, size_t Offset,
                               size_t Length);

  /// Length bytes from Offset; empty where region() has none.
  llvm::StringRef text(const std::string &File, size_t Offset, size_t Length);

  /// The line that holds Offset, without its end; empty where it is not known.
  llvm::StringRef lineAt(const std::string &File, size_t Offset);

  /// Line Number (from 1) without its end; none behind the last.
  std::optional<llvm::StringRef> line(const std::string &File, unsigned Number);

  /// Where the line that holds Offset starts, in bytes.
  size_t lineStart(const std::string &File, size_t Offset);

private:
  struct Source {
    std::optional<std::string> Text;
    std::vector<size_t> LineStarts;
  };
  const Source &of(const std::string &File);

  const FileReader &Read;
  std::map<std::string, Source> Files;
};

} // namespace cancel_tidy

#endif
