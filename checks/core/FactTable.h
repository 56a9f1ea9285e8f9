// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The facts of any number of TUs, joined, with all that follows from them.
// Functions go by a hash of their USR: a program has millions of them.
#ifndef CANCEL_TIDY_CHECKS_CORE_FACTTABLE_H
#define CANCEL_TIDY_CHECKS_CORE_FACTTABLE_H

#include "checks/core/Condition.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cancel_tidy {

/// Stands for a function: a hash of its USR, below 2^63.
using FunctionId = uint64_t;
FunctionId functionId(llvm::StringRef USR);

/// What one body says of its function. Where TUs disagree there are several.
struct BodyFacts {
  struct Callee {
    FunctionId Id = 0;
    llvm::StringRef Name;       ///< as a reader knows it
    bool IfLooks = false;       ///< the caller looks if it does
    bool IfLong = false;        ///< the caller is long if it is
    bool WhenUndefined = false; ///< ... and if nobody defines it
    bool IsReason = false;      ///< the caller is long because of it
    bool IfDeaf = false;        ///< the caller is deaf if it is
    bool IsPure = false;        ///< ... and nobody can define it
    bool IfWaits = false;       ///< the caller waits if it does
  };
  struct End { ///< see DeafEnd
    llvm::StringRef Because, Family;
    bool UnlessLooks = false;
  };
  bool Looks = false;
  bool Long = false;
  bool Waits = false; ///< see FunctionFacts
  llvm::StringRef LongBecause;
  std::vector<End> Ends;
  std::vector<Callee> Callees;
};

/// The way on which a function stays where no token could reach.
struct DeafWay {
  struct Step {
    Place Where;      ///< the name of the function in its definition
    std::string Text; ///< "'retry' waits in 'sleep_for'"
  };
  std::string Text;        ///< "it calls 'retry', which waits in 'sleep_for'"
  std::vector<Step> Steps; ///< without those whose place is not known
};

/// What follows for a function, see the queries of FactTable.
enum Answer : uint8_t {
  Looks = 1,
  LooksOpen = 2, ///< reaches a function that nobody defines
  LongOpen = 4,
  LongOpenRun = 8,
  LongClosedRun = 16,
  WaitsOpenRun = 32,
  WaitsClosedRun = 64,
  WaitsOpen = 128,
};

/// One function as linked facts keep it. Without bodies and overriders it is
/// one that somebody names and nobody defines.
struct LinkedFunction {
  FunctionId Id = 0;
  llvm::StringRef Name;     ///< only if it overrides
  bool Overridable = false; ///< virtual and not final
  std::vector<BodyFacts> Bodies;
  std::vector<FunctionId> Overriders;
  Place Defined; ///< see FunctionFacts
  uint8_t Answers =
      0; ///< where they were written, if nothing has changed since
};

/// Facts that are kept elsewhere. Thread-safe.
class FactSource {
public:
  virtual ~FactSource() = default;
  /// None where it was never named.
  virtual std::optional<LinkedFunction> find(FunctionId Id) const = 0;
  /// Whether it knows a whole program: what it names and does not define is
  /// defined nowhere.
  virtual bool isWhole() const = 0;
  /// Whether a TU judged an instance of that template.
  virtual bool hasInstance(FunctionId Pattern) const = 0;
};

/// Not thread-safe while being filled. USRs are hashed where they come in.
class FactTable {
public:
  FactTable() = default;
  FactTable(FactTable &&) = default;
  FactTable &operator=(FactTable &&) = default;

  /// Adds F. Where records of one USR disagree (ODR violations), it looks if
  /// one of them does, and is long if all of them are. Their order does not
  /// matter.
  void add(const FunctionFacts &F);
  void add(const LinkedFunction &F);
  /// A TU has judged an instance of the template Pattern: its findings are
  /// those of the template.
  void addInstance(FunctionId Pattern) { Instances.insert(Pattern); }

  /// Looks up in Source what nobody added, as far as later calls of ask() need
  /// it. Of many thousand functions that something leads to, those nearest to
  /// it are looked at anew; for the others, what Source concluded stands.
  /// AsPart: whatever it says, it is not taken for a whole program.
  void use(std::shared_ptr<const FactSource> Source, bool AsPart = false);
  /// Conditions that will be settled.
  void ask(const Condition &When);

  /// Computes the answers; call after the last add() and ask(). Costs nothing
  /// where nothing new was asked.
  void link();

  bool defines(llvm::StringRef USR) const;
  /// Not defined, and a source that is whole says so.
  bool knowsUndefined(llvm::StringRef USR) const;
  /// Whether an instance of that template was judged, as somebody added or as
  /// a source knows.
  bool hasInstance(llvm::StringRef Pattern) const;
  const std::set<FunctionId> &instances() const { return Instances; }
  bool looks(llvm::StringRef USR) const;
  /// Closed: what nobody defines answers by Atom::WhenUndefined.
  bool isLong(llvm::StringRef USR, bool Closed) const;
  /// Long, and not only as it calculates.
  bool waits(llvm::StringRef USR, bool Closed) const;
  /// Whether looks() (isLong() or waits() in an open run) could still turn true
  /// if more functions were known.
  bool looksOpen(llvm::StringRef USR) const;
  bool longOpen(llvm::StringRef USR) const;
  bool waitsOpen(llvm::StringRef USR) const;

