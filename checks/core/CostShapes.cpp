// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the shape and the name of a function say of its cost, where no table
// does.
#include "checks/core/Costs.h"
#include "checks/core/FunctionBody.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

/// `std::string_view`, `const std::string &`, `const char *`
static bool takesText(const ParmVarDecl &P) {
  QualType T = P.getType().getNonReferenceType();
  if (T->isPointerType())
    return T->getPointeeType().isConstQualified() &&
           T->getPointeeType()->isAnyCharacterType();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->getIdentifier() &&
         StringRef(R->getName().lower()).contains("string");
}

/// `fromString`, `fromUtf8`; not `fromFile`, `fromServer`.
static bool namesMakingOfText(StringRef Name) {
  return takeWord(Name) == "from" &&
         StringSwitch<bool>(takeWord(Name))
             .Cases("ascii", "base", "char", "chars", "cstring", "hex", true)
             .Cases("id", "iso", "latin", "local", "name", "std", true)
             .Cases("str", "string", "text", "utf", "wstring", true)
             .Default(false);
}

/// `static TileKey fromRowColumn(unsigned, unsigned)`: makes a value of
/// numbers, or of a text.
static bool isNamedConstructor(const CXXMethodDecl &M) {
  StringRef Name = M.getName();
  const bool OfText = namesMakingOfText(Name);
  return M.isStatic() &&
         M.getReturnType()->getAsCXXRecordDecl() == M.getParent() &&
         llvm::all_of(M.parameters(),
                      [&](const ParmVarDecl *P) {
                        QualType T = P->getType().getNonReferenceType();
                        return T->isArithmeticType() || T->isEnumeralType() ||
                               T->getAsCXXRecordDecl() == M.getParent() ||
                               (OfText && takesText(*P));
                      }) &&
         StringSwitch<bool>(takeWord(Name))
             .Cases("create", "from", "make", "of", "with", true)
             .Default(false);
}

/// `int positionInText(const Document *, int line, int column)`: where
/// something is, or how large.
static bool namesMeasure(const FunctionDecl &FD) {
  StringRef Name = FD.getName();
  return FD.getReturnType()->isArithmeticType() &&
         !FD.getReturnType()->isBooleanType() &&
         llvm::all_of(FD.parameters(),
                      [](const ParmVarDecl *P) {
                        QualType T = P->getType();
                        if (T->isPointerType() || T->isReferenceType())
                          return T->getPointeeType().isConstQualified();
                        return T->isArithmeticType() || T->isEnumeralType();
                      }) &&
         StringSwitch<bool>(takeWord(Name))
             .Cases("column", "depth", "distance", "height", "index", true)
             .Cases("length", "level", "line", "offset", "pos", true)
             .Cases("position", "row", "width", true)
             .Default(false);
}

/// Whether a word of the name speaks of waiting, input or output: no shape
/// makes up for that.
static bool namesWaitOrTransfer(const FunctionDecl &FD) {
  for (StringRef Name = FD.getName(); !Name.empty();)
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("acquire", "await", "connect", "delay", "download", true)
            .Cases("fetch", "flush", "load", "lock", "pause", "poll", true)
            .Cases("query", "read", "receive", "recv", "request", true)
            .Cases("save", "send", "sleep", "store", "sync", true)
            .Cases("transfer", "transmit", "upload", "wait", "write", true)
            .Default(false))
      return true;
  return false;
}

/// `int64_t parseVersion(const std::string &)`: makes a number of a text.
static bool isTextToNumber(const FunctionDecl &FD) {
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  if ((M && !M->isStatic()) || FD.getNumParams() != 1)
    return false;
  QualType Result = FD.getReturnType();
  if (!(Result->isArithmeticType() || Result->isEnumeralType()) ||
      Result->isBooleanType() || !takesText(*FD.getParamDecl(0)))
    return false;
  StringRef Name = FD.getName();
  while (!Name.empty())
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("atoi", "enum", "from", "hash", "hex", "parse", true)
            .Cases("str", "string", "to", "value", true)
            .Default(false))
      return true;
  return false;
}

