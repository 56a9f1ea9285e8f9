// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop --no-fix -- -std=c++20
//
// Clang joins the ways through `a && f(T())` before it branches on the whole:
// no round goes on by the way on which `a` was false.
#include <stop_token>
#include <string>

bool upload(int part);
void note(int part);
bool paused(std::stop_token stop, int ms);
bool paused_ref(const std::stop_token &stop, int ms);
bool send(int part, const std::string &what, const std::stop_token &stop);
enum Result { Ready, Stopped };
Result wait_for(std::stop_token stop);

void no_warning_and(int part, std::stop_token stop) {
  while (!upload(part) && !paused(stop, 50))
    ++part;
}
void no_warning_enumeration(int part, std::stop_token stop) {
  while (!upload(part) && wait_for(stop) != Stopped)
    ++part;
}
void no_warning_three(int n, std::stop_token stop) {
  int part = 0;
  while (part < n && upload(part) && !paused(stop, 50))
    ++part;
}
void no_warning_either_first(int part, std::stop_token stop) {
  while ((upload(part) || upload(part + 1)) && !paused(stop, 50))
    part += 2;
}
void no_warning_or(int part, std::stop_token stop) {
  for (;;) {
    if (upload(part) || paused(stop, 50))
      break;
  }
}
void no_warning_do(int part, std::stop_token stop) {
  do
    ++part;
  while (!upload(part) && !paused(stop, 50));
}
void no_warning_negated(int part, std::stop_token stop) {
  while (!(upload(part) || paused(stop, 50)))
    ++part;
}
void no_warning_string(std::stop_token stop) {
  for (int i = 0; upload(i) && send(i, "x", stop); ++i) {
  }
}
void no_warning_returns(int n, std::stop_token stop) {
  for (int i = 0; i < n; ++i)
    if (!upload(i) || !send(i, std::to_string(i), stop))
      return;
}
void no_warning_flag(int part, std::stop_token stop) {
  bool go = true;
  while (go)
    go = !upload(part++) && !paused(stop, 50);
}
void no_warning_flag_by_reference(int part, std::stop_token stop) {
  bool go = true;
  while (go)
    go = !upload(part++) && !paused_ref(stop, 50);
}
void no_warning_flag_late(int part, std::stop_token stop) {
  for (bool go = true; go;) {
    const bool sent = upload(part++);
    go = !sent && !paused(stop, 50);
  }
}
void no_warning_new_flag(int part, std::stop_token stop) {
  for (;;) {
    const bool go = !upload(part++) && !paused(stop, 50);
    if (!go)
      break;
  }
}
// Here the way past the call goes on.
void warns_or_goes_on(int part, std::stop_token stop) {
  while (upload(part) || !paused(stop, 50)) // expected-warning {{loop can go round without looking at 'stop'}}
    ++part;
}
void warns_and_in_body(int part, std::stop_token stop) {
  for (;;) { // expected-warning {{loop can go round without looking at 'stop'}}
    if (!upload(part) && paused(stop, 50))
      break;
    ++part;
  }
}
void warns_flag_or(int part, std::stop_token stop) {
  bool go = true;
  while (go) // expected-warning {{loop can go round without looking at 'stop'}}
    go = upload(part++) || !paused(stop, 50);
}
void warns_other_flag(int part, std::stop_token stop) {
  bool go = true, quiet = false;
  while (go) { // expected-warning {{loop can go round without looking at 'stop'}}
    quiet = !upload(part++) && !paused(stop, 50);
    go = part < 1000000;
  }
  note(quiet);
}
