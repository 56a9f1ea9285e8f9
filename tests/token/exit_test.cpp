// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of a program: the timer thread is joined, and static objects may own
// sources, deadlines and registrations both before and after that. Passes when
// it exits with 0 and the sanitizers are content.
#include "cancel/token.hpp"

#include <chrono>
#include <optional>

namespace {
// Constructed before the timer, hence destroyed after it.
std::optional<cancel::cancellation_source> early;
struct late_user {
  ~late_user() {
    cancel::cancellation_source source;
    source.cancel_after(std::chrono::hours(1));
    source.cancel_after(std::chrono::microseconds(1));
    early->request_cancellation();
  }
} last_of_all;
} // namespace

int main() {
  early.emplace();
  early->cancel_after(std::chrono::hours(1));
  static cancel::cancellation_registration registration(early->get_token(),
                                                        [] {});
  static auto child = cancel::cancellation_source::linked(early->get_token());
  child.cancel_after(std::chrono::milliseconds(1));
  cancel::cancellation_source brief;
  brief.cancel_after(std::chrono::milliseconds(1));
  while (!brief.is_cancellation_requested())
    (void)cancel::try_sleep_for(std::chrono::seconds(1), brief.get_token());
  return 0;
}