/// `std::string escape(const std::string &)`: makes one text of another, and
/// does not say that the text names something larger.
static bool isTextToText(const FunctionDecl &FD) {
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  const CXXRecordDecl *Result = FD.getReturnType()->getAsCXXRecordDecl();
  if ((M && !M->isStatic()) || FD.getNumParams() == 0 || !Result ||
      !Result->getIdentifier() ||
      !Result->getName().contains_insensitive("string") ||
      !llvm::all_of(FD.parameters(), [](const ParmVarDecl *P) {
        QualType T = P->getType().getNonReferenceType();
        return T->isArithmeticType() || takesText(*P);
      }))
    return false;
  for (StringRef Name = FD.getName(); !Name.empty();)
    if (StringSwitch<bool>(takeWord(Name))
            .Cases("archive", "ask", "call", "command", "content", true)
            .Cases("contents", "data", "document", "exec", "file", true)
            .Cases("image", "page", "process", "remote", "script", true)
            .Default(false))
      return false;
  return true;
}

/// `Json fieldToJson(const Field &)`: writes a thing in another way, and does
/// not say that the thing is a large one.
static bool namesConversion(const FunctionDecl &FD) {
  if (FD.getReturnType()->isVoidType() || FD.getNumParams() == 0)
    return false;
  std::string Last;
  unsigned Words = 0, To = 0;
  for (StringRef Name = FD.getName(); !Name.empty();) {
    const std::string Word = takeWord(Name);
    if (Word.empty())
      continue;
    ++Words;
    if (Word == "to")
      To = Words;
    if (StringSwitch<bool>(Word)
            .Cases("all", "archive", "convert", "copy", "data", "dataset", true)
            .Cases("document", "encode", "export", "file", "image", true)
            .Cases("mesh", "model", "page", "print", "serialize", "shape", true)
            .Default(false))
      return false;
    Last = Word;
  }
  return To > 1 && Words == To + 1 &&
         StringSwitch<bool>(Last)
             .Cases("ascii", "bool", "color", "date", "deg", "degrees", true)
             .Cases("device", "double", "enum", "float", "hex", "html", true)
             .Cases("id", "index", "int", "json", "key", "local", true)
             .Cases("name", "ns", "ms", "us", "number", "pixel", "pixels", true)
             .Cases("point", "rad", "radians", "rect", "rgb", "screen", true)
             .Cases("seconds", "str", "string", "text", "time", true)
             .Cases("timestamp", "utf", "variant", "wstring", "world", true)
             .Default(false);
}

/// `void itemAdded(int)`: tells that something has happened.
static bool tellsOfEvent(const FunctionDecl &FD) {
  std::string Last;
  for (StringRef Name = FD.getName(); !Name.empty();)
    if (std::string Word = takeWord(Name); !Word.empty())
      Last = std::move(Word);
  return FD.getReturnType()->isVoidType() &&
         StringSwitch<bool>(Last)
             .Cases("added", "changed", "cleared", "created", true)
             .Cases("failed", "finished", "inserted", "moved", true)
             .Cases("removed", "started", "updated", true)
             .Default(false);
}

/// `void Next()` of a class that also has `bool More() const`: from one thing
/// in memory to the next.
static bool isStepOfWalk(const CXXMethodDecl &M) {
  if (M.getNumParams() != 0 || M.isStatic() ||
      !M.getReturnType()->isVoidType() ||
      !M.getName().equals_insensitive("next"))
    return false;
  return llvm::any_of(M.getParent()->methods(), [](const CXXMethodDecl *More) {
    return More->getIdentifier() && More->getNumParams() == 0 &&
           More->isConst() && More->getReturnType()->isBooleanType() &&
           More->getName().equals_insensitive("more");
  });
}

