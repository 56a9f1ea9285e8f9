// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses a snippet and finds declarations in it, for tests of checks/core.
#ifndef CANCEL_TIDY_TESTS_UNIT_TESTTU_H
#define CANCEL_TIDY_TESTS_UNIT_TESTTU_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Frontend/ASTUnit.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace cancel_tidy::test {

/// What to parse. A test fails at build() when the code does not compile,
/// unless AllowErrors.
struct TestTU {
  std::string Code;
  /// Virtual headers beside the main file: {"token.h", "..."}.
  std::vector<std::pair<std::string, std::string>> Headers;
  std::vector<std::string> Args = {"-std=c++20"};
  std::string FileName = "/project/input.cpp";
  bool AllowErrors = false;

  static TestTU withCode(llvm::StringRef Code) {
    TestTU TU;
    TU.Code = Code.str();
    return TU;
  }

  /// Never null.
  std::unique_ptr<clang::ASTUnit> build() const;
};

/// The declaration with that qualified name ("ns::Class::member"); template
/// arguments and unnamed namespaces left out, inline ones may be. There must be
/// one, where several (overloads, redeclarations) the one with a body or else
/// the first; otherwise the test program ends.
const clang::NamedDecl &findDecl(clang::ASTContext &Context,
                                 llvm::StringRef QualifiedName);

/// The same for a function.
const clang::FunctionDecl &findFunction(clang::ASTContext &Context,
                                        llvm::StringRef QualifiedName);

/// A small std: stop_token, stop_source, stop_callback, move, function, thread,
/// chrono durations and sleeps, as far as tests need them. Include "std.h"
/// after adding it to Headers.
extern const char StdHeader[];

} // namespace cancel_tidy::test

#endif
