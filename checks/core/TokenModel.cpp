// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "checks/core/TokenModel.h"
#include "checks/core/TokenModelYAML.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;

namespace cancel_tidy {
namespace {

/// The first complaint of a YAML reader, as one line.
struct FirstError {
  std::string File;
  std::string Message;

  static void handle(const SMDiagnostic &D, void *Self) {
    auto &E = *static_cast<FirstError *>(Self);
    if (!E.Message.empty() || D.getKind() != SourceMgr::DK_Error)
      return;
    E.Message = (Twine(E.File) + ":" + Twine(D.getLineNo()) + ":" +
                 Twine(D.getColumnNo() + 1) + ": " + D.getMessage())
                    .str();
  }

  Error take() const {
    return createStringError(std::errc::invalid_argument, "%s",
                             Message.empty()
                                 ? (File + ": not a YAML mapping").c_str()
                                 : Message.c_str());
  }
};

void append(std::vector<std::string> &To,
            const std::vector<std::string> &From) {
  To.insert(To.end(), From.begin(), From.end());
}

struct EmbeddedFile {
  const char *Name;
  const char *Text;
};

const EmbeddedFile BuiltinModelFiles[] = {
#include "BuiltinModels.inc"
    {nullptr, nullptr}};

const EmbeddedFile BuiltinCostFiles[] = {
#include "BuiltinCosts.inc"
    {nullptr, nullptr}};

} // namespace

const TokenModels &TokenModels::builtin() {
  static const TokenModels Builtin = [] {
    TokenModels M;
    for (const EmbeddedFile *F = BuiltinModelFiles; F->Name; ++F)
      if (Error E = M.addModels(F->Text, F->Name))
        report_fatal_error(std::move(E));
    for (const EmbeddedFile *F = BuiltinCostFiles; F->Name; ++F)
      if (Error E = M.addCosts(F->Text, F->Name))
        report_fatal_error(std::move(E));
    return M;
  }();
  return Builtin;
}

Error TokenModels::addModels(StringRef Text, StringRef FileName) {
  FirstError First{FileName.str(), {}};
  yaml::Input In(Text, nullptr, FirstError::handle, &First);
  std::vector<TokenModel> Read;
  do {
    TokenModel M;
    In >> M;
    if (In.error())
      return First.take();
    M.File = FileName.str();
    Read.push_back(std::move(M));
  } while (In.nextDocument());
  for (TokenModel &M : Read)
    add(std::move(M));
  return Error::success();
}

Error TokenModels::addCosts(StringRef Text, StringRef FileName) {
  FirstError First{FileName.str(), {}};
  yaml::Input In(Text, nullptr, FirstError::handle, &First);
  CostTable Table;
  In >> Table;
  if (In.error())
    return First.take();
  add(Table);
  return Error::success();
}

void TokenModels::add(TokenModel Model) { Models.push_back(std::move(Model)); }

void TokenModels::add(const CostTable &T) {
  // A table that names one for any language has the last word.
  for (const auto *Names : {&T.Blocking, &T.Long})
    for (StringRef Name : *Names) {
      if (!T.FunctionsOfC)
        Costs.NamesOfC.erase(Name);
      else if (!Name.contains("::"))
        Costs.NamesOfC.insert(Name);
    }
  append(Costs.Blocking, T.Blocking);
  append(Costs.Long, T.Long);
  append(Costs.Cheap, T.Cheap);
  append(Costs.RunsEach, T.RunsEach);
  append(Costs.RunsForever, T.RunsForever);
  append(Costs.RunsOnce, T.RunsOnce);
  append(Costs.Spawns, T.Spawns);
  append(Costs.Steps, T.Steps);
  Costs.Resources.insert(Costs.Resources.end(), T.Resources.begin(),
                         T.Resources.end());
  append(Costs.Commits, T.Commits);
}

} // namespace cancel_tidy