bool Costs::looksCheap(const FunctionDecl &FD) {
  if (isa<CXXConstructorDecl, CXXDestructorDecl, CXXConversionDecl>(FD))
    return true;
  if (FD.isOverloadedOperator() && FD.getOverloadedOperator() != OO_Call)
    return true;
  if (FD.isImplicit() || FD.isDefaulted() || FD.isConstexpr() ||
      FD.isNoReturn())
    return true;
  if (const auto *Proto = FD.getType()->getAs<FunctionProtoType>())
    if (!isUnresolvedExceptionSpec(Proto->getExceptionSpecType()) &&
        Proto->isNothrow() && isa<CXXMethodDecl>(FD))
      return true;
  if (!FD.getIdentifier())
    return true;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  // An accessor: a const member without arguments. A singleton or a constant:
  // a static one that returns a reference or a pointer.
  if (M && !M->isStatic() && M->isConst() && M->getNumParams() <= 1)
    return true;
  if (M && M->isStatic() && M->getNumParams() == 0 &&
      (M->getReturnType()->isReferenceType() ||
       (M->getReturnType()->isPointerType() && !soundsLong(FD) &&
        !namesWaitOrTransfer(FD))))
    return true;
  if (M && FD.getNumParams() == 0 &&
      FD.getReturnType()->isLValueReferenceType())
    return true;
  if ((M && (isNamedConstructor(*M) || isStepOfWalk(*M))) ||
      ((isTextToNumber(FD) || isTextToText(FD) || namesConversion(FD)) &&
       !namesWaitOrTransfer(FD) && !soundsLong(FD)) ||
      tellsOfEvent(FD))
    return true;
  // await_ready and its like belong to an await, which is judged as a whole.
  if (FD.getName() == "push_back" || FD.getName() == "emplace_back" ||
      FD.getName().starts_with("await_"))
    return true;
  std::string Name = FD.getName().lower();
  StringRef N = Name;
  auto Word = [&](StringRef Prefix) {
    StringRef Rest = N;
    if (!Rest.consume_front(Prefix))
      return false;
    StringRef Original = FD.getName().drop_front(Prefix.size());
    return Rest.empty() || Original.front() == '_' ||
           isUppercase(Original.front()) || isDigit(Original.front());
  };
  for (StringRef Prefix :
       {"get",    "is",     "has",    "set",     "to",     "as",
        "make",   "log",    "size",   "length",  "empty",  "begin",
        "end",    "swap",   "hash",   "compare", "equals", "min",
        "max",    "format", "name",   "type",    "num",    "count",
        "ok",     "trace",  "debug",  "warn",    "error",  "assert",
        "string", "can",    "should", "clone",   "report", "in"})
    if (Word(Prefix))
      return true;
  // What containers and builders offer; a free function of such a name may be
  // anything.
  if (M)
    for (StringRef Prefix :
         {"front",   "back",   "push",    "pop",       "emplace",   "insert",
          "append",  "add",    "clear",   "reset",     "data",      "index",
          "reserve", "resize", "erase",   "remove",    "find",      "contains",
          "at",      "value",  "notify",  "increment", "decrement", "advance",
          "attach",  "bind",   "emit",    "expand",    "extend",    "fire",
          "link",    "lookup", "observe", "record",    "route",     "sample"})
      if (Word(Prefix))
        return true;
  return false;
}

namespace {

std::string firstWord(const FunctionDecl &FD) {
  StringRef Name = FD.getName().ltrim('_');
  Name.consume_front("do_");
  return takeWord(Name);
}

bool isNumber(QualType T) {
  return T->isArithmeticType() || T->isEnumeralType();
}

/// Whether the class is a small value made of numbers: a point, a vector.
bool isSmallValue(const CXXRecordDecl &Any, unsigned &Fields, bool &Real) {
  constexpr unsigned MaxFields = 8;
  const CXXRecordDecl *R = Any.getDefinition();
  if (!R || R->isDependentType() || R->isInvalidDecl() || R->isLambda() ||
      R->isUnion() || R->isDynamicClass() || R->hasNonTrivialDestructor())
    return false;
  for (const CXXBaseSpecifier &B : R->bases()) {
    const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
    if (!Base || !isSmallValue(*Base, Fields, Real))
      return false;
  }
  for (const FieldDecl *F : R->fields()) {
    if (!isNumber(F->getType()) || ++Fields > MaxFields)
      return false;
    Real |= F->getType()->isRealFloatingType();
  }
  return true;
}

bool isText(QualType T) {
  const auto *B = T->getAs<BuiltinType>();
  if (!B)
    return false;
  switch (B->getKind()) {
  case BuiltinType::Char_S:
  case BuiltinType::Char_U:
  case BuiltinType::WChar_S:
  case BuiltinType::WChar_U:
  case BuiltinType::Char8:
  case BuiltinType::Char16:
  case BuiltinType::Char32:
    return true;
  default:
    return false;
  }
}

/// What a function's parameters say of its being a calculation.
struct NumericShape {
  bool OnlyNumbers = true;
  bool Real = false;      ///< a quantity, not just identifiers and positions
  bool Integer = false;   ///< by value: a position, an identifier, a length
  bool Pointer = false;   ///< to numbers
  bool GivesBack = false; ///< through a parameter

