// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Token models: descriptions, as data, of how libraries spell cancellation.
// Read from YAML; the same form serves built-in models, user models in
// `.cancel-tidy` and models shipped by a library. docs/models.md is the manual.
#ifndef CANCEL_TIDY_CHECKS_CORE_TOKENMODEL_H
#define CANCEL_TIDY_CHECKS_CORE_TOKENMODEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace cancel_tidy {

/// What the value of a conversion to bool, or of a call of the token, means.
enum class AnswerSense {
  None,      ///< no such query
  Cancelled, ///< true = cancelled
  More,      ///< true = go on
  Throws,    ///< returns only when not cancelled
};

/// Where functions of a family take the token among their parameters.
enum class TokenPosition {
  Any,   ///< nobody has said
  First, ///< as a context
  Last,
  Ends, ///< first or last: callables that get one from their starter, and
        ///< others
};

/// A class whose values tell code that it should stop. Names of members are
/// plain identifiers; names of types and functions are qualified, without
/// inline namespaces and template arguments.
struct TokenType {
  std::string Type;
  std::vector<std::string> Poll;     ///< members; true = cancelled
  std::vector<std::string> PollMore; ///< members; true = go on
  std::vector<std::string> Throw;    ///< members that throw when cancelled
  /// What Throw's members throw; empty: the family's only exception. Several:
  /// whoever cancels decides which.
  std::vector<std::string> Throws;
  std::vector<std::string> Status;   ///< members whose result says cancelled
  std::vector<std::string> Possible; ///< "can this ever be cancelled"
  std::vector<std::string> Derive;   ///< members giving a narrower token
  std::vector<std::string> Same; ///< those of Derive that only add other things
  std::vector<std::string> Register; ///< members tying a callback to it
  std::vector<std::string> Wait;     ///< members that wait, woken by cancel
  std::vector<std::string> Request;  ///< members that request cancellation
  AnswerSense Bool = AnswerSense::None;
  AnswerSense Call = AnswerSense::None;
  /// A default-constructed value never cancels: `Type()` written out is an
  /// opt-out.
  bool DefaultIsNone = true;
  /// A value may be passed on only once (Open CASCADE ranges).
  bool SingleUse = false;
  /// The type is a source, too: whoever owns one may be the canceller.
  bool IsSource = false;
  /// One that was made of nothing is linked to what runs around it.
  bool LinkedByDefault = false;
  /// Classes derived from it are tokens as well.
  bool Subclasses = true;
  /// Carries other things than cancellation (deadlines, keys, tracing).
  bool IsContext = false;
  TokenPosition Position = TokenPosition::Any;
};

struct SourceType {
  std::string Type;
  std::vector<std::string> Token;   ///< members that hand out the token
  std::vector<std::string> Poll;    ///< members; true = cancelled
  std::vector<std::string> Request; ///< members that request cancellation
  bool LinkedByConstructor = false; ///< a token among the arguments is a parent
  bool RequestsItself =
      false; ///< where it dies, or at a deadline it is made with
};

/// A class whose values say whether something went well, and may say that it
/// was cancelled.
struct StatusType {
  std::string Type;
  std::vector<std::string> Ok;        ///< members; true = went well
  std::vector<std::string> Failed;    ///< members; true = did not
  std::vector<std::string> Cancelled; ///< members; true = was cancelled
};

/// An object one level around a token.
struct CarrierType {
  std::string Type;
  std::vector<std::string> Token; ///< members or accessors that give the token
};

/// Free or static functions, qualified.
struct FunctionNames {
  std::vector<std::string> Poll;     ///< true = cancelled
  std::vector<std::string> PollMore; ///< true = go on
  std::vector<std::string> Throw;
  std::vector<std::string> Wait; ///< waits that cancellation interrupts
  /// Waits, members too, that return when the token among their arguments is
  /// cancelled, where others throw.
  std::vector<std::string> WaitReturns;
  std::vector<std::string> Combine;  ///< give a token linked to the arguments
  std::vector<std::string> Register; ///< tie a callback to the token they get
  std::vector<std::string> None;     ///< give a token that never cancels
};

