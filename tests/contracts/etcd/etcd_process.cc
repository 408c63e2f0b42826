#include "tests/contracts/etcd/etcd_process.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace shardlab::fakes::etcd {
namespace {

constexpr int starts = 3;  // somebody else may take a port between the choice and the start
constexpr auto start_patience = std::chrono::seconds(20);

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int bind_to_free_port() {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_, generic, size) != 0 || ::getsockname(fd_, generic, &size) != 0) {
      throw std::runtime_error("no free loopback port");
    }
    return ntohs(address.sin_port);
  }

  bool connects_to(int port) {
    const sockaddr_in address = loopback(port);
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

 private:
  int fd_;
};

/// In memory where there is such a place: a busy disk takes seconds to sync.
std::string folder_for_data() {
  const std::string memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory
                                             : std::filesystem::temp_directory_path().string();
}

/// Two ports that nobody listens on at this moment.
std::pair<int, int> free_ports() {
  Socket one, other;
  const int port = one.bind_to_free_port();
  return {port, other.bind_to_free_port()};
}

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// In the child: becomes etcd, or ends.
[[noreturn]] void become(std::vector<std::string>& arguments, const std::string& log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

EtcdProcess::EtcdProcess() : folder_(folder_for_data()) {
  for (int tries = 1;; ++tries) {
    start();
    const auto limit = std::chrono::steady_clock::now() + start_patience;
    while (is_running() && !listens() && std::chrono::steady_clock::now() < limit) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (is_running() && listens()) return;
    end();
    if (tries == starts) throw std::runtime_error("etcd: " + content_of(folder_.file("log")));
  }
}

EtcdProcess::~EtcdProcess() { end(); }

void EtcdProcess::start() {
  const auto [port, peer_port] = free_ports();
  address_ = "127.0.0.1:" + std::to_string(port);
  const std::string client_url = "http://" + address_;
  const std::string peer_url = "http://127.0.0.1:" + std::to_string(peer_port);
  std::vector<std::string> arguments{"etcd",
                                     "--name",
                                     "contract",
                                     "--data-dir",
                                     folder_.file("data"),
                                     "--listen-client-urls",
                                     client_url,
                                     "--advertise-client-urls",
                                     client_url,
                                     "--listen-peer-urls",
                                     peer_url,
                                     "--initial-advertise-peer-urls",
                                     peer_url,
                                     "--initial-cluster",
                                     "contract=" + peer_url,
                                     "--experimental-watch-progress-notify-interval",
                                     "1s",
                                     "--logger",
                                     "zap",
                                     "--log-level",
                                     "error"};
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process for etcd");
  if (pid_ == 0) become(arguments, folder_.file("log"));
}

bool EtcdProcess::is_running() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

bool EtcdProcess::listens() const {
  return Socket().connects_to(std::stoi(address_.substr(address_.find(':') + 1)));
}

void EtcdProcess::end() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace shardlab::fakes::etcd
