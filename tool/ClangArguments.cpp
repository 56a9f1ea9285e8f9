// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/ClangArguments.h"
#include "tool/ResourceFolder.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#if LLVM_VERSION_MAJOR >= 22
#include "clang/Options/Options.h"
#else
#include "clang/Driver/Options.h"
#endif

using namespace llvm;

#if LLVM_VERSION_MAJOR >= 22
namespace options = clang::options;
using clang::getDriverOptTable;
#else
namespace options = clang::driver::options;
using clang::driver::getDriverOptTable;
#endif

namespace cancel_tidy {
namespace {

/// ccache and its like stand in front of the compiler.
bool isLauncher(StringRef Argument) {
  static constexpr StringLiteral Names[] = {"ccache", "sccache",    "distcc",
                                            "icecc",  "buildcache", "gomacc"};
  return is_contained(Names, sys::path::stem(Argument));
}

bool isClCompiler(ArrayRef<std::string> Arguments) {
  for (StringRef A : Arguments)
    if (A.consume_front("--driver-mode="))
      return A == "cl";
  StringRef Stem = sys::path::stem(Arguments.front());
  return Stem.equals_insensitive("cl") || Stem.ends_with("clang-cl");
}

enum class Keep {
  Yes,
  No,
};

/// Flags that decide what is written and what is warned about; a parse needs
/// none of them, and some would refuse to run.
Keep judge(const opt::Arg &A, StringRef Text) {
  const opt::Option &Option = A.getOption();
  if (Option.matches(options::OPT_M_Group))
    return Keep::No;
  switch (Option.getID()) {
  case options::OPT_UNKNOWN:
  case options::OPT_INPUT:
  case options::OPT_c:
  case options::OPT_S:
  case options::OPT_E:
  case options::OPT_o:
  case options::OPT_v:
  case options::OPT__HASH_HASH_HASH:
  case options::OPT_emit_llvm:
  case options::OPT_fsyntax_only:
  case options::OPT_save_temps:
  case options::OPT_save_temps_EQ:
  case options::OPT_fplugin_EQ:
  case options::OPT_pedantic_errors:
  case options::OPT_resource_dir:
  case options::OPT_resource_dir_EQ:
  case options::OPT_fprofile_use:
  case options::OPT_fprofile_use_EQ:
  case options::OPT_fprofile_instr_use_EQ:
  case options::OPT_ftime_trace:
  case options::OPT_ftime_trace_EQ:
  case options::OPT_gsplit_dwarf:
  case options::OPT_gsplit_dwarf_EQ:
  case options::OPT_fmodule_output:
  case options::OPT_fmodule_output_EQ:
  case options::OPT__SLASH_c:
  case options::OPT__SLASH_Fo:
  case options::OPT__SLASH_Fd:
  case options::OPT__SLASH_Fp:
  case options::OPT__SLASH_Yc:
  case options::OPT__SLASH_Yu:
  case options::OPT__SLASH_showIncludes:
    return Keep::No;
  default:
    break;
  }
  if (Text.starts_with("-Wp,"))
    return Text.starts_with("-Wp,-M") ? Keep::No : Keep::Yes;
  if (Text.starts_with("-W"))
    return Keep::No;
  if (Text.starts_with("--serialize-diagnostics") ||
      Text.starts_with("-fplugin-arg-") || Text.starts_with("-fdiagnostics"))
    return Keep::No;
  return Keep::Yes;
}

/// Collects the arguments to keep.
class Cleaner {
public:
  explicit Cleaner(const TuCommand &Command) : Command(Command) {}

  void option(const opt::Arg &A, ArrayRef<std::string> Text) {
    if (A.getOption().matches(options::OPT_Xclang)) {
      forFrontend(Text.back());
      return;
    }
    if (A.getOption().matches(options::OPT_include)) {
      include(A.getValue());
      return;
    }
    if (A.getOption().matches(options::OPT_include_pch)) {
      precompiled(A.getValue());
      return;
    }
    if (judge(A, Text.front()) == Keep::Yes)
      Kept.insert(Kept.end(), Text.begin(), Text.end());
  }