  /// "'slow' calls 'helper', which calls 'read'": the shortest way on which the
  /// function, called Name, comes to run long, or to wait. Empty where its name
  /// is all that is known.
  std::string chain(llvm::StringRef USR, llvm::StringRef Name, bool Closed,
                    bool Waits = false) const;

  /// The shortest way, of a few calls at most, on which the function, called
  /// Name, stays where no token of Family could reach; none where there is
  /// none, or none is known. Where TUs disagree, and of a virtual function's
  /// overriders, all must be deaf. IsPure: nobody can define the function
  /// itself.
  std::optional<DeafWay> deafWay(llvm::StringRef USR, llvm::StringRef Name,
                                 bool IsPure, llvm::StringRef Family,
                                 bool Closed) const;
  /// How many calls such a way has.
  static constexpr unsigned MaxDeafCalls = 3;

  /// Functions that have a body or an overrider.
  size_t size() const;
  /// Every function that somebody added or named, in order of the ids. The same
  /// facts give the same calls.
  void visit(llvm::function_ref<void(const LinkedFunction &)> Visit) const;

private:
  using Index = uint32_t;
  static constexpr Index None = ~0u;
  struct Edge {
    Index To;
    Index Name;
    bool IfLooks, IfLong, WhenUndefined, IsReason, IfDeaf, IsPure, IfWaits;
    bool carries(Answer A) const {
      if (A == Looks || A == LooksOpen)
        return IfLooks;
      return A >= WaitsOpenRun ? IfWaits : IfLong;
    }
  };
  struct End {
    Index Because, Family;
    bool UnlessLooks;
  };
  struct Body {
    Index Function, Next;
    Index Because;
    Index FirstEdge, Edges;
    Index FirstEnd, Ends;
    bool Looks, Long, Waits;
    uint8_t Answers;
  };
  struct Function {
    FunctionId Id;
    Index Name;
    Index FirstBody = None;
    Index Defined = None; ///< of Places
    bool Overridable = false, HasOverriders = false;
    bool IsLoaded = false; ///< the sources were asked
    bool IsWhole = false;  ///< ... and one of them knows all about it
    bool IsLeaf = false;   ///< ... and their answers stand for its bodies
    bool IsOverrider = false;
    uint8_t Answers = 0;
    uint8_t LeafAnswers = 0;
    bool isDefined() const {
      return FirstBody != None || HasOverriders || IsLeaf;
    }
  };
  struct Step;
  /// How many calls lead from a function, or a body, to where it stays, for
  /// holders of a token of one family; NotDeaf: none that is known.
  struct Deafness {
    Index Family;
    bool Closed;
    std::vector<uint8_t> OfFunction, OfBody;
  };
  static constexpr uint8_t NotDeaf = 255;

  Index indexOf(FunctionId Id);
  const Function *find(llvm::StringRef USR) const;
  bool has(llvm::StringRef USR, Answer A) const;
  Index intern(llvm::StringRef Name);
  void addBody(Index F, const BodyFacts &B);
  void addPlace(Index F, const Place &Defined);
  void addOverrider(Index Base, Index Overrider);
  void load();
  void loadLeaf(Index F);
  void spread(Answer A, llvm::ArrayRef<Index> First,
              llvm::ArrayRef<std::pair<Index, Index>> Users,
              llvm::ArrayRef<std::pair<Index, Index>> Bases);
  void turn(Index F, Answer A, std::vector<Index> &Work);
  void turnBody(Index B, Answer A, std::vector<Index> &Work);
  std::vector<Step> stepsFrom(Index F, Answer Cost, bool Closed,
                              std::vector<llvm::StringRef> &Ends) const;
  bool counts(const End &E, Index OfFunction, const Deafness &For) const;
  bool isDeaf(Index F, const Deafness &For) const;
  void findDeaf(Deafness &For, llvm::ArrayRef<Index> First,
                llvm::ArrayRef<std::pair<Index, Index>> Users,
                llvm::ArrayRef<std::pair<Index, Index>> Bases) const;
  const Deafness *deafnessFor(llvm::StringRef Family, bool Closed) const;

  llvm::DenseMap<FunctionId, Index> ById;
  std::vector<Function> Functions;
  std::vector<Body> Bodies;
  std::vector<Edge> Edges;
  std::vector<End> Ends;
  std::vector<Place> Places;
  std::vector<Deafness> Deaf; ///< made by link()
  /// (base, overrider); sorted by link()
  std::vector<std::pair<Index, Index>> Overrides;
  llvm::DenseSet<uint64_t> Seen; ///< hashes of bodies with their functions
  llvm::DenseSet<uint64_t> SeenOverrides;
  llvm::StringMap<Index> NameIndex;
  std::vector<llvm::StringRef> Names; ///< keys of NameIndex
  struct UsedSource {
    std::shared_ptr<const FactSource> Facts;
    bool IsWhole;
  };
  std::vector<UsedSource> Sources;
  /// No hash table: a file may hold the numbers these keep for themselves.
  std::set<FunctionId> Instances;
  std::vector<Index> Asked; ///< not looked up yet
  size_t Loaded = 0;        ///< functions taken from sources with their bodies
  bool IsLinked = false;
};

} // namespace cancel_tidy

#endif
