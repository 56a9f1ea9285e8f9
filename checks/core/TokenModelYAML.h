// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How models and cost tables are written in YAML. Shared with the reader of
// `.cancel-tidy`, which holds the same things below its own keys.
#ifndef CANCEL_TIDY_CHECKS_CORE_TOKENMODELYAML_H
#define CANCEL_TIDY_CHECKS_CORE_TOKENMODELYAML_H

#include "checks/core/TokenModel.h"
#include "llvm/Support/YAMLTraits.h"

LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::TokenType)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::SourceType)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::CarrierType)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::StatusType)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::WaitReplacement)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::TokenModel)
LLVM_YAML_IS_SEQUENCE_VECTOR(cancel_tidy::ResourcePair)

namespace llvm::yaml {

template <> struct ScalarEnumerationTraits<cancel_tidy::AnswerSense> {
  static void enumeration(IO &IO, cancel_tidy::AnswerSense &V) {
    IO.enumCase(V, "none", cancel_tidy::AnswerSense::None);
    IO.enumCase(V, "cancelled", cancel_tidy::AnswerSense::Cancelled);
    IO.enumCase(V, "more", cancel_tidy::AnswerSense::More);
    IO.enumCase(V, "throws", cancel_tidy::AnswerSense::Throws);
  }
};

template <> struct ScalarEnumerationTraits<cancel_tidy::TokenPosition> {
  static void enumeration(IO &IO, cancel_tidy::TokenPosition &V) {
    IO.enumCase(V, "any", cancel_tidy::TokenPosition::Any);
    IO.enumCase(V, "first", cancel_tidy::TokenPosition::First);
    IO.enumCase(V, "last", cancel_tidy::TokenPosition::Last);
    IO.enumCase(V, "ends", cancel_tidy::TokenPosition::Ends);
  }
};

template <> struct MappingTraits<cancel_tidy::TokenType> {
  static void mapping(IO &IO, cancel_tidy::TokenType &T) {
    IO.mapRequired("Type", T.Type);
    IO.mapOptional("Poll", T.Poll);
    IO.mapOptional("PollMore", T.PollMore);
    IO.mapOptional("Throw", T.Throw);
    IO.mapOptional("Throws", T.Throws);
    IO.mapOptional("Status", T.Status);
    IO.mapOptional("Possible", T.Possible);
    IO.mapOptional("Derive", T.Derive);
    IO.mapOptional("Same", T.Same);
    IO.mapOptional("Register", T.Register);
    IO.mapOptional("Wait", T.Wait);
    IO.mapOptional("Request", T.Request);
    IO.mapOptional("Bool", T.Bool);
    IO.mapOptional("Call", T.Call);
    IO.mapOptional("DefaultIsNone", T.DefaultIsNone);
    IO.mapOptional("SingleUse", T.SingleUse);
    IO.mapOptional("IsSource", T.IsSource);
    IO.mapOptional("LinkedByDefault", T.LinkedByDefault);
    IO.mapOptional("Subclasses", T.Subclasses);
    IO.mapOptional("IsContext", T.IsContext);
    IO.mapOptional("Position", T.Position);
  }
};

template <> struct MappingTraits<cancel_tidy::SourceType> {
  static void mapping(IO &IO, cancel_tidy::SourceType &S) {
    IO.mapRequired("Type", S.Type);
    IO.mapOptional("Token", S.Token);
    IO.mapOptional("Poll", S.Poll);
    IO.mapOptional("Request", S.Request);
    IO.mapOptional("LinkedByConstructor", S.LinkedByConstructor);
    IO.mapOptional("RequestsItself", S.RequestsItself);
  }
};

template <> struct MappingTraits<cancel_tidy::CarrierType> {
  static void mapping(IO &IO, cancel_tidy::CarrierType &C) {
    IO.mapRequired("Type", C.Type);
    IO.mapRequired("Token", C.Token);
  }
};

template <> struct MappingTraits<cancel_tidy::StatusType> {
  static void mapping(IO &IO, cancel_tidy::StatusType &S) {
    IO.mapRequired("Type", S.Type);
    IO.mapOptional("Ok", S.Ok);
    IO.mapOptional("Failed", S.Failed);
    IO.mapOptional("Cancelled", S.Cancelled);
  }
};

template <> struct MappingTraits<cancel_tidy::FunctionNames> {
  static void mapping(IO &IO, cancel_tidy::FunctionNames &F) {
    IO.mapOptional("Poll", F.Poll);
    IO.mapOptional("PollMore", F.PollMore);
    IO.mapOptional("Throw", F.Throw);
    IO.mapOptional("Wait", F.Wait);
    IO.mapOptional("WaitReturns", F.WaitReturns);
    IO.mapOptional("Combine", F.Combine);
    IO.mapOptional("Register", F.Register);
    IO.mapOptional("None", F.None);
  }
};

template <> struct MappingTraits<cancel_tidy::WaitReplacement> {
  static void mapping(IO &IO, cancel_tidy::WaitReplacement &W) {
    IO.mapRequired("Call", W.Call);
    IO.mapOptional("Use", W.Use);
    IO.mapOptional("Name", W.Name);
    IO.mapOptional("Needs", W.Needs);
  }
};

template <> struct MappingTraits<cancel_tidy::TokenModel> {
  static void mapping(IO &IO, cancel_tidy::TokenModel &M) {
    IO.mapRequired("Family", M.Family);
    IO.mapOptional("Tokens", M.Tokens);
    IO.mapOptional("Sources", M.Sources);
    IO.mapOptional("Carriers", M.Carriers);
    IO.mapOptional("Functions", M.Functions);
    IO.mapOptional("Registrations", M.Registrations);
    IO.mapOptional("OwningRegistrations", M.OwningRegistrations);
    IO.mapOptional("Exceptions", M.Exceptions);
    IO.mapOptional("ThrowingWaits", M.ThrowingWaits);
    IO.mapOptional("Statuses", M.Statuses);
    IO.mapOptional("Concepts", M.Concepts);
    IO.mapOptional("AmbientTasks", M.AmbientTasks);
    IO.mapOptional("Waits", M.Waits);
  }
};

template <>
struct ScalarEnumerationTraits<cancel_tidy::ResourcePair::HandleKind> {
  static void enumeration(IO &IO, cancel_tidy::ResourcePair::HandleKind &V) {
    using Kind = cancel_tidy::ResourcePair::HandleKind;
    IO.enumCase(V, "result", Kind::Result);
    IO.enumCase(V, "object", Kind::Object);
  }
};

template <> struct MappingTraits<cancel_tidy::ResourcePair> {
  static void mapping(IO &IO, cancel_tidy::ResourcePair &R) {
    IO.mapRequired("Acquire", R.Acquire);
    IO.mapRequired("Release", R.Release);
    IO.mapOptional("Handle", R.Handle);
    IO.mapOptional("Borrow", R.Borrow);
    IO.mapOptional("Done", R.Done);
  }
};

template <> struct MappingTraits<cancel_tidy::CostTable> {
  static void mapping(IO &IO, cancel_tidy::CostTable &C) {
    IO.mapOptional("Blocking", C.Blocking);
    IO.mapOptional("Long", C.Long);
    IO.mapOptional("Cheap", C.Cheap);
    IO.mapOptional("RunsEach", C.RunsEach);
    IO.mapOptional("RunsForever", C.RunsForever);
    IO.mapOptional("RunsOnce", C.RunsOnce);
    IO.mapOptional("Spawns", C.Spawns);
    IO.mapOptional("Steps", C.Steps);
    IO.mapOptional("Resources", C.Resources);
    IO.mapOptional("Commits", C.Commits);
    IO.mapOptional("FunctionsOfC", C.FunctionsOfC);
  }
};

} // namespace llvm::yaml

#endif
