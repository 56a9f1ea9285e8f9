// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All the ways in which a preprocessor looks at a macro, as one.
#ifndef CANCEL_TIDY_TOOL_MACROUSES_H
#define CANCEL_TIDY_TOOL_MACROUSES_H

#include "clang/Lex/PPCallbacks.h"

namespace cancel_tidy {

class MacroUses : public clang::PPCallbacks {
public:
  /// Name was expanded, or asked for by a directive that was not skipped.
  virtual void macroUsed(const clang::Token &Name,
                         const clang::MacroDefinition &Macro) = 0;

  void MacroExpands(const clang::Token &Name,
                    const clang::MacroDefinition &Macro, clang::SourceRange,
                    const clang::MacroArgs *) override {
    macroUsed(Name, Macro);
  }
  void Defined(const clang::Token &Name, const clang::MacroDefinition &Macro,
               clang::SourceRange) override {
    macroUsed(Name, Macro);
  }
  void Ifdef(clang::SourceLocation, const clang::Token &Name,
             const clang::MacroDefinition &Macro) override {
    macroUsed(Name, Macro);
  }
  void Ifndef(clang::SourceLocation, const clang::Token &Name,
              const clang::MacroDefinition &Macro) override {
    macroUsed(Name, Macro);
  }
  using PPCallbacks::Elifdef; // the form for what is skipped
  void Elifdef(clang::SourceLocation, const clang::Token &Name,
               const clang::MacroDefinition &Macro) override {
    macroUsed(Name, Macro);
  }
  using PPCallbacks::Elifndef;
  void Elifndef(clang::SourceLocation, const clang::Token &Name,
                const clang::MacroDefinition &Macro) override {
    macroUsed(Name, Macro);
  }
};

} // namespace cancel_tidy

#endif
