// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/WaitLimit.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

using namespace clang;
using namespace llvm;

namespace cancel_tidy {

namespace {

/// Which argument of a function says how long it waits, and in what unit.
struct LimitArgument {
  StringRef Class; ///< empty: a function of C
  StringRef Name;
  unsigned Index;
  double Unit; ///< seconds; 0: a timeval or timespec
};

constexpr double Milli = 1e-3, Micro = 1e-6;

constexpr LimitArgument LimitArguments[] = {
    {"", "sleep", 0, 1},
    {"", "usleep", 0, Micro},
    {"", "msleep", 0, Milli},
    {"", "nanosleep", 0, 0},
    {"", "Sleep", 0, Milli},
    {"", "SleepEx", 0, Milli},
    {"", "poll", 2, Milli},
    {"", "ppoll", 2, 0},
    {"", "select", 4, 0},
    {"", "pselect", 4, 0},
    {"", "epoll_wait", 3, Milli},
    {"", "epoll_pwait", 3, Milli},
    {"", "kevent", 5, 0},
    {"", "WaitForSingleObject", 1, Milli},
    {"", "WaitForSingleObjectEx", 1, Milli},
    {"", "WaitForMultipleObjects", 3, Milli},
    {"", "WaitForMultipleObjectsEx", 3, Milli},
    {"QThread", "sleep", 0, 1},
    {"QThread", "msleep", 0, Milli},
    {"QThread", "usleep", 0, Micro},
    {"QThread", "wait", 0, Milli},
    {"QThreadPool", "waitForDone", 0, Milli},
    {"QWaitCondition", "wait", 1, Milli},
    {"OSD", "SecSleep", 0, 1},
    {"OSD", "MilliSecSleep", 0, Milli},
};

const LimitArgument *listed(const FunctionDecl &FD) {
  const auto *M = dyn_cast<CXXMethodDecl>(&FD);
  const IdentifierInfo *Class = M ? M->getParent()->getIdentifier() : nullptr;
  if (M && !Class)
    return nullptr;
  for (const LimitArgument &Is : LimitArguments)
    if (FD.getName() == Is.Name &&
        (M ? Class->getName() == Is.Class : Is.Class.empty()))
      return &Is;
  return nullptr;
}

const CXXRecordDecl *classOf(const Expr &E) {
  return E.getType().isNull()
             ? nullptr
             : E.getType().getNonReferenceType()->getAsCXXRecordDecl();
}

bool isTimeClass(const CXXRecordDecl *R) {
  return R && R->getIdentifier() &&
         (R->getName() == "duration" || R->getName() == "time_point");
}

/// Whether a use of a variable, E, may change it. Who takes its address only
/// reads it.
bool mayChange(const FunctionAnalysis &F, const DeclRefExpr &E) {
  const Stmt *Use = F.body().parent(&E);
  const auto *Member = dyn_cast_or_null<MemberExpr>(Use);
  if (Member && isa<FieldDecl>(Member->getMemberDecl()))
    Use = F.body().parent(Use);
  while (isa_and_nonnull<ParenExpr>(Use))
    Use = F.body().parent(Use);
  if (const auto *Address = dyn_cast_or_null<UnaryOperator>(Use))
    return Address->getOpcode() != UO_AddrOf;
  const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Use);
  return !Cast || (Cast->getCastKind() != CK_LValueToRValue &&
                   !Cast->getType().isConstQualified());
}

/// What a local variable of the function, that nothing changes, was made of;
/// null for others.
const Expr *settledValue(const FunctionAnalysis &F, const Expr &E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreUnlessSpelledInSource());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!V || !V->isLocalVarDecl() || V->isStaticLocal() || !V->getInit() ||
      V->getType()->isReferenceType() || !F.body().contains(V->getInit()))
    return nullptr;
  if (V->getType().isConstQualified())
    return V->getInit();
  if (F.body().isLentToLambda(*V) ||
      any_of(F.body().references(), [&](const DeclRefExpr *R) {
        return R->getDecl() == V && mayChange(F, *R);
      }))
    return nullptr;
  return V->getInit();
}

