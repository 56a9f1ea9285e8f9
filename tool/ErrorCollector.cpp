// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ErrorCollector.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"

using namespace clang;
using llvm::SmallString;
using llvm::Twine;

namespace cancel_tidy {

void ErrorCollector::HandleDiagnostic(DiagnosticsEngine::Level Level,
                                      const Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (Level < DiagnosticsEngine::Error)
    return;
  Places.push_back(Info.getLocation());
  if (Fatal)
    return;
  ++Count;
  Fatal |= isFatal(Level, Info);
  if (Lines.size() >= MaxKept)
    return;
  SmallString<128> Text;
  Info.FormatDiagnostic(Text);
  std::string Line;
  if (Info.hasSourceManager() && Info.getLocation().isValid()) {
    PresumedLoc Place = Info.getSourceManager().getPresumedLoc(
        Info.getSourceManager().getFileLoc(Info.getLocation()));
    if (Place.isValid())
      Line = (Twine(Place.getFilename()) + ":" + Twine(Place.getLine()) + ":" +
              Twine(Place.getColumn()) + ": ")
                 .str();
  }
  Texts.push_back(std::string(Text));
  Lines.push_back(Line + "error: " + std::string(Text));
}

void ErrorCollector::goOnAfterFatal(DiagnosticsEngine &D) {
  Diags = &D;
  D.setFatalsAsError(true);
}

bool ErrorCollector::isFatal(DiagnosticsEngine::Level Level,
                             const Diagnostic &Info) const {
  if (Level == DiagnosticsEngine::Fatal || !Diags)
    return Level == DiagnosticsEngine::Fatal;
  Diags->setFatalsAsError(false);
  Level = Diags->getDiagnosticLevel(Info.getID(), Info.getLocation());
  Diags->setFatalsAsError(true);
  return Level == DiagnosticsEngine::Fatal;
}

} // namespace cancel_tidy
