// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Completion.h"
#include "checks/AllChecks.h"
#include "tool/Options.h"
#include "tool/report/Report.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// What may stand for the value of an option.
struct Values {
  enum Kind {
    Flag,   ///< no value
    Free,   ///< any text
    Words,  ///< one of Known
    List,   ///< Known, separated by commas
    Report, ///< one of Known, a colon, a file
    File,
    Folder,
  } What = Free;
  std::vector<StringRef> Known;
};

Values valuesOf(const OptionText &T) {
  if (T.Value.empty())
    return {Values::Flag, {}};
  StringRef Name = T.Spelled;
  if (Name == "--fail-on")
    return {Values::Words, {"finding"}};
  if (Name == "--completion")
    return {Values::Words, completionShells().vec()};
  Values V;
  if (Name == "--preset") {
    V.What = Values::Words;
    for (const PresetInfo &P : allPresets())
      V.Known.push_back(P.Name);
  } else if (Name == "--report") {
    V.What = Values::Report;
    for (const ReportFormat &F : reportFormats())
      V.Known.push_back(F.Name);
  } else if (T.Value == "<check>" || Name == "--checks" ||
             Name == "--warnings-as-errors") {
    V.What = T.Value == "<check>" ? Values::Words : Values::List;
    for (const CheckInfo &Info : allChecks())
      V.Known.push_back(Info.Id);
  } else if (Name == "-p" || T.Value.contains("<file>")) {
    V.What = Values::File;
  } else if (T.Value == "<folder>") {
    V.What = Values::Folder;
  }
  return V;
}

template <typename Function> void forEachOption(Function F) {
  for (const OptionSection &Section : optionSections())
    for (const OptionText &T : Section.Options)
      F(T, valuesOf(T));
}

/// The first sentence of the help, without its full stop.
StringRef brief(StringRef Help) {
  return Help.take_front(Help.find(". ")).rtrim('.');
}

constexpr StringLiteral BashHead =
    R"(# bash completion for cancel-tidy; cancel-tidy --completion=bash prints it.