  /// The includes go last, in their order, as flags of the frontend: the driver
  /// would put a precompiled header in the place of one.
  std::vector<std::string> finish() {
    for (const std::string &File : PrecompiledFrom)
      if (!is_contained(Includes, File))
        Includes.insert(Includes.begin(), File);
    for (const std::string &File : Includes)
      Kept.insert(Kept.end(), {"-Xclang", "-include", "-Xclang", File});
    return std::move(Kept);
  }

private:
  /// The value of one -Xclang; an option may take the value of the next.
  void forFrontend(StringRef Value) {
    if (!Pending.empty()) {
      std::string Option = std::exchange(Pending, "");
      if (Option == "-include")
        include(Value);
      else if (Option == "-include-pch")
        precompiled(Value);
      return;
    }
    if (Value == "-include" || Value == "-include-pch" || Value == "-load" ||
        Value == "-add-plugin" || Value == "-plugin" ||
        Value.starts_with("-plugin-arg")) {
      Pending = Value.str();
      return;
    }
    Kept.insert(Kept.end(), {"-Xclang", Value.str()});
  }

  void include(StringRef File) {
    if (!is_contained(Includes, File))
      Includes.push_back(File.str());
  }

  void precompiled(StringRef File) {
    StringRef Header = File;
    if (Header.consume_back(".pch") || Header.consume_back(".gch"))
      if (sys::fs::exists(absolutePath(Header, Command.Directory)))
        PrecompiledFrom.push_back(Header.str());
  }

