// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A snippet with marked points and ranges, for tests that name a place in code.
#ifndef CANCEL_TIDY_TESTS_UNIT_ANNOTATED_H
#define CANCEL_TIDY_TESTS_UNIT_ANNOTATED_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy::test {

/// Code without its marks, and where they were:
///
///   void f(T t) { ^g(); $call^h(); $loop[[while (t) k();]] $[[x();]] }
///
/// `^` is a point, `$[[` to `]]` a range; a name may follow the dollar. `[[`
/// without a dollar stays code, since attributes are written so. A mark that is
/// wrong (unclosed, or asked for and not there) ends the test program.
class Annotated {
public:
  struct Range {
    unsigned Begin = 0;
    unsigned End = 0; ///< one past the last byte
  };
  struct Position {
    unsigned Line = 0;   ///< from 1
    unsigned Column = 0; ///< from 1, in bytes
    bool operator==(const Position &) const = default;
  };

  explicit Annotated(llvm::StringRef Text);

  const std::string &code() const { return Code; }

  /// The one point or range of that name; there must be exactly one.
  unsigned point(llvm::StringRef Name = "") const;
  Range range(llvm::StringRef Name = "") const;

  /// All of that name, in order; may be none.
  std::vector<unsigned> points(llvm::StringRef Name = "") const;
  std::vector<Range> ranges(llvm::StringRef Name = "") const;

  /// Line and column of an offset.
  Position position(unsigned Offset) const;
  unsigned line(llvm::StringRef Point = "") const {
    return position(point(Point)).Line;
  }

  /// The code between the ends of R.
  llvm::StringRef text(Range R) const {
    return llvm::StringRef(Code).slice(R.Begin, R.End);
  }

  /// The line of Offset with a caret below it, as Clang shows places.
  std::string pointAt(unsigned Offset) const;

private:
  std::string Code;
  llvm::StringMap<std::vector<unsigned>> Points;
  llvm::StringMap<std::vector<Range>> Ranges;
};

} // namespace cancel_tidy::test

#endif