  explicit NumericShape(const FunctionDecl &FD) {
    for (const ParmVarDecl *P : FD.parameters())
      add(P->getType());
  }

private:
  void add(QualType T) {
    QualType To = T.getNonReferenceType();
    const bool ByPointer = To->isPointerType();
    if (ByPointer)
      To = To->getPointeeType();
    unsigned Fields = 0;
    if (const CXXRecordDecl *R = To->getAsCXXRecordDecl()) {
      // A pointer to an object may be the first of many.
      if (ByPointer || !isSmallValue(*R, Fields, Real))
        OnlyNumbers = false;
    } else if (!isNumber(To) || (ByPointer && isText(To))) {
      OnlyNumbers = false;
    } else {
      Real |= To->isRealFloatingType();
      Pointer |= ByPointer;
      Integer |= !ByPointer && To->isIntegerType() && !To->isBooleanType() &&
                 !To->isEnumeralType();
    }
    GivesBack |=
        (ByPointer || T->isLValueReferenceType()) && !To.isConstQualified();
  }
};

} // namespace

bool Costs::calculates(const FunctionDecl &FD) {
  if (!FD.getIdentifier() || FD.getNumParams() == 0 || FD.isVariadic() ||
      FD.isDependentContext() || namesWaitOrTransfer(FD))
    return false;
  if (soundsLong(FD) && !StringSwitch<bool>(firstWord(FD))
                             .Cases("compute", "perform", "process", true)
                             .Default(false))
    return false;
  if (namesMeasure(FD))
    return true;
  const NumericShape Shape(FD);
  if (!Shape.OnlyNumbers)
    return false;
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  QualType Result = FD.getReturnType();
  // Where an element lies: `char *bits(index)`, `float &at(row, column)`.
  if (M && !M->isStatic() && FD.getNumParams() <= 2 && !Shape.Real &&
      Shape.Integer && !Shape.Pointer && !Shape.GivesBack)
    return (Result->isPointerType() || Result->isLValueReferenceType()) &&
           isNumber(Result->getPointeeType());
  // Integers alone may say which of many large things is meant, and a pointer
  // with an integer is an array, which may be large itself.
  if (!Shape.Real || (Shape.Pointer && Shape.Integer))
    return false;
  // What gives nothing back, or only says whether it went well, is there for
  // what it does.
  if (Result->isVoidType() || Result->isBooleanType())
    return Shape.GivesBack || (M && M->isConst() && Result->isBooleanType());
  unsigned Fields = 0;
  bool Real = false;
  const CXXRecordDecl *R = Result->getAsCXXRecordDecl();
  return isNumber(Result) || (R && isSmallValue(*R, Fields, Real));
}

bool Costs::soundsLong(const FunctionDecl &FD) {
  if (!FD.getIdentifier())
    return false;
  return StringSwitch<bool>(firstWord(FD))
      .Cases("accept", "await", "block", "compute", "connect", "download", true)
      .Cases("execute", "expensive", "heavy", "slow", "work", true)
      .Cases("fetch", "join", "perform", "process", "query", "receive", true)
      .Cases("recv", "render", "run", "sleep", true)
      .Cases("solve", "train", "transfer", "upload", "wait", true)
      .Default(false);
}

bool Costs::namesOperation(const FunctionDecl &FD) {
  if (!FD.getIdentifier())
    return false;
  QualType Result = FD.getReturnType();
  return (Result->isVoidType() || isNumber(Result)) &&
         StringSwitch<bool>(firstWord(FD))
             .Cases("build", "convert", "download", "execute", "perform", true)
             .Cases("run", "solve", "train", "upload", true)
             .Default(false);
}

} // namespace cancel_tidy
