// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "http.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <ostream>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace downloader {

namespace {

class connection {
public:
  connection() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0)
      fail("socket");
  }
  connection(const connection &) = delete;
  connection &operator=(const connection &) = delete;
  ~connection() { ::close(socket_); }

  /// Makes connect(), send() and receive() on other threads return.
  void shut_down() noexcept { ::shutdown(socket_, SHUT_RDWR); }

  void connect(const url &to) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    if (::connect(socket_, reinterpret_cast<sockaddr *>(&address),
                  sizeof address) != 0)
      fail("connect");
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent =
          ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0)
        fail("send");
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Empty at the end.
  std::string_view receive() {
    const ssize_t received = ::recv(socket_, buffer_, sizeof buffer_, 0);
    if (received < 0)
      fail("receive");
    return {buffer_, static_cast<std::size_t>(received)};
  }

private:
  [[noreturn]] static void fail(const char *what) {
    throw http_error(std::string(what) + ": " + std::strerror(errno), true);
  }

  int socket_;
  char buffer_[16384];
};

/// Reads up to the blank line, checks the status and leaves in `rest` what
/// came of the body.
std::size_t read_head(connection &server, std::string &rest,
                      const cancel::cancellation_token &token) {
  std::string head;
  std::size_t end;
  while ((end = head.find("\r\n\r\n")) == std::string::npos) {
    const std::string_view block = server.receive();
    token.throw_if_cancellation_requested();
    if (block.empty())
      throw http_error("connection closed by the server", true);
    head += block;
  }
  const int status = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
  if (status != 200)
    throw http_error("status " + std::to_string(status), status >= 500);
  rest = head.substr(end + 4);
  const std::size_t length = head.find("Content-Length: ");
  return length < end ? std::strtoul(head.c_str() + length + 16, nullptr, 10)
                      : std::string::npos;
}

} // namespace

std::string url::file_name() const {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() ? "index.html" : name;
}

url parse_url(const std::string &text) {
  constexpr std::string_view scheme = "http://";
  url result;
  const std::size_t slash = text.find('/', scheme.size());
  if (text.rfind(scheme, 0) != 0 || slash == std::string::npos)
    throw std::invalid_argument("not http://ADDRESS[:PORT]/PATH: " + text);
  result.path = text.substr(slash);
  result.host = text.substr(scheme.size(), slash - scheme.size());
  if (const auto colon = result.host.find(':'); colon != std::string::npos) {
    result.port =
        static_cast<std::uint16_t>(std::stoul(result.host.substr(colon + 1)));
    result.host.resize(colon);
  }
  in_addr address;
  if (::inet_pton(AF_INET, result.host.c_str(), &address) != 1)
    throw std::invalid_argument("not an IPv4 address: " + result.host);
  return result;
}

std::size_t fetch(const url &from, std::ostream &to,
                  cancel::cancellation_token token) {
  token.throw_if_cancellation_requested();
  connection server;
  cancel::cancellation_registration on_cancel(token,
                                              [&] { server.shut_down(); });
  try {
    server.connect(from);
    token.throw_if_cancellation_requested();
    server.send("GET " + from.path + " HTTP/1.0\r\nHost: " + from.host +
                "\r\n\r\n");
    std::string rest;
    const std::size_t expected = read_head(server, rest, token);
    to << rest;
    std::size_t size = rest.size();
    while (size < expected) {
      const std::string_view block = server.receive();
      token.throw_if_cancellation_requested();
      if (block.empty())
        break;
      to << block;
      size += block.size();
    }
    if (expected != std::string::npos && size != expected)
      throw http_error("body is incomplete", true);
    return size;
  } catch (const http_error &) {
    // The shutdown makes the socket fail: say why, not how.
    token.throw_if_cancellation_requested();
    throw;
  }
}

} // namespace downloader
