// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A snippet and the engine's view of it, for tests of checks/core: functions by
// name, statements and calls by mark, and findings as short strings.
#ifndef CANCEL_TIDY_TESTS_UNIT_COREFIXTURE_H
#define CANCEL_TIDY_TESTS_UNIT_COREFIXTURE_H

#include "Annotated.h"
#include "TestTU.h"
#include "checks/core/CycleAnalysis.h"
#include "checks/core/Finding.h"
#include "checks/core/Unit.h"
#include <memory>
#include <string>
#include <vector>

namespace cancel_tidy::test {

/// Code with marks (see Annotated), parsed behind StdHeader and CoreHeader and
/// bound to token models. What is asked for and not there ends the test
/// program.
class Core {
public:
  /// Args are added to -std=c++20.
  explicit Core(llvm::StringRef AnnotatedCode,
                std::vector<std::string> Args = {});
  Core(llvm::StringRef AnnotatedCode, const TokenModels &Models,
       bool GuessTokens = false, std::vector<std::string> Args = {});

  const Annotated &text() const { return Text; }
  clang::ASTContext &context() { return AST->getASTContext(); }
  Unit &unit() { return *U; }
  const TokenIndex &tokens() const { return U->tokens(); }

  const clang::FunctionDecl &decl(llvm::StringRef Name = "f");
  /// An instance of the template of that name.
  const clang::FunctionDecl &instance(llvm::StringRef Name = "f");
  /// Type of the variable, parameter or field of that qualified name; those of
  /// functions count as members of the function ("f::token").
  clang::QualType typeOf(llvm::StringRef Name);

  const FunctionAnalysis &function(llvm::StringRef Name = "f");
  /// A lambda written in F, counted from 0.
  const FunctionAnalysis &lambda(unsigned Index = 0);
  static const FunctionAnalysis &lambda(const FunctionAnalysis &F,
                                        unsigned Index = 0);

  /// The outermost statement of F that begins at the mark.
  const clang::Stmt &at(const FunctionAnalysis &F, llvm::StringRef Mark = "");
  /// The outermost call or construction whose callee is named at the mark.
  const clang::Expr &callAt(const FunctionAnalysis &F,
                            llvm::StringRef Mark = "");

  /// Tokens at the mark as ReachToken::describe() says, with " (const)" and
  /// " (not captured)" behind.
  std::vector<std::string> reach(const FunctionAnalysis &F,
                                 llvm::StringRef Mark = "");
  std::vector<std::string> reach(llvm::StringRef Mark = "") {
    return reach(function(), Mark);
  }

  /// Calls that could take a token and get none: "get#1 <- stop" for a
  /// defaulted parameter with that index, "get+1 <- stop" for an overload.
  std::vector<std::string> unforwarded(llvm::StringRef Name = "f");

  /// Offset of a place in the snippet.
  unsigned offsetOf(clang::SourceLocation L);

  /// The snippet with F's edits made.
  std::string apply(const Fix &F) const;

private:
  Annotated Text;
  std::unique_ptr<clang::ASTUnit> AST;
  std::unique_ptr<Unit> U;
};

/// What tests of the engine need beyond StdHeader: optional, smart pointers,
/// vector, array, algorithms, condition variables, clocks and coroutines.
extern const char CoreHeader[];

} // namespace cancel_tidy::test

#endif
