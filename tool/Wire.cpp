// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Wire.h"
#include "tool/Members.h"
#include "llvm/Support/Base64.h"
#include <type_traits>

using namespace llvm;

namespace cancel_tidy {
namespace {

// JSON holds Unicode only; source text and paths may hold any bytes.
constexpr StringLiteral Base64Mark = "\x01";

json::Value wire(const std::string &S) {
  if (json::isUTF8(S) && !StringRef(S).starts_with(Base64Mark))
    return S;
  return Base64Mark.str() + encodeBase64(S);
}
json::Value wire(bool B) { return B; }
json::Value wire(unsigned N) { return int64_t(N); }
json::Value wire(uint64_t N) { return N; }
json::Value wire(double D) { return D; }
template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
json::Value wire(E Value) {
  return int64_t(Value);
}

template <typename T> json::Value wire(const std::vector<T> &Items);
template <typename T> json::Value wire(const std::map<std::string, T> &Items);
template <typename T, IfStruct<T> = 0> json::Value wire(const T &X);

bool read(const json::Value &V, std::string &Out) {
  std::optional<StringRef> S = V.getAsString();
  if (!S)
    return false;
  if (!S->consume_front(Base64Mark)) {
    Out = S->str();
    return true;
  }
  std::vector<char> Bytes;
  if (Error E = decodeBase64(*S, Bytes)) {
    consumeError(std::move(E));
    return false;
  }
  Out.assign(Bytes.begin(), Bytes.end());
  return true;
}
bool read(const json::Value &V, bool &Out) {
  std::optional<bool> B = V.getAsBoolean();
  Out = B.value_or(false);
  return B.has_value();
}
bool read(const json::Value &V, uint64_t &Out) {
  std::optional<uint64_t> N = V.getAsUINT64();
  Out = N.value_or(0);
  return N.has_value();
}
bool read(const json::Value &V, unsigned &Out) {
  std::optional<int64_t> N = V.getAsInteger();
  Out = unsigned(N.value_or(0));
  return N.has_value();
}
bool read(const json::Value &V, double &Out) {
  std::optional<double> D = V.getAsNumber();
  Out = D.value_or(0);
  return D.has_value();
}
template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
bool read(const json::Value &V, E &Out) {
  std::optional<int64_t> N = V.getAsInteger();
  Out = E(N.value_or(0));
  return N.has_value();
}

template <typename T> bool read(const json::Value &V, std::vector<T> &Out);
template <typename T>
bool read(const json::Value &V, std::map<std::string, T> &Out);
template <typename T, IfStruct<T> = 0> bool read(const json::Value &V, T &Out);

/// A struct is an array of its members, in order.
struct Writer {
  json::Array Result;
  template <typename... Ts> bool operator()(const Ts &...Members) {
    (Result.push_back(wire(Members)), ...);
    return true;
  }
};

struct Reader {
  const json::Array &From;
  template <typename... Ts> bool operator()(Ts &...Members) {
    if (From.size() != sizeof...(Members))
      return false;
    size_t I = 0;
    return (read(From[I++], Members) && ...);
  }
};

template <typename T, IfStruct<T>> json::Value wire(const T &X) {
  Writer W;
  visit(W, const_cast<T &>(X));
  return std::move(W.Result);
}

template <typename T, IfStruct<T>> bool read(const json::Value &V, T &Out) {
  const json::Array *A = V.getAsArray();
  if (!A)
    return false;
  Reader R{*A};
  return visit(R, Out);
}

template <typename T> json::Value wire(const std::vector<T> &Items) {
  json::Array A;
  for (const T &Item : Items)
    A.push_back(wire(Item));
  return A;
}
template <typename T> bool read(const json::Value &V, std::vector<T> &Out) {
  const json::Array *A = V.getAsArray();
  if (!A)
    return false;
  Out.resize(A->size());
  for (size_t I = 0; I < A->size(); ++I)
    if (!read((*A)[I], Out[I]))
      return false;
  return true;
}

template <typename T> json::Value wire(const std::map<std::string, T> &Items) {
  json::Array A;
  for (const auto &[Key, Item] : Items) {
    A.push_back(wire(Key));
    A.push_back(wire(Item));
  }
  return A;
}
template <typename T>
bool read(const json::Value &V, std::map<std::string, T> &Out) {
  const json::Array *A = V.getAsArray();
  if (!A || A->size() % 2)
    return false;
  for (size_t I = 0; I < A->size(); I += 2) {
    std::string Key;
    if (!read((*A)[I], Key) || !read((*A)[I + 1], Out[Key]))
      return false;
  }
  return true;
}

} // namespace

json::Value toWire(const WorkerSetup &Setup) { return wire(Setup); }
json::Value toWire(const TuJob &Job) { return wire(Job); }
json::Value toWire(const TuOutcome &Outcome) { return wire(Outcome); }

bool fromWire(const json::Value &Value, WorkerSetup &Setup) {
  return read(Value, Setup);
}
bool fromWire(const json::Value &Value, TuJob &Job) { return read(Value, Job); }
bool fromWire(const json::Value &Value, TuOutcome &Outcome) {
  return read(Value, Outcome);
}

} // namespace cancel_tidy