/// Seconds that X, a std::chrono::duration, lasts, if that is a constant.
std::optional<double> constantDuration(const FunctionAnalysis &F,
                                       const Expr &X) {
  const auto *Spec =
      dyn_cast_or_null<ClassTemplateSpecializationDecl>(classOf(X));
  if (X.isValueDependent() || !Spec || !Spec->getIdentifier() ||
      Spec->getName() != "duration" || Spec->getTemplateArgs().size() < 2)
    return std::nullopt;
  const auto *Period = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Spec->getTemplateArgs()[1].getAsType()->getAsCXXRecordDecl());
  if (!Period || Period->getTemplateArgs().size() != 2)
    return std::nullopt;
  const double Unit =
      double(Period->getTemplateArgs()[0].getAsIntegral().getExtValue()) /
      double(Period->getTemplateArgs()[1].getAsIntegral().getExtValue());
  Expr::EvalResult Value;
  const auto *Ref = dyn_cast<DeclRefExpr>(&X);
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  const APValue *Known = V && V->isConstexpr() ? V->evaluateValue() : nullptr;
  if (Known)
    Value.Val = *Known;
  else if (!X.EvaluateAsConstantExpr(Value, F.context()))
    return std::nullopt;
  if (!Value.Val.isStruct() || Value.Val.getStructNumFields() < 1)
    return std::nullopt;
  const APValue &Count = Value.Val.getStructField(0);
  if (Count.isFloat()) {
    APFloat Number = Count.getFloat();
    bool Inexact = false;
    Number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                   &Inexact);
    return Number.convertToDouble() * Unit;
  }
  if (!Count.isInt())
    return std::nullopt;
  return double(Count.getInt().getExtValue()) * Unit;
}

/// What E is wrapped in that changes nothing about how long it is.
const Expr *bare(const Expr &E) {
  const Expr *Is = E.IgnoreUnlessSpelledInSource()->IgnoreParenCasts();
  while (const auto *New = dyn_cast<CXXConstructExpr>(Is)) {
    if (New->getNumArgs() == 0 || isa<CXXDefaultArgExpr>(New->getArg(0)) ||
        (New->getNumArgs() > 1 && !isa<CXXDefaultArgExpr>(New->getArg(1))))
      break;
    Is = New->getArg(0)->IgnoreUnlessSpelledInSource()->IgnoreParenCasts();
  }
  return Is;
}

/// The largest number, whatever its sign, that E can be, where the way it is
/// computed says so: `index % 3 + 1`.
std::optional<double> largestNumber(const FunctionAnalysis &F, const Expr &E) {
  if (E.isValueDependent() || !E.getType()->isArithmeticType())
    return std::nullopt;
  Expr::EvalResult Value;
  if (E.EvaluateAsRValue(Value, F.context())) {
    if (Value.Val.isInt())
      return std::fabs(double(Value.Val.getInt().getExtValue()));
    if (Value.Val.isFloat())
      return std::fabs(Value.Val.getFloat().convertToDouble());
  }
  const Expr *Is = E.IgnoreParenCasts();
  if (const auto *Either = dyn_cast<ConditionalOperator>(Is)) {
    auto A = largestNumber(F, *Either->getTrueExpr());
    auto B = largestNumber(F, *Either->getFalseExpr());
    return A && B ? std::optional(std::max(*A, *B)) : std::nullopt;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(Is)) {
    auto A = largestNumber(F, *Op->getLHS());
    auto B = largestNumber(F, *Op->getRHS());
    switch (Op->getOpcode()) {
    case BO_Rem:
      return B ? std::optional(*B - 1) : A;
    case BO_And:
      return B ? B : A;
    case BO_Div:
      return A;
    case BO_Add:
    case BO_Sub:
      return A && B ? std::optional(*A + *B) : std::nullopt;
    case BO_Mul:
      return A && B ? std::optional(*A * *B) : std::nullopt;
    default:
      return std::nullopt;
    }
  }
  const Expr *Settled = settledValue(F, E);
  return Settled ? largestNumber(F, *Settled) : std::nullopt;
}

std::optional<double> secondsOf(const FunctionAnalysis &F, const Expr &E);

/// Seconds of a product or a quotient of a duration and a number. With a factor
/// that nobody knows it is as long as what is written if that is too long by
/// itself, and unknown if not.
std::optional<double> secondsOfProduct(const FunctionAnalysis &F,
                                       const CXXOperatorCallExpr &Op) {
  const Expr *Duration = Op.getArg(0), *Factor = Op.getArg(1);
  if (Op.getOperator() == OO_Star && !isTimeClass(classOf(*Duration)))
    std::swap(Duration, Factor);
  if (!isTimeClass(classOf(*Duration)) || isTimeClass(classOf(*Factor)))
    return std::nullopt;
  std::optional<double> One = secondsOf(F, *Duration);
  if (!One || Op.getOperator() == OO_Slash)
    return One;
  if (std::optional<double> Times = largestNumber(F, *bare(*Factor)))
    return *One * *Times;
  return *One > LongestSlice ? One : std::nullopt;
}

