// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Poll, register and unregister, request: each for std::stop_token, our shared
// token and our inplace token, so that one run on one machine compares them.
// run.py prints the ratios.
#include "cancel/token.hpp"

#include <benchmark/benchmark.h>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace {

struct standard {
  using source = std::stop_source;
  using token = std::stop_token;
};
struct shared {
  using source = cancel::cancellation_source;
  using token = cancel::cancellation_token;
};
struct inplace {
  using source = cancel::inplace_cancellation_source;
  using token = cancel::inplace_cancellation_token;
};

struct count {
  int *runs;
  void operator()() const noexcept { ++*runs; }
};
template <class Family>
using registration = cancel::registration_for<typename Family::token, count>;

/// Makes the compiler believe that others know the source: it may not turn the
/// atomics of a local object into plain loads.
template <class Source> void publish(Source &source) {
  Source *known = &source;
  benchmark::DoNotOptimize(known);
  benchmark::ClobberMemory();
}

template <class Family> void poll(benchmark::State &state) {
  typename Family::source source;
  publish(source);
  const typename Family::token token = source.get_token();
  for (auto _ : state) {
    bool stop = token.stop_requested();
    benchmark::DoNotOptimize(stop);
  }
}

/// The loop a user writes: the poll among a little work.
template <class Family> void poll_in_a_loop(benchmark::State &state) {
  typename Family::source source;
  publish(source);
  const typename Family::token token = source.get_token();
  std::vector<int> data(1024, 1);
  for (auto _ : state) {
    int sum = 0;
    for (int value : data) {
      if (token.stop_requested())
        break;
      sum += value;
    }
    benchmark::DoNotOptimize(sum);
  }
}

template <class Family> void register_unregister(benchmark::State &state) {
  typename Family::source source;
  publish(source);
  const typename Family::token token = source.get_token();
  int runs = 0;
  for (auto _ : state) {
    registration<Family> one(token, count{&runs});
    benchmark::DoNotOptimize(one);
  }
}

/// The same while many others are registered, removed from the middle.
template <class Family> void register_among_many(benchmark::State &state) {
  typename Family::source source;
  publish(source);
  const typename Family::token token = source.get_token();
  int runs = 0;
  std::vector<std::unique_ptr<registration<Family>>> others;
  for (int i = 0; i < 100; ++i)
    others.push_back(
        std::make_unique<registration<Family>>(token, count{&runs}));
  for (auto _ : state) {
    registration<Family> one(token, count{&runs});
    registration<Family> two(token, count{&runs});
    benchmark::DoNotOptimize(one);
    benchmark::DoNotOptimize(two);
  }
}

/// Two threads on one token: the lock of the list is contended.
template <class Family> void register_contended(benchmark::State &state) {
  static typename Family::source source;
  const typename Family::token token = source.get_token();
  int runs = 0;
  for (auto _ : state) {
    registration<Family> one(token, count{&runs});
    benchmark::DoNotOptimize(one);
  }
}

template <class Family> void copy_token(benchmark::State &state) {
  typename Family::source source;
  publish(source);
  const typename Family::token token = source.get_token();
  for (auto _ : state) {
    typename Family::token copy = token;
    benchmark::DoNotOptimize(copy);
  }
}

/// From making the source to its end, with `range(0)` callbacks run.
template <class Family> void request(benchmark::State &state) {
  int runs = 0;
  std::vector<std::optional<registration<Family>>> all(
      static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    typename Family::source source;
    publish(source);
    for (auto &one : all)
      one.emplace(source.get_token(), count{&runs});
    source.request_stop();
    for (auto &one : all)
      one.reset();
  }
  benchmark::DoNotOptimize(runs);
}

#define FAMILIES(name, ...)                                                    \
  BENCHMARK_TEMPLATE(name, standard) __VA_ARGS__;                              \
  BENCHMARK_TEMPLATE(name, shared) __VA_ARGS__;                                \
  BENCHMARK_TEMPLATE(name, inplace) __VA_ARGS__

FAMILIES(poll);
FAMILIES(poll_in_a_loop);
FAMILIES(register_unregister);
FAMILIES(register_among_many);
FAMILIES(register_contended, ->Threads(2));
FAMILIES(copy_token);
FAMILIES(request, ->Arg(0)->Arg(1)->Arg(10));

} // namespace

BENCHMARK_MAIN();