  const TuCommand &Command;
  std::vector<std::string> Kept, Includes, PrecompiledFrom;
  std::string Pending; ///< option of the frontend that waits for its value
};

bool isRemoved(StringRef Argument, ArrayRef<std::string> Removed) {
  return any_of(Removed, [&](StringRef R) {
    return R.consume_back("*") ? Argument.starts_with(R) : Argument == R;
  });
}

} // namespace

std::vector<std::string> prepareArguments(const TuCommand &Command,
                                          const CommandEdits &Edits) {
  ArrayRef<std::string> Given = Command.Arguments;
  while (Given.size() > 1 && isLauncher(Given.front()))
    Given = Given.drop_front();

  std::vector<std::string> All = {Given.empty() ? "clang-tool" : Given.front()};
  All.insert(All.end(), Edits.Before.begin(), Edits.Before.end());
  for (const std::string &A : Given.drop_front(Given.empty() ? 0 : 1)) {
    if (A == "--")
      break;
    if (!isRemoved(A, Edits.Removed))
      All.push_back(A);
  }
  All.insert(All.end(), Edits.After.begin(), Edits.After.end());
  clang::tooling::addTargetAndModeForProgramName(All, All.front());

  std::vector<const char *> Pointers;
  for (const std::string &A : All)
    Pointers.push_back(A.c_str());
  opt::InputArgList List(Pointers.data(), Pointers.data() + Pointers.size());
  bool Cl = isClCompiler(All);
  opt::Visibility Visible(Cl ? unsigned(options::CLOption)
                             : unsigned(options::ClangOption));

  Cleaner Clean(Command);
  for (unsigned I = 1; I < All.size();) {
    unsigned Begin = I;
    std::unique_ptr<opt::Arg> A =
        getDriverOptTable().ParseOneArg(List, I, Visible);
    if (!A) // The last option lacks its value.
      break;
    Clean.option(*A, ArrayRef<std::string>(All).slice(Begin, I - Begin));
  }

  std::vector<std::string> Result = {All.front()};
  std::vector<std::string> Kept = Clean.finish();
  Result.insert(Result.end(), Kept.begin(), Kept.end());
  if (!clangResourceFolder().empty())
    Result.push_back("-resource-dir=" + clangResourceFolder());
  // A compiler of its own says what it wants to warn about. What Clang makes
  // an error and others do not (narrowing) is off as well.
  Result.insert(Result.end(), {"-fsyntax-only", "-Wno-everything", "-Xclang",
                               "-ferror-limit", "-Xclang", "0"});
  if (Cl)
    Result.push_back("--");
  Result.push_back(Command.MainFile);
  return Result;
}

std::vector<std::string> macrosOf(const std::vector<std::string> &Arguments) {
  std::vector<std::string> Macros;
  for (size_t I = 1; I < Arguments.size(); ++I) {
    StringRef A = Arguments[I];
    if (!A.starts_with("-D") && !A.starts_with("-U"))
      continue;
    std::string Sign = A[1] == 'U' ? "-U" : "";
    if (A.size() > 2)
      Macros.push_back(Sign + A.drop_front(2).str());
    else if (I + 1 < Arguments.size())
      Macros.push_back(Sign + Arguments[++I]);
  }
  return Macros;
}

StringRef macroName(StringRef Macro) {
  Macro.consume_front("-U");
  return Macro.take_until([](char C) { return C == '=' || C == '('; });
}

std::vector<std::string>
withoutFolders(const std::vector<std::string> &Arguments,
               function_ref<bool(StringRef)> IsKept) {
  std::vector<std::string> Kept;
  for (size_t I = 0; I < Arguments.size(); ++I) {
    StringRef Folder = Arguments[I];
    StringRef Option;
    for (StringRef One : {"-iquote", "-isystem", "-I"})
      if (Option.empty() && Folder != "-isystem-after" &&
          Folder.consume_front(One))
        Option = One;
    if (Option.empty()) {
      Kept.push_back(Arguments[I]);
      continue;
    }
    if (Folder.empty() && I + 1 < Arguments.size())
      Folder = Arguments[++I];
    if (Folder.size() > 1)
      Folder = Folder.rtrim('/');
    std::string Both = (Option + Folder).str();
    if (IsKept(Both))
      Kept.push_back(std::move(Both));
  }
  return Kept;
}

std::vector<std::string>
searchFoldersOf(const std::vector<std::string> &Arguments) {
  std::vector<std::string> Folders;
  withoutFolders(Arguments, [&](StringRef Folder) {
    Folders.push_back(Folder.str());
    return false;
  });
  return Folders;
}

bool removeRefusedArgument(std::vector<std::string> &Arguments,
                           StringRef ErrorMessage) {
  // Driver messages quote an argument, or the value and then the option:
  //   unsupported option '-mfoo' for target 'x', unknown target CPU 'bar'
  SmallVector<StringRef, 4> Quoted;
  for (StringRef Rest = ErrorMessage;;) {
    size_t Open = Rest.find('\'');
    if (Open == StringRef::npos)
      break;
    size_t Close = Rest.find('\'', Open + 1);
    if (Close == StringRef::npos)
      break;
    Quoted.push_back(Rest.slice(Open + 1, Close));
    Rest = Rest.drop_front(Close + 1);
  }
  // The compiler in front and the main file at the end stay.
  for (StringRef Text : Quoted)
    for (size_t I = 1; I + 1 < Arguments.size(); ++I) {
      StringRef A = Arguments[I];
      bool IsIt =
          A == Text ||
          (Text.starts_with("-") && Text.size() > 2 && A.starts_with(Text)) ||
          (A.starts_with("-m") && A.ends_with("=" + Text.str()));
      // A wrong standard or target would make nonsense of the rest.
      if (!IsIt || A == "-fsyntax-only" || A.starts_with("-std=") ||
          A.contains("-target"))
        continue;
      bool Frontend = I > 0 && Arguments[I - 1] == "-Xclang";
      Arguments.erase(Arguments.begin() + I - Frontend,
                      Arguments.begin() + I + 1);
      return true;
    }
  return false;
}

} // namespace cancel_tidy
