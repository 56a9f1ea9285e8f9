// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Token models, bound to the declarations of one TU: which types are tokens,
// and what a call asks of them.
#ifndef CANCEL_TIDY_CHECKS_CORE_TOKENINDEX_H
#define CANCEL_TIDY_CHECKS_CORE_TOKENINDEX_H

#include "checks/core/Names.h"
#include "checks/core/TokenModel.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include <deque>
#include <functional>
#include <set>

namespace cancel_tidy {

/// How a type wraps its token.
enum class TokenForm { Value, Pointer, Optional, RefWrapper, SmartPointer };

/// A type seen as a token.
struct TokenUse {
  const TokenType *Token = nullptr;
  const TokenModel *Model = nullptr;
  const clang::CXXRecordDecl *Record = nullptr; ///< canonical; may be derived
  TokenForm Form = TokenForm::Value;
  bool IsReference = false;
  bool IsConst = false; ///< the token itself cannot be changed through it

  explicit operator bool() const { return Token; }
  /// May hold no token at all: pointers, optionals.
  bool mayBeNull() const {
    return Form == TokenForm::Pointer || Form == TokenForm::Optional ||
           Form == TokenForm::SmartPointer;
  }
};

/// What an expression asks of a token.
enum class QueryKind {
  None,
  Poll,     ///< true = cancelled
  PollMore, ///< true = go on
  Throw,
  Status,
  Possible,
  Derive,
  Register,
  Wait,
  Request,
  GetToken,  ///< of a source or a carrier
  NoneValue, ///< a token that never cancels
  Combine,
};

struct Query {
  QueryKind Kind = QueryKind::None;
  const clang::Expr *Object = nullptr; ///< what is asked; null for free ones
  const TokenModel *Model = nullptr;

  explicit operator bool() const { return Kind != QueryKind::None; }
  /// Whether it finds out about cancellation.
  bool looks() const {
    return Kind == QueryKind::Poll || Kind == QueryKind::PollMore ||
           Kind == QueryKind::Throw || Kind == QueryKind::Status ||
           Kind == QueryKind::Wait;
  }
};

/// What core knows of a class.
struct RecordRole {
  const TokenType *Token = nullptr;
  const SourceType *Source = nullptr;
  const CarrierType *Carrier = nullptr;
  const TokenModel *Model = nullptr;
  bool Registration = false;
};

/// The class of T, by its canonical declaration; null if T is none.
const clang::CXXRecordDecl *recordOf(clang::QualType T);

class TokenIndex {
public:
  TokenIndex(clang::ASTContext &Context, const TokenModels &Models,
             bool GuessTokens,
             std::function<bool(const clang::Decl &)> IsVisible = nullptr);

  /// Whether any token type of any model is declared in this TU.
  bool anyVisible() const { return Visible; }

  /// Whether this TU declares something of that qualified name.
  bool isDeclared(llvm::StringRef QualifiedName) const {
    return declaration(QualifiedName);
  }
  /// Null where this TU declares nothing of that name.
  const clang::NamedDecl *declaration(llvm::StringRef QualifiedName) const;
  /// Whether this TU has the identifier.
  bool isSpelled(llvm::StringRef Word) const;

  /// T as a token, looked through references, pointers, optionals, wrappers.
  TokenUse classify(clang::QualType T) const;

  RecordRole roleOf(const clang::CXXRecordDecl &R) const;
  /// Role of the class of T, looked through references and pointers.
  RecordRole roleOf(clang::QualType T) const;

  /// The model of T, a registration or what may hold some (optional,
  /// unique_ptr, vector); null for others.
  const TokenModel *registrationIn(clang::QualType T) const;

  /// What E itself (a call, a conversion) asks.
  Query queryOf(const clang::Expr &E) const;

  /// Whether T names an exception that a model throws on cancellation, or a
  /// base class through which it would be caught.
  bool catchesCancellation(clang::QualType Caught) const;
  /// Whether T is exactly such an exception or derived from one.
  bool isCancellationException(clang::QualType T) const;

  /// Classes that Model's family throws on cancellation, as far as this TU
  /// defines them, in the model's order.
  llvm::SmallVector<const clang::CXXRecordDecl *, 4>
  exceptionsOf(const TokenModel &Model) const;
  /// Whether E waits with a token and returns when that is cancelled: who
  /// called must find out by itself.
  bool waitReturns(const clang::Expr &E) const;

  /// Coroutine type that hands the token on by itself.
  bool isAmbientTask(clang::QualType T) const { return ambientModel(T); }
  /// The family it belongs to; null for other types.
  const TokenModel *ambientModel(clang::QualType T) const;

  /// T as a status of Model's family; null for other types.
  const StatusType *statusType(clang::QualType T,
                               const TokenModel &Model) const;
  /// Whether this TU declares a type that may be one.
  bool knowsStatuses() const { return KnowsStatuses; }

  /// Whether Call waits, and throws when cancellation ended the wait.
  bool isThrowingWait(const clang::Expr &Call) const;

  /// Whether E is written as a token that never cancels.
  bool isNoneValue(const clang::Expr &E) const;

  /// Whether D carries [[clang::annotate("cancel::<What>")]].
  static bool isAnnotated(const clang::Decl &D, llvm::StringRef What);

  /// A class that looks like a token and that no model covers.
  bool looksLikeToken(const clang::CXXRecordDecl &R,
                      std::string *PollName = nullptr) const;

  const clang::ASTContext &context() const { return Context; }
  const TokenModels &models() const { return Models; }

  /// Families whose tokens classify() met in judged code.
  void noteUse(const TokenModel &M) const { Used.insert(M.Family); }
  const std::set<std::string> &used() const { return Used; }

private:
  template <typename T> struct Entry {
    const T *What;
    const TokenModel *Model;
  };
  const TokenType *homeMade(const clang::CXXRecordDecl &R) const;
  Query memberQuery(const RecordRole &Role, llvm::StringRef Member) const;

  clang::ASTContext &Context;
  const TokenModels &Models;
  bool GuessTokens;
  std::function<bool(const clang::Decl &)> IsVisible; ///< null: all are
  bool Visible = false;
  bool KnowsStatuses = false;
  llvm::StringMap<Entry<TokenType>> TokenTypes;
  llvm::StringMap<Entry<SourceType>> SourceTypes;
  llvm::StringMap<Entry<CarrierType>> CarrierTypes;
  llvm::StringMap<const TokenModel *> RegistrationTypes;
  llvm::StringMap<std::pair<QueryKind, const TokenModel *>> Functions;
  llvm::StringMap<const TokenModel *> ConceptNames;
  llvm::StringSet<> ExceptionTypes, ThrowingWaits, ReturningWaits;
  llvm::StringMap<const TokenModel *> AmbientTypes;
  llvm::StringMap<QueryKind> DependentMembers;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, RecordRole> Roles;
  mutable std::deque<TokenType> HomeMade;
  mutable std::set<std::string> Used;
  TokenModel HomeMadeModel;
};

} // namespace cancel_tidy

#endif