/// Seconds that E, a std::chrono::duration or a point in time that is made of
/// one, lasts at most, where that is written out.
std::optional<double> secondsOf(const FunctionAnalysis &F, const Expr &E) {
  std::optional<double> Result;
  const Expr *Product = bare(E);
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Product);
      Op && Op->getNumArgs() == 2 && !constantDuration(F, *Op) &&
      (Op->getOperator() == OO_Star || Op->getOperator() == OO_Slash))
    return secondsOfProduct(F, *Op);
  anyWithin(&E, [&](const Stmt &S) {
    if (const auto *X = dyn_cast<Expr>(&S))
      Result = constantDuration(F, *X);
    return Result.has_value();
  });
  if (!Result && isTimeClass(classOf(E)))
    if (const Expr *Value = settledValue(F, E))
      return secondsOf(F, *Value);
  return Result;
}

std::optional<double> secondsOfNumber(const FunctionAnalysis &F, const Expr &E,
                                      double Unit) {
  if (E.isValueDependent() || !E.getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  Expr::EvalResult Value;
  if (!E.EvaluateAsInt(Value, F.context())) {
    const Expr *Settled = settledValue(F, E);
    if (Settled)
      return secondsOfNumber(F, *Settled, Unit);
    std::optional<double> Largest = largestNumber(F, E);
    return Largest ? std::optional(*Largest * Unit) : std::nullopt;
  }
  const APSInt &Written = Value.Val.getInt();
  if (Written.isNegative() || Written.getLimitedValue() >= 0xffffffffu)
    return -1;
  return double(Written.getLimitedValue()) * Unit;
}

/// Seconds of `&limit`, where `timeval limit{0, 200'000}`; null is no limit.
std::optional<double> secondsOfStruct(const FunctionAnalysis &F,
                                      const Expr &E) {
  if (E.isValueDependent())
    return std::nullopt;
  if (E.isNullPointerConstant(F.context(), Expr::NPC_NeverValueDependent))
    return -1;
  const auto *Address = dyn_cast<UnaryOperator>(E.IgnoreParenImpCasts());
  const Expr *Value = Address && Address->getOpcode() == UO_AddrOf
                          ? settledValue(F, *Address->getSubExpr())
                          : nullptr;
  const auto *List =
      dyn_cast_or_null<InitListExpr>(Value ? Value->IgnoreImplicit() : nullptr);
  const CXXRecordDecl *R = List ? classOf(*List) : nullptr;
  if (!R || !R->getIdentifier() || List->getNumInits() != 2)
    return std::nullopt;
  auto Whole = secondsOfNumber(F, *List->getInit(0), 1);
  auto Part = secondsOfNumber(F, *List->getInit(1),
                              R->getName() == "timeval" ? Micro : 1e-9);
  return Whole && Part ? std::optional<double>(*Whole + *Part) : std::nullopt;
}

/// Seconds that an argument means: a duration, a number of units, a
/// QDeadlineTimer made of either.
std::optional<double> secondsOfArgument(const FunctionAnalysis &F,
                                        const Expr &Argument, double Unit) {
  const Expr *E = &Argument;
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
    E = Default->getExpr();
  if (E->getType()->isPointerType() || E->getType()->isNullPtrType())
    return secondsOfStruct(F, *E);
  if (Unit == 0)
    return std::nullopt;
  if (std::optional<double> Seconds = secondsOf(F, *E))
    return Seconds;
  E = E->IgnoreUnlessSpelledInSource();
  if (const auto *New = dyn_cast<CXXConstructExpr>(E);
      New && New->getNumArgs() > 0) {
    const Expr *From = New->getArg(0)->IgnoreUnlessSpelledInSource();
    // QDeadlineTimer::Forever
    if (From->getType()->isEnumeralType())
      return -1;
    return From == E ? std::nullopt : secondsOfArgument(F, *From, Unit);
  }
  return secondsOfNumber(F, *E, Unit);
}

/// The unit that a parameter's name says its number is in: `int msecs`.
std::optional<double> unitOf(const ParmVarDecl &P) {
  if (!P.getIdentifier() || !P.getType()->isIntegerType())
    return std::nullopt;
  const std::string Name = P.getName().lower();
  const StringRef N = Name;
  if (N.contains("msec") || N.contains("millis") || N == "ms" ||
      N.ends_with("_ms"))
    return Milli;
  if (N.contains("usec") || N.contains("micros") || N.ends_with("_us"))
    return Micro;
  if (N == "secs" || N.contains("seconds"))
    return 1;
  return std::nullopt;
}

/// The argument at Index, a defaulted one as well.
/// `next += 16ms; sleep_until(next);`: what a point in time moves on by, where
/// that is all that the function does to it.
std::optional<double> secondsOfPace(const FunctionAnalysis &F, const Expr &E) {
  const ValueDecl *Next = variableOf(E.IgnoreUnlessSpelledInSource());
  if (!Next || !isTimeClass(classOf(E)))
    return std::nullopt;
  std::optional<double> Pace;
  for (const Expr *Call : F.body().calls()) {
    const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call);
    if (!Op || !Op->isAssignmentOp() ||
        variableOf(Op->getArg(0)->IgnoreUnlessSpelledInSource()) != Next)
      continue;
    std::optional<double> Step = secondsOf(F, *Op->getArg(1));
    if (!Step || Op->getOperator() == OO_MinusEqual)
      return std::nullopt;
    Pace = Pace ? std::max(*Pace, *Step) : *Step;
  }
  return Pace;
}

