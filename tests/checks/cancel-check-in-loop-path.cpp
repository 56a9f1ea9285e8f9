// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop --no-fix -- -std=c++20
//
// The notes walk a way round that passes the call that costs.
#include <stop_token>
#include <string>
#include <vector>

void upload(const std::string &file);

void warns_behind_continue(const std::vector<std::string> &files, bool last,
                           std::stop_token stop) { // expected-note {{token 'stop' is declared here}}
  for (const std::string &file : files) { // expected-warning {{'upload' may run long in each round}}
    if (file.empty()) // expected-note {{when this is false ...}}
      continue;
    upload(file);
    if (last && stop.stop_requested()) // expected-note {{when this is false ...}}
      return;
  }
}

struct Archive {
  explicit Archive(const std::string &file);
  ~Archive();
};
struct Damaged {};
void warns_behind_handler(const std::vector<std::string> &files, std::stop_token stop) { // expected-note {{token 'stop' is declared here}}
  for (const std::string &file : files) { // expected-warning {{'upload' may run long in each round}}
    try {
      Archive archive(file); // expected-note {{when this throws ...}}
      if (stop.stop_requested())
        return;
    } catch (const Damaged &) {
      upload(file);
    }
  }
}
