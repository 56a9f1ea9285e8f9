// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Just enough HTTP/1.0 to download a file from a server on this machine.
#ifndef DOWNLOADER_HTTP_HPP
#define DOWNLOADER_HTTP_HPP

#include <cancel/token.hpp>

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>

namespace downloader {

struct url {
  std::string host; ///< a dotted IPv4 address
  std::uint16_t port = 80;
  std::string path;

  /// The part after the last slash, or "index.html".
  std::string file_name() const;
};

/// Throws std::invalid_argument unless it is http://ADDRESS[:PORT]/PATH.
url parse_url(const std::string &text);

/// The transfer failed. Trying again may help if `transient`.
struct http_error : std::runtime_error {
  http_error(const std::string &what, bool transient_error)
      : std::runtime_error(what), transient(transient_error) {}
  bool transient;
};

/// Writes the body of `from` to `to` and returns its size. Throws http_error,
/// and cancel::operation_canceled as soon as `token` is canceled, also while it
/// waits for the server.
std::size_t
fetch(const url &from, std::ostream &to,
      cancel::cancellation_token token = cancel::cancellation_token::none());

} // namespace downloader

#endif