_cancel_tidy() {
  local line=${COMP_LINE:0:COMP_POINT} word option= value= kind= known= i
  local found=() head= break short
  COMPREPLY=()
  # Bash breaks words at = and :, so take the word from the line.
  word=${line##*[[:space:]]}
  line=${line%"$word"}
  # What follows -- is for the compiler.
  if [[ $line == *[[:space:]]--[[:space:]]* ]]; then
    value=$word kind=file
  elif [[ $word == -*=* ]]; then
    option=${word%%=*} value=${word#*=} head=$option=
  elif [[ $word != -* ]]; then
    line=${line%"${line##*[![:space:]]}"}
    option=${line##*[[:space:]]} value=$word
  fi
  # One dash is as good as two.
  [[ $option == -[!-]?* ]] && option=-$option
  case $option in
)";

constexpr StringLiteral BashTail = R"(  case $kind in
    '')
      if [[ $word == -* && -z $value ]]; then
        mapfile -t found < <(compgen -W "$known_options" -- "$word")
        [[ ${#found[@]} -eq 1 && ${found[0]} == *= ]] && compopt -o nospace 2>/dev/null
      else
        mapfile -t found < <(compgen -f -- "$word"; [[ $COMP_CWORD -gt 1 ]] || compgen -W link -- "$word")
        compopt -o filenames 2>/dev/null
      fi
      head= ;;
    free) ;;
    words) mapfile -t found < <(compgen -W "$known" -- "$value") ;;
    list)
      # a,-b: what is before the last name stays.
      short=${value##*,} head=$head${value%"$short"}
      [[ $short == -* ]] && short=${short#-} head=$head-
      mapfile -t found < <(compgen -W "$known" -- "$short")
      compopt -o nospace 2>/dev/null ;;
    report)
      if [[ $value == *:* ]]; then
        head=$head${value%%:*}:
        mapfile -t found < <(compgen -f -- "${value#*:}")
        compopt -o filenames 2>/dev/null
      else
        mapfile -t found < <(compgen -W "$known" -S : -- "$value")
        compopt -o nospace 2>/dev/null
      fi ;;
    file | folder)
      if [[ $kind == file ]]; then
        mapfile -t found < <(compgen -f -- "$value")
      else
        mapfile -t found < <(compgen -d -- "$value")
      fi
      compopt -o filenames 2>/dev/null ;;
  esac
  # Bash puts the answer behind the last break in the word.
  short=
  for break in = :; do
    if [[ $COMP_WORDBREAKS == *$break* && $word == *$break* ]]; then
      known=${word%"${word##*$break}"}
      [[ ${#known} -gt ${#short} ]] && short=$known
    fi
  done
  for ((i = 0; i < ${#found[@]}; i++)); do
    known=$head${found[i]}
    COMPREPLY+=("${known#"$short"}")
  done
}
complete -F _cancel_tidy cancel-tidy
)";

void printBash(raw_ostream &OS) {
  OS << BashHead;
  std::string All;
  forEachOption([&](const OptionText &T, const Values &V) {
    const bool MayLack = T.Value.starts_with("[");
    All += (All.empty() ? "" : " ") + T.Spelled;
    if (V.What == Values::Flag)
      return;
    if (StringRef(T.Spelled).starts_with("--"))
      All += MayLack ? " " + T.Spelled + "=" : "=";
    constexpr StringLiteral Kinds[] = {"",       "free", "words", "list",
                                       "report", "file", "folder"};
    OS << "    " << T.Spelled << ") ";
    // Behind a space, what may lack is no value.
    if (MayLack)
      OS << "[[ -z $head ]] || ";
    OS << "kind=" << Kinds[V.What];
    if (!V.Known.empty())
      OS << " known='" << join(V.Known, " ") << '\'';
    OS << " ;;\n";
  });
  OS << "  esac\n  local known_options='" << All << "'\n" << BashTail;
}

/// Text between single quotes in zsh, where _arguments splits at brackets and
/// colons.
std::string zshQuoted(StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '\'')
      Out += "'\\''";
    else if (C == '[' || C == ']' || C == ':' || C == '\\')
      (Out += '\\') += C;
    else
      Out += C;
  }
  return Out;
}

void printZsh(raw_ostream &OS) {
  OS << R"(#compdef cancel-tidy
# zsh completion for cancel-tidy; cancel-tidy --completion=zsh prints it.

_cancel_tidy_first() {
  _alternative 'commands:command:((link\:"join facts files and report"))' \
    'files:file:_files'
}

_cancel_tidy_report() {
  if compset -P '*:'; then _files; else compadd -S : -- "$@"; fi
}

_cancel_tidy() {
  _arguments -S \
)";
  forEachOption([&](const OptionText &T, const Values &V) {
    StringRef Spelled = T.Spelled;
    const bool MayLack = T.Value.starts_with("[");
    OS << "    '"
       << (T.Help.find("may be repeated") == std::string::npos ? "" : "*")
       << Spelled;
    if (V.What != Values::Flag && Spelled.starts_with("--"))
      OS << (MayLack ? "=-" : "=");
    OS << '[' << zshQuoted(brief(T.Help)) << ']';
    if (V.What != Values::Flag)
      OS << (MayLack ? "::" : ":") << zshQuoted(T.Value) << ':';
    switch (V.What) {
    case Values::Flag:
      break;
    case Values::Free:
      OS << ' ';
      break;
    case Values::Words:
      OS << '(' << join(V.Known, " ") << ')';
      break;
    case Values::List:
      OS << "_sequence compadd - " << join(V.Known, " ");
      break;
    case Values::Report:
      OS << "_cancel_tidy_report " << join(V.Known, " ");
      break;
    case Values::File:
      OS << "_files";
      break;
    case Values::Folder:
      OS << "_files -/";
      break;
    }
    OS << "' \\\n";
  });
  OS << R"(    '1:file or link:_cancel_tidy_first' \
    '*:file:_files'
}

# Read as a function of that name, or by source.
if [[ $funcstack[1] == _cancel-tidy ]]; then
  _cancel_tidy "$@"
else
  compdef _cancel_tidy cancel-tidy
fi
)";
}

std::string fishQuoted(StringRef Text) {
  std::string Out = "'";
  for (char C : Text) {
    if (C == '\'' || C == '\\')
      Out += '\\';
    Out += C;
  }
  return Out + "'";
}

void printFish(raw_ostream &OS) {
  OS << "# fish completion for cancel-tidy; cancel-tidy --completion=fish "
        "prints it.\n\n"
        "complete -c cancel-tidy -n __fish_use_subcommand -a link -d 'Join "
        "facts files and report'\n";
  forEachOption([&](const OptionText &T, const Values &V) {
    StringRef Name = T.Spelled;
    OS << "complete -c cancel-tidy "
       << (Name.consume_front("--") ? "-l " : "-s ") << Name.ltrim('-');
    std::vector<std::string> Words;
    for (StringRef Word : V.Known)
      Words.push_back(Word.str() + (V.What == Values::Report ? ":" : ""));
    switch (V.What) {
    case Values::Flag:
      break;
    case Values::Free:
      OS << " -x";
      break;
    case Values::Words:
    case Values::Report:
      OS << " -x -a " << fishQuoted(join(Words, " "));
      break;
    case Values::List:
      OS << " -x -a \"(__fish_append , " << join(Words, " ") << ")\"";
      break;
    case Values::File:
      // A value that may lack is none that fish waits for.
      OS << (T.Value.starts_with("[") ? "" : " -r -F");
      break;
    case Values::Folder:
      OS << " -x -a '(__fish_complete_directories)'";
      break;
    }
    OS << " -d " << fishQuoted(brief(T.Help)) << '\n';
  });
}

} // namespace

ArrayRef<StringRef> completionShells() {
  static constexpr StringRef Shells[] = {"bash", "zsh", "fish"};
  return Shells;
}

void printCompletion(raw_ostream &OS, StringRef Shell) {
  if (Shell == "bash")
    printBash(OS);
  else if (Shell == "zsh")
    printZsh(OS);
  else
    printFish(OS);
}

} // namespace cancel_tidy
