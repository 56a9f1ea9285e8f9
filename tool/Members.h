// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The members of what is written to pipes and files, for Wire.cpp and
// FactsFile.cpp: visit(Visit, X) calls Visit with all that are kept.
#ifndef CANCEL_TIDY_TOOL_MEMBERS_H
#define CANCEL_TIDY_TOOL_MEMBERS_H

#include "tool/Link.h"
#include "tool/Prelude.h"
#include "tool/ResultCache.h"
#include "tool/TuAnalyser.h"
#include "tool/Wire.h"
#include <map>
#include <string>
#include <type_traits>
#include <vector>

namespace cancel_tidy {

/// Our own structs: neither a container nor a string.
template <typename T> struct IsStruct : std::is_class<T> {};
template <> struct IsStruct<std::string> : std::false_type {};
template <typename T> struct IsStruct<std::vector<T>> : std::false_type {};
template <typename T>
struct IsStruct<std::map<std::string, T>> : std::false_type {};
template <typename T>
using IfStruct = std::enable_if_t<IsStruct<T>::value, int>;

// One list of members serves both directions. Naming all members first makes
// the compiler refuse a list that a new member is missing from.
#define UNPACK(...) __VA_ARGS__
#define MEMBERS(TYPE, ALL, ...)                                                \
  template <typename V> bool visit(V &Visit, TYPE &X) {                        \
    [[maybe_unused]] auto &[UNPACK ALL] = X;                                   \
    return Visit(__VA_ARGS__);                                                 \
  }
#define ALL_MEMBERS(TYPE, ...) MEMBERS(TYPE, (__VA_ARGS__), __VA_ARGS__)

// Raw locations mean nothing in another process.
MEMBERS(Place, (File, Offset, Length, Line, Column, Raw), File, Offset, Length,
        Line, Column)
MEMBERS(TextEdit, (File, Offset, Length, Text, Raw), File, Offset, Length, Text)
ALL_MEMBERS(Fix, Description, Edits)
ALL_MEMBERS(Note, Where, Message, IsStep)
ALL_MEMBERS(Atom, USR, Fact, WhenUndefined, Label)
ALL_MEMBERS(Condition, Clauses)
ALL_MEMBERS(Finding, CheckId, Level, CostRank, Message, Where, Spelled, Notes,
            Fixes, When, Family, Context, Pattern)
ALL_MEMBERS(DeafEnd, Because, Family, UnlessLooks)
ALL_MEMBERS(FunctionFacts, USR, Name, Looks, LooksIfAny, Long, Waits,
            LongBecause, LongVia, LongIfAny, WaitsIfAny, DeafEnds, DeafIfAny,
            Defined, Overrides)
ALL_MEMBERS(SuppressionMark, Where, Word, Names, Ran, Open, Lists, Removal,
            IsWanted, IsError)
ALL_MEMBERS(TuResult, MainFile, State, Findings, Facts, Instances, Families,
            UnmodelledTokens, Errors, Marks)
ALL_MEMBERS(ResolvedCall, File, Offset, Callee, CalleeFile, CalleeOffset)
ALL_MEMBERS(HeaderUse, Spelling, Path, IsSensitive)
ALL_MEMBERS(OwnFolder, Folder, Files)
ALL_MEMBERS(TuScan, Done, MaySeeToken, Headers, ShapeFiles, Flags, Macros,
            Tested, Folders, Used, Own, OtherFiles, TokenFiles, Inputs)
ALL_MEMBERS(TuOutcome, Result, ErrorCount, HasFatalError, Files, Inputs, Calls,
            Explanation, Seconds, Scan, IsSkipped, NotJudged, IsCached, Prelude,
            IsConfirmed)
// Baseline and fingerprint come last, in the process that reports.
MEMBERS(ReportedFinding,
        (F, IsError, Suppressed, SuppressedBy, InBaseline, LineKey, Print), F,
        IsError, Suppressed, SuppressedBy, LineKey)
ALL_MEMBERS(TuRecord, Result, HasFatalError, Findings, BadMarks)
ALL_MEMBERS(InputStamp, Path, IsRead, IsAbsent, Size, Modified, Hash)
ALL_MEMBERS(CachedTu, Result, ErrorCount, HasFatalError, Files, IsSkipped,
            ShapeFiles, NotJudged, Prelude, IsConfirmed, Inputs)
ALL_MEMBERS(PreludeMacroUse, Macro, DefinedIn, BySystem)
ALL_MEMBERS(PreludeFile, Path, Start, IsSystem, Includes, Uses, Changes)
ALL_MEMBERS(PreludeInfo, Flags, Folders, Files, Macros, Constant, Given,
            KnowsHolders, Holders, Inputs, PchSize, PchModified)
ALL_MEMBERS(TuCommand, MainFile, Directory, Arguments, Given)
ALL_MEMBERS(TuJob, ScanInputs, Kind, Prelude, PreludeFlags, Owned, Folders,
            Command, Contents, WantCalls, ExplainFile, ExplainLine, CacheKey)
ALL_MEMBERS(ProjectLayout, Root, BuildFolders, Given)
ALL_MEMBERS(WorkerSetup, Arguments, Layout)

#undef ALL_MEMBERS
#undef UNPACK
#undef MEMBERS

} // namespace cancel_tidy

#endif
