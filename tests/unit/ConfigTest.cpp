// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Config.h"
#include "TempDir.h"
#include "checks/AllChecks.h"
#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace cancel_tidy;
using cancel_tidy::test::TempDir;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

namespace {

struct ConfigTest : testing::Test {
  TempDir Dir;
  CommandLineConfig Line;

  /// The configuration of src/a.cpp, or what is wrong with it.
  std::string Failure;
  std::vector<std::string> Warnings;
  FileConfig get() {
    auto Provider = ConfigProvider::create(Line);
    if (!Provider) {
      Failure = toString(Provider.takeError());
      return {};
    }
    auto Config = (*Provider)->forFile(Dir.path("src/a.cpp"));
    Warnings = (*Provider)->takeWarnings();
    if (!Config) {
      Failure = toString(Config.takeError());
      return {};
    }
    return *Config;
  }
  std::string failure() {
    get();
    return Failure;
  }
  static std::vector<std::string> defaultChecks() {
    std::vector<std::string> Ids;
    for (const CheckInfo &Info : allChecks())
      if (Info.DefaultOn)
        Ids.push_back(Info.Id.str());
    return Ids;
  }
};

TEST_F(ConfigTest, StartsFromTheDefaultSet) {
  FileConfig Config = get();
  EXPECT_EQ(Config.EnabledChecks, defaultChecks());
  EXPECT_THAT(Config.ErrorChecks, IsEmpty());
  ASSERT_TRUE(Config.Models);
  EXPECT_EQ(Config.Models->models().size(),
            TokenModels::builtin().models().size());
}

TEST_F(ConfigTest, PresetsGrowAndHaveWhatTheyName) {
  EXPECT_FALSE(findPreset("default"));
  std::vector<std::string> Sets[3];
  ASSERT_EQ(allPresets().size(), 3u);
  for (unsigned I = 0; I < 3; ++I)
    for (const CheckInfo &Info : allChecks())
      if (isInPreset(Info, allPresets()[I].Name))
        Sets[I].push_back(Info.Id.str());
  EXPECT_THAT(defaultChecks(), IsSupersetOf(Sets[0]));
  EXPECT_THAT(Sets[1], IsSupersetOf(defaultChecks()));
  EXPECT_GT(Sets[1].size(), defaultChecks().size());
  EXPECT_EQ(Sets[2].size(), allChecks().size());
}

TEST_F(ConfigTest, PresetIsWhatGlobsStartFrom) {
  Dir.write(".cancel-tidy", "Preset: strict\n");
  EXPECT_EQ(get().EnabledChecks.size(), allChecks().size());
  Line.Preset = "gentle";
  EXPECT_FALSE(get().isEnabled("cancel-unused-token"));
  Dir.write(".clang-tidy", "Checks: 'cancel-unused-token'\n");
  EXPECT_TRUE(get().isEnabled("cancel-unused-token"));
  Line.Checks = "-*,cancel-stale-check";
  EXPECT_THAT(get().EnabledChecks, ElementsAre("cancel-stale-check"));
}

TEST_F(ConfigTest, UnknownPresetIsAnErrorThatNamesTheOthers) {
  Line.Preset = "soft";
  EXPECT_THAT(failure(), HasSubstr("--preset: unknown preset 'soft'; there "
                                   "are gentle, library, strict"));
  Line.Preset.clear();
  Dir.write(".cancel-tidy", "Exclude: []\nPreset: soft\n");
  EXPECT_THAT(failure(), HasSubstr(".cancel-tidy:2:9: Preset: unknown"));
}

TEST_F(ConfigTest, GlobsOfOthersInFilesDoNotSilenceUs) {
  Dir.write(".clang-tidy", "Checks: '-*,bugprone-*'\nWarningsAsErrors: '*'\n");
  FileConfig Config = get();
  EXPECT_EQ(Config.EnabledChecks, defaultChecks());
  EXPECT_THAT(Config.ErrorChecks, IsEmpty());
}

TEST_F(ConfigTest, GlobsInFilesThatNameUsCount) {
  Dir.write(".clang-tidy", "Checks: '-*,-cancel-*,cancel-forward-token'\n"
                           "WarningsAsErrors: 'cancel-*'\n");
  FileConfig Config = get();
  EXPECT_THAT(Config.EnabledChecks, ElementsAre("cancel-forward-token"));
  EXPECT_TRUE(Config.isError("cancel-unused-token"));
}

TEST_F(ConfigTest, ChecksMayBeAList) {
  Dir.write(".clang-tidy", "Checks:\n  - -cancel-*\n  - cancel-stale-check\n");
  EXPECT_THAT(get().EnabledChecks, ElementsAre("cancel-stale-check"));
}

TEST_F(ConfigTest, CommandLineGlobsCountFullyAndLast) {
  Dir.write(".clang-tidy", "Checks: 'cancel-unused-token'\n");
  Line.Checks = "-*,cancel-forward-token";
  Line.WarningsAsErrors = "*";
  FileConfig Config = get();
  EXPECT_THAT(Config.EnabledChecks, ElementsAre("cancel-forward-token"));
  EXPECT_TRUE(Config.isError("cancel-forward-token"));
}

TEST_F(ConfigTest, ConfigOnTheCommandLineReplacesFiles) {
  Dir.write(".clang-tidy", "Checks: '-cancel-*'\n");
  Line.ConfigText = "{Checks: '-*,cancel-forward-token'}";
  EXPECT_THAT(get().EnabledChecks, ElementsAre("cancel-forward-token"));
}

TEST_F(ConfigTest, ConfigFileReplacesFiles) {
  Dir.write(".clang-tidy", "Checks: '-cancel-*'\n");
  Line.ConfigFile = Dir.write("other", "Checks: '-cancel-forward-token,-*'\n");
  FileConfig Config = get();
  EXPECT_FALSE(Config.isEnabled("cancel-forward-token"));
  EXPECT_TRUE(Config.isEnabled("cancel-unused-token"));
}

TEST_F(ConfigTest, ConfigAndConfigFileExclude) {
  Line.ConfigText = "{}";
  Line.ConfigFile = "x";
  EXPECT_THAT(failure(), HasSubstr("mutually exclusive"));
}

TEST_F(ConfigTest, NearestFileWinsUnlessItInherits) {
  Dir.write(".clang-tidy", "Checks: '-cancel-forward-token'\n"
                           "ExtraArgs: [-DOUTER]\n");
  std::string Inner =
      Dir.write("src/.clang-tidy", "Checks: '-cancel-unused-token'\n");
  FileConfig Config = get();
  EXPECT_TRUE(Config.isEnabled("cancel-forward-token"));
  EXPECT_FALSE(Config.isEnabled("cancel-unused-token"));
  EXPECT_THAT(Config.ExtraArgs, IsEmpty());
  EXPECT_THAT(Config.ReadFiles, ElementsAre(Inner));

  Dir.write("src/.clang-tidy", "Checks: '-cancel-unused-token'\n"
                               "InheritParentConfig: true\n"
                               "ExtraArgs: [-DINNER]\n");
  Config = get();
  EXPECT_FALSE(Config.isEnabled("cancel-forward-token"));
  EXPECT_FALSE(Config.isEnabled("cancel-unused-token"));
  EXPECT_THAT(Config.ExtraArgs, ElementsAre("-DOUTER", "-DINNER"));
}

TEST_F(ConfigTest, UnknownCheckOfOursIsAnErrorWithItsPlace) {
  std::string File =
      Dir.write(".clang-tidy",
                "# ours\nChecks: 'bugprone-nonsense,cancel-forward-tokn'\n");
  EXPECT_EQ(failure(), File + ":2:28: unknown check 'cancel-forward-tokn'; did "
                              "you mean 'cancel-forward-token'?");
}

TEST_F(ConfigTest, UnknownCheckOnTheCommandLineIsAnError) {
  Line.Checks = "cancel-forward-tokn";
  EXPECT_EQ(failure(), "--checks: unknown check 'cancel-forward-tokn'; did you "
                       "mean 'cancel-forward-token'?");
}

TEST_F(ConfigTest, UnknownOptionIsAnErrorWithItsPlace) {
  std::string File =
      Dir.write(".clang-tidy", "CheckOptions:\n"
                               "  bugprone-x.Whatever: 1\n"
                               "  cancel-forward-token.Nonsense: 1\n");
  EXPECT_THAT(failure(), HasSubstr(File + ":3:3: unknown option 'Nonsense' of "
                                          "cancel-forward-token"));
}

TEST_F(ConfigTest, OptionOfAnUnknownCheckIsAnError) {
  std::string File =
      Dir.write(".clang-tidy", "CheckOptions:\n  cancel-forwardtoken.A: 1\n");
  EXPECT_EQ(failure(),
            File +
                ":2:3: option of an unknown check 'cancel-forwardtoken'; did "
                "you mean 'cancel-forward-token'?");
}

TEST_F(ConfigTest, BrokenYamlIsAnErrorWithItsPlace) {
  std::string File = Dir.write(".clang-tidy", "Checks: [a\nWarnings\n");
  EXPECT_THAT(failure(),
              testing::MatchesRegex(".*\\.clang-tidy:[0-9]+:[0-9]+: .*"));
}

TEST_F(ConfigTest, KeysOfOtherClangTidyVersionsAreRemarks) {
  std::string File = Dir.write(".clang-tidy", "AnalyzeTemporaryDtors: false\n"
                                              "FutureList:\n  - a\n  - b\n"
                                              "Checks: '-cancel-*'\n");
  EXPECT_THAT(get().EnabledChecks, IsEmpty());
  EXPECT_EQ(Failure, "");
  EXPECT_THAT(Warnings,
              ElementsAre(File + ":1:1: unknown key 'AnalyzeTemporaryDtors' "
                                 "(ignored)",
                          File + ":2:1: unknown key 'FutureList' (ignored)"));
}

TEST_F(ConfigTest, EmptyClangTidyIsPassedOver) {
  Dir.write("src/.clang-tidy", "");
  Dir.write(".clang-tidy", "Checks: '-cancel-*'\n");
  EXPECT_THAT(get().EnabledChecks, IsEmpty());
}

TEST_F(ConfigTest, BinaryClangTidyIsAnError) {
  std::string File =
      Dir.write(".clang-tidy", llvm::StringRef("Checks: \0a\n", 11));
  EXPECT_EQ(failure(), File + ":1:9: not a text file (it holds a zero byte)");
  Dir.write(".clang-tidy", "Checks:\n  '\xff'\n");
  EXPECT_EQ(failure(), File + ":2:4: not UTF-8 text");
}

TEST_F(ConfigTest, DumpListsWhatHolds) {
  Line.Checks = "-*,cancel-forward-token";
  auto Provider = ConfigProvider::create(Line);
  ASSERT_TRUE(bool(Provider));
  auto Text = (*Provider)->dump(Dir.path("a.cpp"));
  ASSERT_TRUE(bool(Text));
  EXPECT_THAT(*Text, HasSubstr("-*,cancel-forward-token"));
  auto Why = (*Provider)->explain(Dir.path("a.cpp"));
  ASSERT_TRUE(bool(Why));
  EXPECT_EQ(*Why, "'cancel-forward-token' is enabled in the --checks.\n");
}

// .cancel-tidy

TEST_F(ConfigTest, CancelTidyIsFoundInTheNearestParent) {
  Dir.write(".cancel-tidy", "GuessTokens: false\n");
  std::string File =
      Dir.write("src/.cancel-tidy", "GuessTokens: true\nRoot: ..\n"
                                    "Exclude: [third_party, '*.pb.h']\n");
  FileConfig Config = get();
  EXPECT_EQ(Failure, "");
  EXPECT_TRUE(Config.GuessTokens);
  EXPECT_EQ(Config.Root, Dir.Folder);
  EXPECT_THAT(Config.ReadFiles, ElementsAre(File));
  EXPECT_TRUE(Config.Exclude.matches(Dir.path("src/third_party/x/y.h")));
  EXPECT_TRUE(Config.Exclude.matches("/anywhere/a.pb.h"));
  EXPECT_FALSE(Config.Exclude.matches(Dir.path("src/third_party2/x.h")));
  EXPECT_FALSE(Config.Exclude.matches(Dir.path("third_party/x.h")));
}

TEST_F(ConfigTest, ModelsInlineAndInFilesAreAdded) {
  Dir.write("models/ours.yaml",
            "Family: ours\nTokens:\n  - Type: our::Token\n");
  std::string File =
      Dir.write(".cancel-tidy", "Models:\n"
                                "  - Family: mine\n"
                                "    Tokens:\n"
                                "      - Type: my::Token\n"
                                "        Poll: [stopped]\n"
                                "ModelFiles: [models/ours.yaml]\n"
                                "Costs:\n"
                                "  Blocking: ['my::wait']\n"
                                "  Resources:\n"
                                "    - Acquire: [my::take]\n"
                                "      Release: [my::give]\n");
  FileConfig Config = get();
  ASSERT_EQ(Failure, "");
  auto Models = Config.Models->models();
  ASSERT_EQ(Models.size(), TokenModels::builtin().models().size() + 2);
  const TokenModel &Mine = Models.back();
  EXPECT_EQ(Mine.Family, "mine");
  EXPECT_EQ(Mine.File, File);
  ASSERT_EQ(Mine.Tokens.size(), 1u);
  EXPECT_THAT(Mine.Tokens[0].Poll, ElementsAre("stopped"));
  EXPECT_TRUE(llvm::is_contained(Config.Models->costs().Blocking, "my::wait"));
  EXPECT_THAT(Config.Models->costs().Resources.back().Acquire,
              ElementsAre("my::take"));
  EXPECT_EQ(Config.ReadFiles.size(), 2u);
}

TEST_F(ConfigTest, UnknownKeyIsNamedWithItsPlaceAndTheNearestOne) {
  std::string File =
      Dir.write(".cancel-tidy", "GuessTokens: true\nModells: []\n");
  EXPECT_EQ(failure(), File + ":2:1: unknown key 'Modells'; did you mean "
                              "'Models'?");
}

TEST_F(ConfigTest, UnknownKeyInsideAModelIsNamed) {
  std::string File = Dir.write(".cancel-tidy", "Models:\n"
                                               "  - Family: mine\n"
                                               "    Tokens:\n"
                                               "      - Type: my::Token\n"
                                               "        Pol: [stopped]\n");
  EXPECT_EQ(failure(), File + ":5:9: unknown key 'Pol'; did you mean 'Poll'?");
}

TEST_F(ConfigTest, MissingModelFileIsNamedWithItsPlace) {
  std::string File = Dir.write(".cancel-tidy", "ModelFiles:\n  - none.yaml\n");
  EXPECT_EQ(failure(),
            File + ":2:5: ModelFiles: no file '" + Dir.path("none.yaml") + "'");
}

TEST_F(ConfigTest, BrokenModelFileIsNamedItself) {
  std::string Model = Dir.write("m.yaml", "Family: x\nTokns: []\n");
  Dir.write(".cancel-tidy", "ModelFiles: [m.yaml]\n");
  EXPECT_EQ(failure(),
            Model + ":2:1: unknown key 'Tokns'; did you mean 'Tokens'?");
}

TEST_F(ConfigTest, BrokenCancelTidyIsAnError) {
  std::string File = Dir.write(".cancel-tidy", "Models: [\n");
  EXPECT_THAT(failure(), testing::StartsWith(File + ":"));
  Dir.write(".cancel-tidy", "just text\n");
  EXPECT_THAT(failure(), testing::StartsWith(File + ":1:1: "));
  Dir.write(".cancel-tidy", "Exclude: ['a[']\n");
  EXPECT_THAT(failure(), HasSubstr(":1:12: Exclude: bad glob"));
  Dir.write(".cancel-tidy", "Root: nowhere\n");
  EXPECT_THAT(failure(), HasSubstr(":1:7: Root: no folder"));
  Dir.write(".cancel-tidy", "GuessTokens: maybe\n");
  EXPECT_THAT(failure(), HasSubstr(":1:14: "));
}

TEST_F(ConfigTest, EmptyCancelTidyMeansDefaults) {
  Dir.write(".cancel-tidy", "");
  get();
  EXPECT_EQ(Failure, "");
  Dir.write(".cancel-tidy", "# nothing yet\n");
  get();
  EXPECT_EQ(Failure, "");
  Dir.write(".cancel-tidy", "---\n");
  get();
  EXPECT_EQ(Failure, "");
  Dir.write("m.yaml", "\n");
  Dir.write(".cancel-tidy", "ModelFiles: [m.yaml]\n");
  EXPECT_EQ(failure(), Dir.path("m.yaml") + ": holds no model");
}

TEST_F(ConfigTest, OptionCancelConfigNamesAnotherPlace) {
  Dir.write(".cancel-tidy", "GuessTokens: false\n");
  Dir.write("config/cancel.yaml", "GuessTokens: true\n");
  Dir.write(".clang-tidy",
            "CheckOptions:\n  CancelConfig: config/cancel.yaml\n");
  EXPECT_TRUE(get().GuessTokens);
  EXPECT_EQ(Failure, "");
  Dir.write(".clang-tidy", "CheckOptions:\n  CancelConfig: nowhere.yaml\n");
  EXPECT_THAT(failure(), HasSubstr("option CancelConfig: no 'nowhere.yaml'"));
}

TEST_F(ConfigTest, FactsAreRelativeToWhereTheyAreNamed) {
  Dir.write(".cancel-tidy", "Facts: [facts/all.facts, /lib.facts]\n");
  EXPECT_THAT(get().Facts,
              testing::ElementsAre(Dir.path("facts/all.facts"), "/lib.facts"));
  // They are no input of the analysis of a TU.
  EXPECT_THAT(get().ReadFiles, testing::ElementsAre(Dir.path(".cancel-tidy")));
  Dir.write("more.facts", "");
  Dir.write(".clang-tidy",
            "CheckOptions:\n  CancelFacts: 'more.facts; none.facts'\n");
  Dir.write(".cancel-tidy", "");
  EXPECT_THAT(get().Facts,
              testing::ElementsAre(Dir.path("more.facts"), "none.facts"));
}

TEST_F(ConfigTest, CancelConfigOnTheCommandLineMustExist) {
  Line.CancelConfigFile = Dir.path("none");
  EXPECT_THAT(failure(),
              testing::StartsWith(Dir.path("none") + ": cannot be read"));
  Line.CancelConfigFile = Dir.write("x", "GuessTokens: true\n");
  EXPECT_TRUE(get().GuessTokens);
}

TEST_F(ConfigTest, ModelDirsAreReadOnce) {
  Dir.write("models/a.yaml", "Family: a\n---\nFamily: b\n");
  Dir.write("models/readme.txt", "no model");
  Line.ModelDirs = {Dir.path("models")};
  EXPECT_EQ(get().Models->models().size(),
            TokenModels::builtin().models().size() + 2);
  Line.ModelDirs = {Dir.path("nowhere")};
  EXPECT_THAT(failure(), testing::StartsWith(Dir.path("nowhere") + ": "));
}

TEST(GlobSet, LastMatchDecides) {
  GlobSet Set("a-*,-a-b*, a-bc \n -x");
  EXPECT_TRUE(Set.contains("a-x"));
  EXPECT_FALSE(Set.contains("a-b"));
  EXPECT_TRUE(Set.contains("a-bc"));
  EXPECT_FALSE(Set.contains("other"));
  EXPECT_TRUE(Set.contains("other", true));
  EXPECT_FALSE(Set.contains("x", true));
}

TEST(GlobSet, StarsMatchAnyText) {
  EXPECT_TRUE(matchesGlob("*", ""));
  EXPECT_TRUE(matchesGlob("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matchesGlob("a*b", "aXbY"));
  EXPECT_TRUE(matchesGlob("", ""));
  EXPECT_FALSE(matchesGlob("", "a"));
  EXPECT_FALSE(matchesGlob("a.c", "abc"));
}

} // namespace
