// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/TokenModel.h"
#include "CoreFixture.h"
#include "llvm/Support/Error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using namespace cancel_tidy::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

TokenModels read(llvm::StringRef Text) {
  TokenModels M;
  if (llvm::Error E = M.addModels(Text, "model.yaml"))
    ADD_FAILURE() << llvm::toString(std::move(E));
  return M;
}

std::string errorOf(llvm::StringRef Text) {
  TokenModels M;
  std::string Message = llvm::toString(M.addModels(Text, "model.yaml"));
  EXPECT_TRUE(M.models().empty()) << "an error must add nothing";
  return Message;
}

TEST(TokenModelTest, ReadsEveryKeyOfAToken) {
  TokenModels M = read(R"(
Family: mine
Tokens:
  - Type: my::token
    Poll: [cancelled, is_cancelled]
    PollMore: [go_on]
    Throw: [check]
    Throws: [my::stopped]
    Status: [status]
    Possible: [possible]
    Derive: [child, tagged]
    Same: [tagged]
    Register: [on_cancel]
    Wait: [sleep]
    Request: [cancel]
    Bool: more
    Call: throws
    DefaultIsNone: false
    SingleUse: true
    IsSource: true
    Subclasses: false
    IsContext: true
    LinkedByDefault: true
    Position: ends
)");
  ASSERT_EQ(M.models().size(), 1u);
  EXPECT_EQ(M.models()[0].Family, "mine");
  EXPECT_EQ(M.models()[0].File, "model.yaml");
  ASSERT_EQ(M.models()[0].Tokens.size(), 1u);
  const TokenType &T = M.models()[0].Tokens[0];
  EXPECT_EQ(T.Type, "my::token");
  EXPECT_THAT(T.Poll, ElementsAre("cancelled", "is_cancelled"));
  EXPECT_THAT(T.PollMore, ElementsAre("go_on"));
  EXPECT_THAT(T.Throw, ElementsAre("check"));
  EXPECT_THAT(T.Throws, ElementsAre("my::stopped"));
  EXPECT_THAT(T.Status, ElementsAre("status"));
  EXPECT_THAT(T.Possible, ElementsAre("possible"));
  EXPECT_THAT(T.Derive, ElementsAre("child", "tagged"));
  EXPECT_THAT(T.Same, ElementsAre("tagged"));
  EXPECT_THAT(T.Register, ElementsAre("on_cancel"));
  EXPECT_THAT(T.Wait, ElementsAre("sleep"));
  EXPECT_THAT(T.Request, ElementsAre("cancel"));
  EXPECT_EQ(T.Bool, AnswerSense::More);
  EXPECT_EQ(T.Call, AnswerSense::Throws);
  EXPECT_FALSE(T.DefaultIsNone);
  EXPECT_TRUE(T.SingleUse);
  EXPECT_TRUE(T.IsSource);
  EXPECT_FALSE(T.Subclasses);
  EXPECT_TRUE(T.IsContext);
  EXPECT_TRUE(T.LinkedByDefault);
  EXPECT_EQ(T.Position, TokenPosition::Ends);
}

TEST(TokenModelTest, AnAbsentKeyHasItsDefault) {
  TokenModels M = read("Family: mine\nTokens: [{Type: T}]\n");
  const TokenType &T = M.models()[0].Tokens[0];
  EXPECT_THAT(T.Poll, IsEmpty());
  EXPECT_EQ(T.Bool, AnswerSense::None);
  EXPECT_EQ(T.Call, AnswerSense::None);
  EXPECT_TRUE(T.DefaultIsNone);
  EXPECT_FALSE(T.SingleUse);
  EXPECT_FALSE(T.IsSource);
  EXPECT_TRUE(T.Subclasses);
  EXPECT_FALSE(T.IsContext);
  EXPECT_EQ(T.Position, TokenPosition::Any);
}

