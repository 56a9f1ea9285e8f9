// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-in-loop -- -std=c++20
//
// A function that answers a cancellation in a way of its own answers it in the
// same way in its loops.
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

struct Status {
  static Status ok();
  static Status cancelled(const std::string &at = {});
};
bool receive(int &item);
void upload(const std::string &item);

Status warns_status(const std::vector<std::string> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return Status::cancelled("before");
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return Status::cancelled("before");
  // CHECK-FIXES-NEXT: upload(item);
  return Status::ok();
}
Status warns_status_in_block(const std::vector<std::string> &items, std::stop_token stop) {
  Status failed = Status::cancelled();
  if (stop.stop_requested()) {
    return failed;
  }
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return failed;
  // CHECK-FIXES-NEXT: upload(item);
  return Status::ok();
}
// What it returns there is not known here.
Status warns_status_of_elsewhere(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES-NEXT: upload(item);
  {
    Status late = Status::ok();
    if (stop.stop_requested())
      return late;
  }
  return Status::ok();
}
// Without the callback nobody is told: no fix.
void warns_callback(const std::vector<std::string> &items, std::stop_token stop,
                    std::function<void(Status)> done) {
  if (stop.stop_requested()) {
    done(Status::cancelled());
    return;
  }
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  }
  done(Status::ok());
}
void warns_other_token(const std::vector<std::string> &items, std::stop_token stop,
                       std::stop_token pause, std::function<void(Status)> done) {
  if (pause.stop_requested()) {
    done(Status::cancelled());
    return;
  }
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES-NEXT: upload(item);
  if (stop.stop_requested())
    return;
  done(Status::ok());
}

// What the code behind the loop does must be done, too.
void warns_cleared(std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  if (stop.stop_requested())
    items.clear();
}
void warns_busy(bool &busy, const std::vector<std::string> &items, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  busy = true;
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  busy = false;
}
class View {
public:
  void beginUpdate();
  void endUpdate();
};
void warns_view(View &view, const std::vector<std::string> &items, std::stop_token stop) {
  view.beginUpdate();
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  view.endUpdate();
}
// Who waits for the answer would get a wrong one, or none.
void warns_done(void (*done)(bool), const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  done(true);
}
// The loop's other way out says how it failed.
bool copy(const std::string &item);
bool warns_failure(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    if (!copy(item))
      return false;
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return false;
  // CHECK-FIXES: }
  return true;
}
bool warns_search(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    if (copy(item))
      return true;
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return false;
}
// Nothing says how it failed: `break` would say that all was copied.
bool warns_success_behind(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    upload(item);
  return true;
}
enum class Answer { Ok, Missing, Failed };
Answer warns_enumerator(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    if (!copy(item))
      return Answer::Failed;
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return Answer::Failed;
  // CHECK-FIXES: }
  return Answer::Ok;
}
// Which of the two a cancellation is, nobody knows; the other would be wrong.
Answer warns_found(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
    if (copy(item))
      return Answer::Ok;
  // CHECK-FIXES: for (const std::string &item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return Answer::Missing;
}
int warns_negative(const std::vector<std::string> &items, std::stop_token stop) {
  int copied = 0;
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return -1;
    if (!copy(item))
      return -1;
    ++copied;
  }
  return copied;
}
int warns_index(const std::vector<std::string> &items, std::stop_token stop) {
  for (int i = 0; i < int(items.size()); ++i) // expected-warning {{loop never looks at 'stop'}}
    if (copy(items[i]))
      return i;
  // CHECK-FIXES: for (int i = 0; i < int(items.size()); ++i) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return -1;
}
std::optional<int> warns_nullopt(const std::vector<std::string> &items, std::stop_token stop) {
  int copied = 0;
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return std::nullopt;
    if (!copy(item))
      return std::nullopt;
    ++copied;
  }
  return copied;
}
std::vector<int> warns_empty(const std::vector<std::string> &items, std::stop_token stop) {
  std::vector<int> sizes;
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: return {};
    if (!copy(item))
      return {};
    sizes.push_back(1);
  }
  return sizes;
}
// An empty status says that all went well.
Status warns_empty_status(const std::vector<std::string> &items, std::stop_token stop) {
  for (const std::string &item : items) { // expected-warning {{loop never looks at 'stop'}}
    // CHECK-FIXES: if (stop.stop_requested())
    // CHECK-FIXES-NEXT: break;
    if (copy(item))
      return {};
  }
  return Status::cancelled();
}

// Indented as the file is.
void warns_tabs(const std::vector<std::string> &items, std::stop_token stop) {
	if (stop.stop_requested())
		return;
	for (const std::string &item : items) // expected-warning {{loop never looks at 'stop'}}
		upload(item);
	// CHECK-FIXES: {{^}}	for (const std::string &item : items) {
	// CHECK-FIXES-NEXT: {{^}}		if (stop.stop_requested())
	// CHECK-FIXES-NEXT: {{^}}			return;
	// CHECK-FIXES-NEXT: {{^}}		upload(item);
	// CHECK-FIXES-NEXT: {{^}}	}
}
