// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Our structs in bytes, for facts files and the cache. A body holds each string
// once, in the order of first use, then the members with numbers in place of
// strings. All numbers are LEB128. A frame around it is a magic line, the
// format's number, a hash of the body, its size, and the body compressed.
#ifndef CANCEL_TIDY_TOOL_BINARY_H
#define CANCEL_TIDY_TOOL_BINARY_H

#include "tool/Members.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace cancel_tidy {

class Encoder {
public:
  std::string finish() && {
    std::string Result;
    llvm::raw_string_ostream OS(Result);
    llvm::encodeULEB128(Strings.size(), OS);
    for (llvm::StringRef S : Strings) {
      llvm::encodeULEB128(S.size(), OS);
      OS << S;
    }
    OS << Body;
    return Result;
  }

  template <typename... Ts> bool operator()(Ts &...Members) {
    (put(Members), ...);
    return true;
  }

  void put(uint64_t N) { llvm::encodeULEB128(N, Out); }
  void put(const std::string &S) {
    auto [It, New] = Numbers.try_emplace(S, Strings.size());
    if (New)
      Strings.push_back(It->getKey());
    put(uint64_t(It->second));
  }
  template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
  void put(E Value) {
    put(uint64_t(Value));
  }
  template <typename T> void put(const std::vector<T> &Items) {
    put(uint64_t(Items.size()));
    for (const T &Item : Items)
      put(Item);
  }
  template <typename T, IfStruct<T> = 0> void put(const T &X) {
    visit(*this, const_cast<T &>(X));
  }

private:
  llvm::StringMap<size_t> Numbers;
  std::vector<llvm::StringRef> Strings;
  std::string Body;
  llvm::raw_string_ostream Out{Body};
};

/// Every read fails once one did.
class Decoder {
public:
  explicit Decoder(llvm::StringRef From)
      : At(From.bytes_begin()), End(From.bytes_end()) {
    for (uint64_t N = count(); N && !Bad; --N) {
      uint64_t Size = count();
      if (Bad)
        return;
      Strings.push_back(
          llvm::StringRef(reinterpret_cast<const char *>(At), Size));
      At += Size;
    }
  }

  bool atEnd() const { return !Bad && At == End; }

  template <typename... Ts> bool operator()(Ts &...Members) {
    (get(Members), ...);
    return !Bad;
  }

  void get(bool &B) { B = number() != 0; }
  void get(unsigned &N) { N = unsigned(number()); }
  void get(uint64_t &N) { N = number(); }
  void get(std::string &S) {
    uint64_t I = number();
    if (I >= Strings.size())
      Bad = true;
    else
      S = Strings[I].str();
  }
  template <typename E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
  void get(E &Value) {
    Value = E(number());
  }
  template <typename T> void get(std::vector<T> &Items) {
    uint64_t N = count();
    for (; N && !Bad; --N)
      get(Items.emplace_back());
  }
  template <typename T, IfStruct<T> = 0> void get(T &X) { visit(*this, X); }

private:
  uint64_t number() {
    unsigned Size = 0;
    const char *Error = nullptr;
    uint64_t N = Bad ? 0 : llvm::decodeULEB128(At, &Size, End, &Error);
    if (Bad || Error) {
      Bad = true;
      return 0;
    }
    At += Size;
    return N;
  }
  /// A number of things that need a byte each at least.
  uint64_t count() {
    uint64_t N = number();
    if (N > uint64_t(End - At))
      Bad = true;
    return Bad ? 0 : N;
  }

  const uint8_t *At, *End;
  std::vector<llvm::StringRef> Strings;
  bool Bad = false;
};

template <typename T> std::string encodeBody(const T &X) {
  Encoder E;
  E.put(X);
  return std::move(E).finish();
}

/// False where Body is not what encodeBody() made of a T.
template <typename T> bool decodeBody(llvm::StringRef Body, T &X) {
  Decoder D(Body);
  D.get(X);
  return D.atEnd();
}

/// Body in a frame. Magic ends in a line break.
std::string frame(llvm::StringRef Magic, unsigned Format, llvm::StringRef Body);

/// What is wrong with a frame.
enum class FrameError { None, Foreign, OtherFormat, Damaged, NoZlib };

struct Unframed {
  FrameError Error = FrameError::None;
  uint64_t Format = 0;
  std::string Body;
};

Unframed unframe(llvm::StringRef Bytes, llvm::StringRef Magic, unsigned Format);

} // namespace cancel_tidy

#endif