TEST(TokenModelTest, ReadsEveryKeyBesideTheTokens) {
  TokenModels M = read(R"yaml(
Family: mine
Sources:
  - Type: my::source
    Token: [token]
    Poll: [stopped]
    Request: [stop]
    LinkedByConstructor: true
    RequestsItself: true
Carriers:
  - {Type: my::request, Token: [stop, token]}
Functions:
  Poll: [my::stopped]
  PollMore: [my::more]
  Throw: [my::check]
  Wait: [my::sleep]
  WaitReturns: [my::queue::pop]
  Combine: [my::any_of]
  None: [my::none]
Registrations: [my::callback]
OwningRegistrations: false
Exceptions: [my::cancelled]
ThrowingWaits: [my::sleep]
Statuses:
  - {Type: my::status, Ok: [ok], Failed: [bad], Cancelled: [is_cancelled]}
Concepts: [my::stoppable]
AmbientTasks: [my::task]
Waits:
  - {Call: "std::this_thread::sleep_for", Use: "my::sleep($0, $token)",
     Name: "my::sleep", Needs: "my::sleep"}
)yaml");
  ;
  const TokenModel &T = M.models()[0];
  ASSERT_EQ(T.Sources.size(), 1u);
  EXPECT_EQ(T.Sources[0].Type, "my::source");
  EXPECT_THAT(T.Sources[0].Token, ElementsAre("token"));
  EXPECT_THAT(T.Sources[0].Poll, ElementsAre("stopped"));
  EXPECT_THAT(T.Sources[0].Request, ElementsAre("stop"));
  EXPECT_TRUE(T.Sources[0].LinkedByConstructor);
  EXPECT_TRUE(T.Sources[0].RequestsItself);
  ASSERT_EQ(T.Carriers.size(), 1u);
  EXPECT_EQ(T.Carriers[0].Type, "my::request");
  EXPECT_THAT(T.Carriers[0].Token, ElementsAre("stop", "token"));
  EXPECT_THAT(T.Functions.Poll, ElementsAre("my::stopped"));
  EXPECT_THAT(T.Functions.PollMore, ElementsAre("my::more"));
  EXPECT_THAT(T.Functions.Throw, ElementsAre("my::check"));
  EXPECT_THAT(T.Functions.Wait, ElementsAre("my::sleep"));
  EXPECT_THAT(T.Functions.WaitReturns, ElementsAre("my::queue::pop"));
  EXPECT_THAT(T.Functions.Combine, ElementsAre("my::any_of"));
  EXPECT_THAT(T.Functions.None, ElementsAre("my::none"));
  EXPECT_THAT(T.Registrations, ElementsAre("my::callback"));
  EXPECT_FALSE(T.OwningRegistrations);
  EXPECT_THAT(T.Exceptions, ElementsAre("my::cancelled"));
  EXPECT_THAT(T.ThrowingWaits, ElementsAre("my::sleep"));
  ASSERT_EQ(T.Statuses.size(), 1u);
  EXPECT_EQ(T.Statuses[0].Type, "my::status");
  EXPECT_THAT(T.Statuses[0].Ok, ElementsAre("ok"));
  EXPECT_THAT(T.Statuses[0].Failed, ElementsAre("bad"));
  EXPECT_THAT(T.Statuses[0].Cancelled, ElementsAre("is_cancelled"));
  EXPECT_THAT(T.Concepts, ElementsAre("my::stoppable"));
  EXPECT_THAT(T.AmbientTasks, ElementsAre("my::task"));
  ASSERT_EQ(T.Waits.size(), 1u);
  EXPECT_EQ(T.Waits[0].Call, "std::this_thread::sleep_for");
  EXPECT_EQ(T.Waits[0].Use, "my::sleep($0, $token)");
  EXPECT_EQ(T.Waits[0].Name, "my::sleep");
  EXPECT_EQ(T.Waits[0].Needs, "my::sleep");
}

TEST(TokenModelTest, EachDocumentIsOneFamily) {
  TokenModels M = read("Family: one\n---\nFamily: two\n");
  ASSERT_EQ(M.models().size(), 2u);
  EXPECT_EQ(M.models()[0].Family, "one");
  EXPECT_EQ(M.models()[1].Family, "two");
}

TEST(TokenModelTest, AnUnknownKeyIsNamedWithItsLineAndColumn) {
  std::string E = errorOf("Family: mine\nTokens:\n  - Type: T\n"
                          "    Polls: [cancelled]\n");
  EXPECT_THAT(E, StartsWith("model.yaml:4:5: "));
  EXPECT_THAT(E, HasSubstr("'Polls'"));
}

TEST(TokenModelTest, AnUnknownKeyOfTheFamilyIsNamed) {
  std::string E = errorOf("Family: mine\nToken: []\n");
  EXPECT_THAT(E, StartsWith("model.yaml:2:1: "));
  EXPECT_THAT(E, HasSubstr("'Token'"));
}

TEST(TokenModelTest, AMissingKeyIsNamed) {
  EXPECT_THAT(errorOf("Tokens: []\n"), HasSubstr("'Family'"));
  std::string E = errorOf("Family: mine\nTokens:\n  - Poll: [x]\n");
  EXPECT_THAT(E, StartsWith("model.yaml:3:"));
  EXPECT_THAT(E, HasSubstr("'Type'"));
  EXPECT_THAT(errorOf("Family: mine\nCarriers: [{Type: T}]\n"),
              HasSubstr("'Token'"));
  EXPECT_THAT(errorOf("Family: mine\nWaits: [{Use: x}]\n"),
              HasSubstr("'Call'"));
}

TEST(TokenModelTest, AnUnknownSenseIsAnErrorWithItsPlace) {
  EXPECT_THAT(errorOf("Family: m\nTokens:\n  - Type: T\n    Bool: maybe\n"),
              StartsWith("model.yaml:4:11: "));
}

TEST(TokenModelTest, ABrokenSecondDocumentAddsNothing) {
  EXPECT_THAT(errorOf("Family: one\n---\nFamly: two\n"),
              StartsWith("model.yaml:3:"));
}

TEST(TokenModelTest, TextThatIsNoMappingIsAnError) {
  EXPECT_THAT(errorOf("- a\n- b\n"), StartsWith("model.yaml:"));
  EXPECT_THAT(errorOf("Family: [unclosed\n"), StartsWith("model.yaml:"));
  EXPECT_THAT(errorOf("just text"), StartsWith("model.yaml:"));
}

