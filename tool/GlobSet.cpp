// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/GlobSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace cancel_tidy {

bool matchesGlob(StringRef Glob, StringRef Text) {
  // Backtracks to the last star only, which is enough for one wildcard kind.
  size_t G = 0, T = 0, Star = StringRef::npos, StarText = 0;
  while (T < Text.size()) {
    if (G < Glob.size() && Glob[G] == '*') {
      Star = G++;
      StarText = T;
    } else if (G < Glob.size() && Glob[G] == Text[T]) {
      ++G;
      ++T;
    } else if (Star != StringRef::npos) {
      G = Star + 1;
      T = ++StarText;
    } else {
      return false;
    }
  }
  return Glob.drop_front(G).find_first_not_of('*') == StringRef::npos;
}

GlobSet::GlobSet(StringRef Globs, bool KeepNegative) {
  append(Globs);
  if (!KeepNegative)
    erase_if(Items, [](const Item &I) { return !I.Positive; });
}

void GlobSet::append(StringRef Globs) {
  // As clang-tidy: an empty list is one glob, which matches the empty name.
  do {
    Globs = Globs.trim();
    Item I;
    I.Positive = !Globs.consume_front("-");
    size_t End = Globs.find_first_of(",\n");
    I.Text = Globs.substr(0, End).trim().str();
    Globs = End == StringRef::npos ? StringRef() : Globs.substr(End + 1);
    Items.push_back(std::move(I));
  } while (!Globs.empty());
}

bool GlobSet::contains(StringRef Name, bool Default) const {
  for (const Item &I : reverse(Items))
    if (matchesGlob(I.Text, Name))
      return I.Positive;
  return Default;
}

Error PathGlobs::add(StringRef Glob, StringRef BaseDirectory) {
  SmallString<256> Full;
  if (Glob.starts_with("*") || sys::path::is_absolute(Glob)) {
    Full = Glob;
  } else {
    Full = BaseDirectory;
    sys::path::append(Full, Glob);
  }
  StringRef Text = Full;
  if (Text.find_first_of("*?[{") == StringRef::npos) {
    sys::path::remove_dots(Full, /*remove_dot_dot=*/true);
    Text = Full;
  }
  while (Text.size() > 1 && Text.consume_back("/"))
    ;
  if (Glob.trim().empty())
    return createStringError(std::errc::invalid_argument, "empty glob");
  if (Expected<GlobPattern> P = GlobPattern::create(Text, 1024); !P)
    return createStringError(std::errc::invalid_argument, "bad glob '%s': %s",
                             Glob.str().c_str(),
                             toString(P.takeError()).c_str());
  Globs.push_back(Text.str());
  return Error::success();
}

bool PathGlobs::matches(StringRef AbsolutePath) const {
  for (const std::string &Glob : Globs) {
    Expected<GlobPattern> P = GlobPattern::create(Glob, 1024);
    if (!P) {
      consumeError(P.takeError());
      continue;
    }
    for (StringRef Part = AbsolutePath; !Part.empty();
         Part = sys::path::parent_path(Part)) {
      // A path is itself, whatever characters it holds.
      if (Part == Glob || P->match(Part))
        return true;
      if (Part == sys::path::root_path(Part))
        break;
    }
  }
  return false;
}

} // namespace cancel_tidy
