// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// oneTBB: the context of a group of tasks. The classes live in an inner
// namespace and are named from tbb.
#ifndef TBB_H
#define TBB_H

namespace tbb {
namespace detail {
namespace d1 {
class task_group_context {
public:
  enum kind_type { isolated, bound };
  task_group_context(kind_type kind = bound);
  task_group_context(const task_group_context &) = delete;
  ~task_group_context();
  void reset();
  bool cancel_group_execution();
  bool is_group_execution_cancelled();
};
bool is_current_task_group_canceling();

template <typename Value> class blocked_range {
public:
  blocked_range(Value first, Value last);
  Value begin() const;
  Value end() const;
};
template <typename Range, typename Body>
void parallel_for(const Range &, const Body &) {}
template <typename Range, typename Body>
void parallel_for(const Range &, const Body &, task_group_context &) {}
} // namespace d1
namespace d2 {
class task_group {
public:
  template <typename Function> void run(Function &&) {}
  int wait();
  void cancel();
};
} // namespace d2
} // namespace detail
inline namespace v1 {
using detail::d1::blocked_range;
using detail::d1::is_current_task_group_canceling;
using detail::d1::parallel_for;
using detail::d1::task_group_context;
using detail::d2::task_group;
} // namespace v1
} // namespace tbb

#endif
