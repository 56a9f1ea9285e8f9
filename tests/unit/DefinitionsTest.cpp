// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Definitions.h"
#include "tool/ConditionWords.h"
#include "tool/OpenFunctions.h"
#include "tool/TokenWords.h"
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace cancel_tidy;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::vector<std::string> defined(llvm::StringRef Text) {
  std::vector<std::string> Names;
  for (const auto &Name : namesDefinedIn(Text))
    Names.push_back(Name.getKey().str());
  std::sort(Names.begin(), Names.end());
  return Names;
}

TEST(DefinitionsTest, FunctionsWithABody) {
  EXPECT_THAT(defined("void f() {} int g(int x) const noexcept { return x; }"),
              ElementsAre("f", "g"));
  EXPECT_THAT(defined("A::A(int x) : m(x) {} A::~A() {}"),
              ElementsAre("A", "m"));
  EXPECT_THAT(defined("auto f() -> int { return 1; }"), ElementsAre("f"));
  EXPECT_THAT(defined("template <> void f<int>(int) {}"), ElementsAre("f"));
  EXPECT_THAT(defined("struct S { void m() override { } };"), ElementsAre("m"));
  EXPECT_THAT(defined("bool operator==(A, B) { return true; }"),
              ElementsAre("operator"));
}

TEST(DefinitionsTest, NoDeclarationsCallsAndComments) {
  EXPECT_THAT(defined("void f(); int x = g(1, h(2)); // i() {}\n"), IsEmpty());
  EXPECT_THAT(defined("#define F(x) void x() {\n"), IsEmpty());
  EXPECT_THAT(defined("const char *s = \"f() {}\";"), IsEmpty());
}

TEST(DefinitionsTest, NamesThatMacrosDefine) {
  std::vector<std::string> Names = defined("DEFINE(f) { }");
  EXPECT_THAT(Names, testing::Contains("f"));
  Names = defined("FUNCTION(int, f)(int x) { }");
  EXPECT_THAT(Names, testing::Contains("f"));
}

TEST(DefinitionsTest, HalfATextDoesNotTripIt) {
  EXPECT_THAT(defined("void f("), IsEmpty());
  EXPECT_THAT(defined(") {"), IsEmpty());
  EXPECT_THAT(defined("> (x) {"), IsEmpty());
  EXPECT_THAT(defined(""), IsEmpty());
}

TEST(DefinitionsTest, TheNameInAUsr) {
  EXPECT_EQ(nameInUsr("c:@N@app@F@work#I#"), "work");
  EXPECT_EQ(nameInUsr("c:@N@app@S@Job@F@run#1"), "run");
  EXPECT_EQ(nameInUsr("c:@S@Job@F@run#1#overriders"), "run");
  EXPECT_EQ(nameInUsr("c:@FT@>1#Twork#t0.0#v#"), "work");
  EXPECT_EQ(nameInUsr("c:@FT@>1#pTwork#P&&t0.0#v#"), "work");
  EXPECT_EQ(nameInUsr("c:@F@work<#I>#I#"), "work");
  EXPECT_EQ(nameInUsr("c:@S@A@F@operator()#"), "operator");
  EXPECT_EQ(nameInUsr("c:@S@A@F@operators#"), "operators");
  EXPECT_EQ(nameInUsr("c:@S@A@F@~A#"), "A");
  EXPECT_EQ(nameInUsr("c:@S@A"), "");
}

Finding asking(const char *USR) {
  Finding F;
  F.When.Clauses = {{{USR, FactKind::Long, true, ""}}};
  return F;
}

std::vector<std::string> names(const OpenFunctions &Open,
                               llvm::StringRef Nowhere = "") {
  std::vector<std::string> Names;
  for (const auto &Name :
       Open.names([&](llvm::StringRef Name) { return Name != Nowhere; }))
    Names.push_back(Name.getKey().str());
  std::sort(Names.begin(), Names.end());
  return Names;
}

TEST(OpenFunctionsTest, FollowsFactsToWhatNobodyDefined) {
  std::vector<Finding> Findings = {asking("c:@F@a#")};
  FunctionFacts A, B;
  A.USR = "c:@F@a#";
  A.LongIfAny = {{"c:@F@b#", FactKind::Long, false, ""}};
  B.USR = "c:@F@b#";
  B.LongIfAny = {{"c:@F@c#", FactKind::Long, false, ""},
                 {"c:@F@d#", FactKind::Long, false, ""}};
  // Whether it looks was not asked.
  B.LooksIfAny = {"c:@F@e#"};
  std::vector<FunctionFacts> Facts = {A, B};
  OpenFunctions Open;
  Open.add(llvm::ArrayRef(Findings));
  EXPECT_THAT(names(Open), ElementsAre("a"));
  Open.add(llvm::ArrayRef(Facts));
  EXPECT_THAT(names(Open), ElementsAre("c", "d"));
  EXPECT_THAT(names(Open, /*Nowhere=*/"d"), ElementsAre("c"));
}

TEST(OpenFunctionsTest, AsksNothingForWhatCannotHoldAnyMore) {
  std::vector<Finding> Findings = {asking("c:@F@a#")};
  Findings[0].When.Clauses.push_back(
      {{"c:@F@b#", FactKind::NeverLooks, true, ""}});
  FunctionFacts B, C;
  B.USR = "c:@F@b#";
  B.LooksIfAny = {"c:@F@c#"};
  C.USR = "c:@F@c#";
  std::vector<FunctionFacts> First = {B}, Second = {C};
  OpenFunctions Open;
  Open.add(llvm::ArrayRef(Findings));
  Open.add(llvm::ArrayRef(First));
  // One clause after the other.
  EXPECT_EQ(names(Open).size(), 1u);
  Open.add(llvm::ArrayRef(Second));
  EXPECT_THAT(names(Open), ElementsAre("a"));
  Second[0].Looks = true;
  EXPECT_THAT(names(Open), ElementsAre());
}

