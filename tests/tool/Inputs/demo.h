// A token family of the tests: small, so that a parse costs nothing.
#ifndef DEMO_H
#define DEMO_H
namespace demo {
struct token {
  bool stopped() const;
};
struct source {
  token get() const;
  void stop();
};
} // namespace demo
void fetch(int, demo::token = {});
void elsewhere();
#endif