/// A wait that nobody can wake, and what the family offers in its place.
struct WaitReplacement {
  std::string Call; ///< "std::this_thread::sleep_for"
  /// Text with $0, $1, ... for the arguments, $args for all of them, $object
  /// for the object of a member call and $token; empty: no automatic fix.
  std::string Use;
  std::string Name; ///< shown in messages: "cancel::sleep_for"
  /// A class or function that must be declared for the fix to be offered.
  std::string Needs;
};

struct TokenModel {
  std::string Family;
  std::string File; ///< where it was read, for messages
  std::vector<TokenType> Tokens;
  std::vector<SourceType> Sources;
  std::vector<CarrierType> Carriers;
  FunctionNames Functions;
  std::vector<std::string> Registrations; ///< classes
  std::vector<std::string> Exceptions;    ///< classes thrown on cancellation
  /// Waits, members or free functions, that throw one of them when cancellation
  /// ends the wait.
  std::vector<std::string> ThrowingWaits;
  std::vector<StatusType> Statuses;
  /// Destroying one of them takes the callback away.
  bool OwningRegistrations = true;
  std::vector<std::string> Concepts; ///< concepts that every token satisfies
  /// Coroutine return types that hand the token on by themselves.
  std::vector<std::string> AmbientTasks;
  std::vector<WaitReplacement> Waits;
};

/// What somebody has to give back that got it: a file, memory, a lock.
struct ResourcePair {
  /// What stands for it from then on.
  enum class HandleKind {
    Result, ///< what the call gives
    Object, ///< the object of a member call, else the first argument: a lock
  };
  std::vector<std::string> Acquire; ///< functions, as in CostTable
  std::vector<std::string> Release;
  HandleKind Handle = HandleKind::Result;
  std::vector<std::string> Borrow; ///< use it and leave it to the caller
  std::string Done = "released";   ///< for messages: "closed"
};

/// Functions of libraries whose cost is known, and functions that run a
/// callable again and again. Names as in TokenModel; `a::b::*` covers every
/// function below a::b. Member functions are `Class::member`.
struct CostTable {
  std::vector<std::string> Blocking; ///< may wait for something outside
  std::vector<std::string> Long;     ///< may run long (I/O, whole files)
  std::vector<std::string> Cheap;
  /// Of the two lists above: one step of something longer, as sqlite3_step. It
  /// makes the function that calls it long only in a loop there.
  std::vector<std::string> Steps;
  /// Calls its callable for each of a bounded set: std::for_each.
  std::vector<std::string> RunsEach;
  /// Calls its callable until something says stop: seastar::repeat.
  std::vector<std::string> RunsForever;
  /// Calls its callable at most once, before it returns: std::call_once,
  /// std::invoke, std::apply.
  std::vector<std::string> RunsOnce;
  /// Starts work that its callable does, beside the caller; a class: who makes
  /// an object of it does.
  std::vector<std::string> Spawns;
  std::vector<ResourcePair> Resources;
  /// Makes lasting what was done before: pqxx::transaction::commit.
  /// `sqlite3_exec(COMMIT)`: only with a literal that begins with that word, or
  /// a variable whose name holds it.
  std::vector<std::string> Commits;
  /// Names without a namespace in Blocking and Long mean functions of C: not
  /// what a program declares in C++ under the same name.
  bool FunctionsOfC = false;
  /// Those names, of all tables that were joined in this one.
  llvm::StringSet<> NamesOfC;
};

/// All models and cost tables of a run. Immutable while analyses use it.
class TokenModels {
public:
  /// The built-in models and tables.
  static const TokenModels &builtin();

  /// Adds the models (a YAML stream: one document a family) in Text. On error
  /// nothing is added, and the error says "FILE:LINE:COL: what (mend)".
  llvm::Error addModels(llvm::StringRef Text, llvm::StringRef FileName);

  /// Adds a cost table, likewise.
  llvm::Error addCosts(llvm::StringRef Text, llvm::StringRef FileName);

  /// Adds a model that was made elsewhere (the `Models:` key of .cancel-tidy).
  void add(TokenModel Model);
  void add(const CostTable &Table);

  llvm::ArrayRef<TokenModel> models() const { return Models; }
  const CostTable &costs() const { return Costs; }

private:
  std::vector<TokenModel> Models;
  CostTable Costs;
};

} // namespace cancel_tidy

#endif