TEST(OpenFunctionsTest, AnOverriderMayBeAnywhere) {
  std::vector<Finding> Findings = {asking("c:@S@A@F@run#")};
  FunctionFacts Run, Own;
  Run.USR = "c:@S@A@F@run#";
  Run.LooksIfAny = {"c:@S@A@F@run##overriders"};
  Own.USR = "c:@S@B@F@run#";
  Own.Overrides = {Run.USR};
  Own.LongIfAny = {{"c:@F@c#", FactKind::Long, false, ""}};
  std::vector<FunctionFacts> Facts = {Run, Own};
  OpenFunctions Open;
  Open.add(llvm::ArrayRef(Findings));
  Open.add(llvm::ArrayRef(Facts));
  EXPECT_THAT(names(Open), ElementsAre("c", "run"));
  EXPECT_THAT(names(Open, /*Nowhere=*/"run"), ElementsAre("c"));
}

bool maySee(llvm::StringRef Text) {
  TokenWords Words(TokenModels::builtin());
  return Words.maySeeToken(Words.find(Text));
}

TEST(TokenWordsTest, ATokenIsThereWhereItsNameIs) {
  EXPECT_TRUE(maySee("void f(std::stop_token);"));
  EXPECT_TRUE(maySee("std::jthread t;"));
  EXPECT_TRUE(maySee("namespace arrow { StopToken f(); }"));
  EXPECT_FALSE(maySee("class StopToken;")); // somebody else's
  EXPECT_FALSE(maySee("int stop_tokens; void my_stop_token();"));
  EXPECT_FALSE(maySee(""));
}

TEST(TokenWordsTest, AnAnnouncedClassIsNoToken) {
  EXPECT_FALSE(maySee("namespace arrow { class StopToken; }"));
  EXPECT_FALSE(maySee("namespace arrow { class ARROW_EXPORT StopToken; }"));
  EXPECT_FALSE(maySee("#include <stop_token>\n"));
  EXPECT_FALSE(maySee("// std::stop_token\n/* std::stop_token */ int i;"));
  EXPECT_FALSE(maySee("const char *s = \"std::stop_token\";"));
  EXPECT_TRUE(
      maySee("namespace arrow { class StopToken; void f(StopToken); }"));
  EXPECT_TRUE(maySee("namespace arrow { void f(class StopToken &); }"));
  EXPECT_TRUE(maySee("namespace arrow { class StopToken {}; }"));
  EXPECT_TRUE(maySee("#define TOKEN std::stop_token\n"));
  // What looks like the begin of a literal or a comment is none.
  EXPECT_TRUE(maySee("auto s = R\"(\")\"; std::stop_token t;"));
  EXPECT_TRUE(maySee("auto s = \"http://\"; std::stop_token t;"));
  EXPECT_TRUE(maySee("int i = 1'000; std::stop_token t;"));
  // Who holds a token may give it.
  EXPECT_TRUE(maySee("namespace arrow { class StopToken;"
                     " void f(const io::IOContext &); }"));
  EXPECT_FALSE(maySee("namespace arrow { class StopToken;"
                      " namespace io { struct IOContext; } }"));
}

TEST(TokenWordsTest, OfAFamilyWithoutTokensWhatAsksTheTaskIsThere) {
  EXPECT_TRUE(maySee("bool f() { return "
                     "userver::engine::current_task::ShouldCancel(); }"));
  // The outer namespaces may stand behind a macro.
  EXPECT_TRUE(maySee("namespace engine::current_task { bool ShouldCancel(); "
                     "bool g() { return ShouldCancel(); } }"));
  EXPECT_FALSE(maySee("bool f() { return ShouldCancel(); }"));
}

TEST(TokenWordsTest, AnAnnotationAndAShape) {
  EXPECT_TRUE(maySee("struct [[clang::annotate(\"cancel::token\")]] A;"));
  TokenWords Words(TokenModels::builtin());
  EXPECT_TRUE(Words.find("bool isCancelled() const;").Shape);
  EXPECT_TRUE(Words.find("bool stop_requested() const;").Shape);
  EXPECT_FALSE(Words.find("bool isCancelledNow() const;").Shape);
}

std::vector<std::string> asked(llvm::StringRef Text) {
  std::vector<std::string> Words;
  forEachConditionWord(
      Text, [&](llvm::StringRef Word) { Words.push_back(Word.str()); });
  return Words;
}

TEST(ConditionWordsTest, WordsOfEveryKindOfCondition) {
  EXPECT_THAT(asked("#ifdef A\nint x;\n#endif\n"), ElementsAre("A"));
  EXPECT_THAT(asked("  #  ifndef A // once\n"), ElementsAre("A", "once"));
  EXPECT_THAT(asked("#if defined(A) && B > 0x1F\n#elif(C)\n"),
              ElementsAre("defined", "A", "B", "C"));
  EXPECT_THAT(asked("#elifdef A\n#elifndef B"), ElementsAre("A", "B"));
  EXPECT_THAT(asked("#if A && \\\n  B\r\nint C;"), ElementsAre("A", "B"));
}

TEST(ConditionWordsTest, NothingElse) {
  EXPECT_THAT(asked("#define A B\n#include <if>\n#else\n#endif A\n"),
              IsEmpty());
  EXPECT_THAT(asked("int a = if_(b);\n#"), IsEmpty());
}

} // namespace
