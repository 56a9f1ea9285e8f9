// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check %s cancel-check-granularity -- -std=c++20 -I%root/token/include
#include "cancel/token.hpp"
#include <array>
#include <atomic>
#include <cmath>
#include <stop_token>
#include <vector>

struct Pixel {
  float r, g, b;
};
struct Image {
  int width, height;
  std::vector<Pixel> pixels;
};
float shade(float value);
void finish(int row);

void warns_condition(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width && !stop.stop_requested(); ++x) // expected-warning@:46 {{'stop' is asked in each round of a loop that only calculates; ask in the loop around it, or every few thousand rounds}}
      image.pixels[y * image.width + x].r *= 0.5f;
}
void warns_body(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (stop.stop_requested()) // expected-warning {{'stop' is asked}}
        return;
      Pixel &pixel = image.pixels[y * image.width + x];
      pixel.g = std::sqrt(pixel.g);
    }
    finish(y);
  }
}
void warns_throw(const std::vector<std::vector<double>> &rows, double &sum, cancel::cancellation_token token) {
  for (const std::vector<double> &row : rows)
    for (double value : row) {
      token.throw_if_cancellation_requested(); // expected-warning {{'token' is asked}}
      sum += value * value;
    }
}
void warns_outer_asks(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height && !stop.stop_requested(); ++y)
    for (int x = 0; x < image.width; ++x) {
      if (stop.stop_requested()) // expected-warning {{the loop around it asks, too}}
        break;
      image.pixels[x].b = 0;
    }
}
void warns_while_around(std::vector<int> &values, int rounds, std::stop_token stop) {
  while (rounds--)
    for (int &value : values) {
      if (stop.stop_requested()) // expected-warning {{'stop' is asked}}
        return;
      value ^= value << 13;
    }
}
void warns_pointer(float *from, float *to, int count, const std::stop_token *stop) {
  for (int n = 0; n < count; ++n)
    for (float *at = from; at != to; ++at) {
      if (stop && stop->stop_requested()) // expected-warning {{is asked}}
        return;
      *at += 1;
    }
}
class Solver {
public:
  void warns_member(std::vector<double> &x) {
    for (int step = 0; step < steps_; ++step)
      for (std::size_t i = 1; i < x.size(); i += 2) {
        if (stop_.stop_requested()) // expected-warning {{'stop_' is asked}}
          return;
        x[i] = 0.5 * (x[i - 1] + x.at(i));
      }
  }

private:
  std::stop_token stop_;
  int steps_ = 0;
};
template <typename T>
void warns_template(std::vector<T> &values, int rounds, std::stop_token stop) {
  for (int n = 0; n < rounds; ++n)
    for (T &value : values) {
      if (stop.stop_requested()) // expected-warning {{'stop' is asked}}
        return;
      value += 1;
    }
}
template void warns_template<int>(std::vector<int> &, int, std::stop_token);
void warns_lambda(Image &image, std::stop_token stop) {
  auto run = [&](int rows) {
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < image.width; ++x) {
        if (stop.stop_requested()) // expected-warning {{'stop' is asked}}
          return;
        image.pixels[x].r = 0;
      }
  };
  run(3);
}

void no_warning_outer(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y) {
    if (stop.stop_requested())
      return;
    for (int x = 0; x < image.width; ++x)
      image.pixels[x].r = 0;
  }
}
void no_warning_stride(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (x % 4096 == 0 && stop.stop_requested())
        return;
      image.pixels[x].r = 0;
    }
}
void no_warning_stride_nested(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if ((x & 1023) == 0)
        if (stop.stop_requested())
          return;
      image.pixels[x].r = 0;
    }
}
void no_warning_unknown_call(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (stop.stop_requested())
        return;
      image.pixels[x].r = shade(image.pixels[x].r);
    }
}
void no_warning_single_loop(std::vector<int> &values, std::stop_token stop) {
  for (int &value : values) {
    if (stop.stop_requested())
      return;
    value += 1;
  }
}
void no_warning_waits(std::atomic<bool> &ready, int rounds, std::stop_token stop) {
  while (!ready.load())
    for (int i = 0; i < rounds; ++i) {
      if (ready.load() || stop.stop_requested())
        return;
    }
}
void no_warning_unbounded(int *value, std::stop_token stop) {
  while (*value)
    while (*value != 1) {
      if (stop.stop_requested())
        return;
      *value = *value % 2 ? 3 * *value + 1 : *value / 2;
    }
}
void no_warning_short(Image &image, std::stop_token stop) {
  for (Pixel &pixel : image.pixels)
    for (int i = 0; i < 3; ++i) {
      if (stop.stop_requested())
        return;
      pixel.r += static_cast<float>(i);
    }
}
void no_warning_allocates(std::vector<std::vector<int>> &rows, int count, std::stop_token stop) {
  for (std::vector<int> &row : rows)
    for (int i = 0; i < count; ++i) {
      if (stop.stop_requested())
        return;
      row.push_back(i);
    }
}
void no_warning_holds_loop(Image &image, int n, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (stop.stop_requested())
        return;
      for (int i = 0; i < n; ++i)
        image.pixels[x].r += 1;
    }
}
void no_warning_conditional(Image &image, std::stop_token stop) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (image.pixels[x].r > 0) {
        if (stop.stop_requested())
          return;
        image.pixels[x].r = 0;
      }
    }
}
