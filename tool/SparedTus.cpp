// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/SparedTus.h"
#include "tool/HolderNames.h"
#include "tool/Prelude.h"
#include "tool/TuAnalyser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace cancel_tidy {

SparedTus::SparedTus(const PreludeInfo &Info, const TokenWords &Words)
    : Words(Words), KnowsHolders(Info.KnowsHolders) {
  for (const PreludeFile &F : Info.Files)
    Held.insert(F.Path);
  for (const std::string &Name : Info.Holders)
    Names.insert(Name);
  for (const std::string &Macro : Info.Macros)
    Macros.insert(Macro);
}

const SparedTus::Own &SparedTus::textOf(StringRef File) {
  auto [It, New] = Known.try_emplace(File);
  if (New)
    if (auto Buffer = MemoryBuffer::getFile(File)) {
      StringRef Text = (*Buffer)->getBuffer();
      // What a header of the prelude defines it defines for all.
      static const StringSet<> None;
      It->second.Holds =
          mayHold(Text, Names, Held.contains(File) ? None : Macros);
      It->second.Words = Words.find(Text);
    }
  return It->second;
}

bool SparedTus::holdsNone(const TuOutcome &Scan) {
  if (!KnowsHolders || !Scan.Scan.Done ||
      !all_of(Scan.Scan.TokenFiles,
              [&](StringRef File) { return Held.contains(File); }))
    return false;
  WordsFound All;
  for (const auto *Files : {&Scan.Files, &Scan.Scan.OtherFiles})
    for (const std::string &File : *Files) {
      if (Held.contains(File))
        continue;
      const Own &Text = textOf(File);
      if (Text.Holds)
        return false;
      All |= Text.Words;
    }
  return !Words.maySeeToken(All);
}

bool SparedTus::needsJudge(StringRef File) { return textOf(File).Holds; }

} // namespace cancel_tidy
