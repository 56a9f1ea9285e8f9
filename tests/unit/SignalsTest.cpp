// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/Signals.h"
#include "CoreFixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// What Statement does to which thing: "ready_ cs" for called and signalled.
std::vector<std::string> touches(llvm::StringRef Statement) {
  Core C(R"cpp(
    struct Event { void set(); void look() const; int value; };
    void post(Event *); void look_at(Event *);
    struct Worker {
      Event event_, *other_; Event events_[4]; std::unique_ptr<Event> owned_;
      int count_ = 0;
      Event &event() { return event_; }
      void f(Event &given) {
        Event &local = event_;
        auto copy = &event_;
        )cpp" +
         Statement.str() + "}};");
  std::vector<std::string> Out;
  for (const clang::Stmt *S : C.function("Worker::f").body().allStatements())
    touchesOf(*S, [&](const clang::ValueDecl &D, unsigned Kinds) {
      Out.push_back(D.getNameAsString() + " " + (Kinds & Called ? "c" : "") +
                    (Kinds & Signalled ? "s" : "") +
                    (Kinds & Written ? "w" : ""));
    });
  return Out;
}

TEST(SignalsTest, ThingsAreFoundBehindPointersAccessorsAndLocals) {
  EXPECT_THAT(touches("event_.set();"), ElementsAre("event_ csw"));
  EXPECT_THAT(touches("other_->set();"), ElementsAre("other_ csw"));
  EXPECT_THAT(touches("owned_->set();"), ElementsAre("owned_ csw"));
  EXPECT_THAT(touches("events_[1].set();"), ElementsAre("events_ csw"));
  EXPECT_THAT(touches("event().set();"), ElementsAre("event_ csw"));
  EXPECT_THAT(touches("local.set();"), ElementsAre("event_ csw"));
  EXPECT_THAT(touches("copy->set();"), ElementsAre("event_ csw"));
  EXPECT_THAT(touches("given.set();"), ElementsAre("given csw"));
}

TEST(SignalsTest, FunctionsSayByNameWhatTheyDoToArguments) {
  EXPECT_THAT(touches("post(&event_);"), ElementsAre("event_ cs"));
  EXPECT_THAT(touches("look_at(&event_);"), IsEmpty());
}

TEST(SignalsTest, ConstMembersTellNobody) {
  EXPECT_THAT(touches("event_.look();"), IsEmpty());
}

TEST(SignalsTest, AssignmentsAndStepsWrite) {
  EXPECT_THAT(touches("count_ = 1;"), ElementsAre("count_ w"));
  EXPECT_THAT(touches("++count_;"), ElementsAre("count_ w"));
  EXPECT_THAT(touches("event_.value = 2;"), ElementsAre("value w"));
}

} // namespace
