// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Manual.h"
#include "Version.inc"
#include "tool/Options.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// When the words below were last changed.
constexpr StringLiteral Date = "2026-11-29";

constexpr StringLiteral Head = R"(.SH NAME
cancel\-tidy \- find the places where cooperative cancellation stops
.SH SYNOPSIS
.B cancel\-tidy
.RI [ options ]
.RI [ files ...]
.RB [ \-\-
.IR "compiler flags" ]
.br
.B cancel\-tidy link
.RI [ options ]
.I facts files
.SH DESCRIPTION
.B cancel\-tidy
reads C++ as Clang reads it and reports where cooperative cancellation stops:
a function that holds a cancellation token and does not pass it on, loops
without looking at it, or waits where nobody can wake it.
It offers fixes that compile.
.PP
Without files, all of the compile database is analysed; folders stand for the
files of the database below them.
With
.BR \-\- ,
the files are compiled with the flags behind it, and no database is read.
.B cancel\-tidy link
joins facts files that
.B \-\-emit\-facts
wrote, and reports.
.PP
Findings go to standard output; errors, progress and a summary to standard
error.
.SH OPTIONS
Every option may be written with one dash or two, and its value behind
.B =
or as the next argument.
.BI @ file
reads arguments from a file.
)";

constexpr StringLiteral Tail = R"(.SH EXIT STATUS
The highest that applies.
.TP
.B 0
Nothing failing.
.TP
.B 1
Findings that are errors, or any with
.BR \-\-fail\-on=finding .
.TP
.B 2
Wrong usage or configuration, no compile database, a report that could not be
written, or nothing was analysed.
.TP
.B 3
Some source could not be analysed in full.
.TP
.B 130
Interrupted.
.SH FILES
.TP
.I compile_commands.json
The compile database, searched in the folder of the first file or the working
directory, in its folder
.IR build ,
and in the folders above.
.TP
.I .cancel\-tidy
Token models and what else a project says of itself, in the folder of a source
or the nearest above it.
.B \-\-init
writes one.
.TP
.I .clang\-tidy
Which checks run, and their options.
.SH EXAMPLES
.TP
.B cancel\-tidy \-p build
The whole program.
.TP
.B cancel\-tidy \-p build \-\-fix src/a.cpp
One source, with the fixes applied.
.TP
.B cancel\-tidy \-p build \-\-fail\-on=finding \-\-report=html:cancel.html
For CI: exit with 1 on any finding, and write a page to review.
.TP
.B cancel\-tidy a.cpp \-\- \-std=c++20
Without a compile database.
.SH SEE ALSO
.BR clang\-tidy\-)" CANCEL_TIDY_LLVM_MAJOR R"((1),
.BR clangd\-)" CANCEL_TIDY_LLVM_MAJOR R"((1)
.PP
The pages that are installed with the program, from
.I usage.md
on.
)";

/// Text that roff prints as it is.
std::string escaped(StringRef Text) {
  std::string Out;
  if (Text.starts_with(".") || Text.starts_with("'"))
    Out = "\\&";
  for (char C : Text)
    switch (C) {
    case '\\':
      Out += "\\e";
      break;
    case '-':
      Out += "\\-";
      break;
    case '\'':
      Out += "\\(aq";
      break;
    case '"':
      Out += "\\(dq";
      break;
    default:
      Out += C;
    }
  return Out;
}

/// "--checks=<globs>" with bold letters and a slanted name for the value.
std::string tag(const OptionText &T) {
  std::string Out = "\\fB" + escaped(T.Spelled) + "\\fR";
  const std::string Whole = withValue(T);
  for (char C : StringRef(Whole).drop_front(T.Spelled.size()))
    Out += C == '<' ? "\\fI" : C == '>' ? "\\fR" : escaped(StringRef(&C, 1));
  return Out;
}

} // namespace

void printManual(raw_ostream &OS) {
  OS << ".\\\" SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
     << ".TH CANCEL\\-TIDY 1 \"" << Date << "\" \"cancel-tidy "
     << CANCEL_TIDY_VERSION << "\" \"User Commands\"\n"
     << Head;
  for (const OptionSection &Section : optionSections()) {
    OS << ".SS " << escaped(Section.Title) << '\n';
    for (const OptionText &T : Section.Options) {
      OS << ".TP\n" << tag(T) << '\n';
      // A sentence a line: roff spaces them.
      for (StringRef Rest = T.Help; !Rest.empty();) {
        size_t End = Rest.find(". ");
        OS << escaped(Rest.take_front(End == StringRef::npos ? End : End + 1))
           << '\n';
        Rest = End == StringRef::npos ? "" : Rest.drop_front(End + 2);
      }
    }
  }
  OS << Tail;
}

} // namespace cancel_tidy