const Expr *argument(const Expr &Call, unsigned Index) {
  const auto *C = dyn_cast<CallExpr>(&Call);
  return C && Index < C->getNumArgs() ? C->getArg(Index) : nullptr;
}

/// A name, or a parameter, that says that the wait ends by itself.
bool namesLimit(const FunctionDecl &FD) {
  StringRef Name = FD.getName();
  // Of Asio: what is read ends with a delimiter.
  if (Name.starts_with("read"))
    return false;
  return Name.contains_insensitive("sleep") || Name.ends_with("_for") ||
         Name.ends_with("_until") || Name.contains("timed") ||
         Name.starts_with("epoll_") ||
         (Name.starts_with_insensitive("waitfor") && FD.getNumParams() > 0) ||
         (isa<CXXMethodDecl>(FD) &&
          any_of(FD.parameters(), [](const ParmVarDecl *P) {
            return P->getIdentifier() &&
                   (P->getName().contains_insensitive("time") ||
                    P->getName().contains_insensitive("deadline"));
          }));
}

} // namespace

WaitTime timeOf(const FunctionAnalysis &F, const Expr &Wait) {
  WaitTime Time;
  const FunctionDecl *FD = calleeOf(Wait);
  if (!FD || !FD->getIdentifier())
    return Time;
  if (const LimitArgument *Is = listed(*FD)) {
    const Expr *A = argument(Wait, Is->Index);
    Time.Limited = A != nullptr;
    if (A)
      Time.Seconds = secondsOfArgument(F, *A, Is->Unit);
    return Time;
  }
  Time.Limited = namesLimit(*FD);
  for (unsigned I = 0; I < FD->getNumParams() && !Time.Seconds; ++I)
    if (std::optional<double> Unit = unitOf(*FD->getParamDecl(I)))
      if (const Expr *A = argument(Wait, I)) {
        Time.Limited = true;
        Time.Seconds = secondsOfArgument(F, *A, *Unit);
      }
  for (const Expr *A : writtenArgs(Wait)) {
    Time.Limited |= isTimeClass(classOf(*A));
    if (!Time.Seconds)
      Time.Seconds = secondsOf(F, *A);
    if (!Time.Seconds)
      Time.Seconds = secondsOfPace(F, *A);
  }
  return Time;
}

std::optional<double> secondsAhead(const FunctionAnalysis &F, const Expr &E) {
  return secondsOf(F, E);
}

bool mayBeWokenByDescriptor(const FunctionAnalysis &F, const Expr &Wait) {
  const FunctionDecl *FD = calleeOf(Wait);
  if (!FD || !FD->getIdentifier() || isa<CXXMethodDecl>(FD))
    return false;
  StringRef Name = FD->getName();
  if (Name != "poll")
    return Name == "ppoll" || Name == "select" || Name == "pselect" ||
           Name == "kevent" || Name.starts_with("epoll_");
  const Expr *Count = argument(Wait, 1);
  Expr::EvalResult Value;
  return !(Count && !Count->isValueDependent() &&
           Count->EvaluateAsInt(Value, F.context()) && Value.Val.getInt() == 1);
}

WaitLimit limitOf(const FunctionAnalysis &F, const Expr &Wait) {
  const WaitTime Time = timeOf(F, Wait);
  if (!Time.Limited || (Time.Seconds && *Time.Seconds < 0))
    return WaitLimit::None;
  if (!Time.Seconds)
    return WaitLimit::Unknown;
  return *Time.Seconds <= LongestSlice ? WaitLimit::Short : WaitLimit::Long;
}

} // namespace cancel_tidy
