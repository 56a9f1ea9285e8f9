// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "Now plus that long" without overflow. Not for users.
#ifndef CANCEL_DETAIL_CLOCK_HPP
#define CANCEL_DETAIL_CLOCK_HPP

#include <chrono>

namespace cancel::detail {

using steady = std::chrono::steady_clock;

/// The point `duration` from now, rounded up; time_point::max(), which means
/// never, if that is further away than the clock can tell.
template <class Rep, class Period>
steady::time_point
deadline_after(const std::chrono::duration<Rep, Period> &duration) {
  using seconds = std::chrono::duration<double>;
  const steady::time_point now = steady::now();
  // Compared as floating point, because hours::max() overflows in nanoseconds;
  // the hour makes up for what rounding may hide.
  const seconds room = steady::time_point::max() - now - std::chrono::hours(1);
  if (seconds(duration) >= room)
    return steady::time_point::max();
  if (seconds(duration) <= seconds(0))
    return now;
  return now + std::chrono::ceil<steady::duration>(duration);
}

} // namespace cancel::detail

#endif
