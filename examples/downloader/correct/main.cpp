// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// downloader [--timeout SECONDS] [--workers N] [--into FOLDER] URL...
//
// Exit code: 0 all downloaded, 1 some failed, 2 wrong usage, 3 out of time,
// 130 interrupted.
#include "downloader.hpp"
#include "interrupt.hpp"

#include <exception>
#include <iostream>

namespace {

struct arguments {
  downloader::settings how;
  std::chrono::duration<double> timeout = std::chrono::hours(1);
  std::vector<std::string> urls;
};

arguments parse(int argc, char **argv) {
  arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--", 0) != 0) {
      result.urls.push_back(word);
      continue;
    }
    if (i + 1 == argc)
      throw std::invalid_argument(word + " needs a value");
    const std::string value = argv[++i];
    if (word == "--timeout")
      result.timeout = std::chrono::duration<double>(std::stod(value));
    else if (word == "--workers")
      result.how.workers = static_cast<unsigned>(std::stoul(value));
    else if (word == "--into")
      result.how.folder = value;
    else
      throw std::invalid_argument("unknown option " + word);
  }
  if (result.urls.empty() || result.how.workers == 0)
    throw std::invalid_argument("nothing to do");
  return result;
}

int report(const std::vector<std::string> &urls,
           const std::vector<downloader::result> &results) {
  bool all = true;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const downloader::result &one = results[i];
    all = all && one.state == downloader::result::done;
    if (one.state == downloader::result::done)
      std::cout << "done     " << urls[i] << ' ' << one.size << '\n';
    else if (one.state == downloader::result::failed)
      std::cout << "failed   " << urls[i] << ": " << one.error << '\n';
    else
      std::cout << "canceled " << urls[i] << '\n';
  }
  return all ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) try {
  const arguments given = parse(argc, argv);
  std::vector<downloader::url> files;
  for (const std::string &text : given.urls)
    files.push_back(downloader::parse_url(text));

  cancel::cancellation_source interrupt;
  downloader::interrupt_watcher watcher(interrupt);
  auto session = cancel::cancellation_source::linked(interrupt.get_token());
  session.cancel_after(given.timeout);

  const int code =
      report(given.urls,
             downloader::download_all(files, given.how, session.get_token()));
  if (interrupt.is_cancellation_requested())
    return 130;
  return session.is_cancellation_requested() && code != 0 ? 3 : code;
} catch (const std::invalid_argument &error) {
  std::cerr << "downloader: " << error.what() << '\n';
  return 2;
} catch (const std::exception &error) {
  std::cerr << "downloader: " << error.what() << '\n';
  return 1;
}
