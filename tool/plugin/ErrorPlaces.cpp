// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/plugin/ErrorPlaces.h"

using namespace clang;

namespace cancel_tidy {

ErrorPlaces::ErrorPlaces(DiagnosticsEngine &Engine)
    : Engine(Engine), Next(Engine.getClient()) {
  if (Engine.ownsClient())
    Owned = Engine.takeClient();
  Engine.setClient(this, /*ShouldOwnClient=*/false);
}

ErrorPlaces::~ErrorPlaces() {
  if (Engine.getClient() != this)
    return; // Somebody has put another one in our place.
  if (Owned)
    Engine.setClient(Owned.release(), /*ShouldOwnClient=*/true);
  else
    Engine.setClient(Next, /*ShouldOwnClient=*/false);
}

void ErrorPlaces::BeginSourceFile(const LangOptions &Lang,
                                  const Preprocessor *PP) {
  Next->BeginSourceFile(Lang, PP);
}

void ErrorPlaces::EndSourceFile() { Next->EndSourceFile(); }

void ErrorPlaces::finish() { Next->finish(); }

bool ErrorPlaces::IncludeInDiagnosticCounts() const {
  return Next->IncludeInDiagnosticCounts();
}

void ErrorPlaces::clear() {
  DiagnosticConsumer::clear();
  Next->clear();
}

void ErrorPlaces::HandleDiagnostic(DiagnosticsEngine::Level Level,
                                   const Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (Level >= DiagnosticsEngine::Error && Info.getLocation().isValid())
    Places.push_back(Info.getLocation());
  Next->HandleDiagnostic(Level, Info);
}

} // namespace cancel_tidy