TEST(TokenModelTest, CostTablesAreAppended) {
  TokenModels M;
  ASSERT_FALSE(
      M.addCosts("Blocking: [a]\nLong: [b]\nCheap: [c]\nRunsEach: [d]\n"
                 "RunsForever: [e]\nRunsOnce: [f]\nSpawns: [g]\nCommits: [h]\n",
                 "costs.yaml"));
  CostTable More;
  More.Blocking = {"x"};
  M.add(More);
  EXPECT_THAT(M.costs().Blocking, ElementsAre("a", "x"));
  EXPECT_THAT(M.costs().Long, ElementsAre("b"));
  EXPECT_THAT(M.costs().Cheap, ElementsAre("c"));
  EXPECT_THAT(M.costs().RunsEach, ElementsAre("d"));
  EXPECT_THAT(M.costs().RunsForever, ElementsAre("e"));
  EXPECT_THAT(M.costs().RunsOnce, ElementsAre("f"));
  EXPECT_THAT(M.costs().Spawns, ElementsAre("g"));
  EXPECT_THAT(M.costs().Commits, ElementsAre("h"));
}

TEST(TokenModelTest, ResourcesArePairs) {
  TokenModels M;
  ASSERT_FALSE(M.addCosts("Resources:\n"
                          "  - Acquire: [a, b]\n"
                          "    Release: [c]\n"
                          "  - Acquire: [lock]\n"
                          "    Release: [unlock]\n"
                          "    Handle: object\n"
                          "    Borrow: [wait]\n"
                          "    Done: unlocked\n",
                          "costs.yaml"));
  ASSERT_EQ(M.costs().Resources.size(), 2u);
  const ResourcePair &First = M.costs().Resources[0];
  EXPECT_THAT(First.Acquire, ElementsAre("a", "b"));
  EXPECT_THAT(First.Release, ElementsAre("c"));
  EXPECT_EQ(First.Handle, ResourcePair::HandleKind::Result);
  EXPECT_EQ(First.Done, "released");
  const ResourcePair &Second = M.costs().Resources[1];
  EXPECT_EQ(Second.Handle, ResourcePair::HandleKind::Object);
  EXPECT_THAT(Second.Borrow, ElementsAre("wait"));
  EXPECT_EQ(Second.Done, "unlocked");
  EXPECT_THAT(
      llvm::toString(M.addCosts("Resources: [{Acquire: [a]}]", "costs.yaml")),
      HasSubstr("'Release'"));
}

TEST(TokenModelTest, AnUnknownKeyOfACostTableIsNamedAndNothingAdded) {
  TokenModels M;
  EXPECT_THAT(
      llvm::toString(M.addCosts("Cheap: [a]\nSlow: [b]\n", "costs.yaml")),
      testing::AllOf(StartsWith("costs.yaml:2:1: "), HasSubstr("'Slow'")));
  EXPECT_THAT(M.costs().Cheap, IsEmpty());
}

TEST(TokenModelTest, BuiltInModelsNameTheFamiliesOfTheFirstDay) {
  std::vector<std::string> Families;
  for (const TokenModel &M : TokenModels::builtin().models())
    Families.push_back(M.Family);
  EXPECT_THAT(Families,
              testing::IsSupersetOf({"std", "cancel", "cppcoro", "folly"}));
  EXPECT_EQ(std::set<std::string>(Families.begin(), Families.end()).size(),
            Families.size());
}

TEST(TokenModelTest, TwoModelsOfOneFamilyAddUp) {
  TokenModels M = read("Family: mine\nTokens: [{Type: A, Poll: [stopped]}]\n"
                       "---\nFamily: mine\nTokens: [{Type: B}]\n");
  Core C(R"cpp(
    struct A { bool stopped() const; };
    struct B {};
    void f(A a, B b);
  )cpp",
         M);
  EXPECT_EQ(C.tokens().classify(C.typeOf("f::a")).Model->Family, "mine");
  EXPECT_EQ(C.tokens().classify(C.typeOf("f::b")).Model->Family, "mine");
}

TEST(TokenModelTest, AUsersModelOfATypeReplacesTheBuiltInOne) {
  TokenModels M = TokenModels::builtin();
  ASSERT_FALSE(M.addModels("Family: ours\nTokens:\n  - Type: std::stop_token\n"
                           "    Poll: [stop_requested]\n    SingleUse: true\n",
                           "ours.yaml"));
  Core C("void f(std::stop_token t, std::stop_source s);", M);
  TokenUse Use = C.tokens().classify(C.typeOf("f::t"));
  ASSERT_TRUE(Use);
  EXPECT_EQ(Use.Model->Family, "ours");
  EXPECT_TRUE(Use.Token->SingleUse);
  // What the user's model does not name stays as it was.
  EXPECT_EQ(C.tokens().roleOf(C.typeOf("f::s")).Model->Family, "std");
}

} // namespace
