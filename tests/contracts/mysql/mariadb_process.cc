#include "tests/contracts/mysql/mariadb_process.h"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace shardlab::contracts {
namespace {

constexpr const char* program = "/usr/sbin/mariadbd";
constexpr std::array<const char*, 2> system_tables{"/usr/share/mysql/mysql_system_tables.sql",
                                                   "/usr/share/mysql/mysql_system_tables_data.sql"};

constexpr const char* users =
    "FLUSH PRIVILEGES;\n"
    "CREATE OR REPLACE USER root@localhost;\n"
    "GRANT ALL ON *.* TO root@localhost WITH GRANT OPTION;\n"
    "CREATE USER repl@'127.0.0.1';\n"
    "GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1';\n"
    "CREATE USER app@localhost;\n"
    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, CREATE VIEW, SHOW VIEW, "
    "EXECUTE, "
    "RELOAD ON *.* TO app@localhost;\n";

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

/// Every DDL statement waits for the disk, which takes ten times as long as everything else.
std::string folder_in_memory() {
  const char* shared_memory = "/dev/shm";
  if (access(shared_memory, W_OK) == 0) return shared_memory;
  return std::filesystem::temp_directory_path().string();
}

/// Starts the server with its input and output in files; the child dies with this process.
pid_t spawn(std::vector<std::string> arguments, const TemporaryFolder& folder,
            const std::string& input) {
  // A server that starts removes temporary tables it finds, also those of a neighbour.
  const std::vector<std::string> own{program, "--no-defaults", "--datadir=" + folder.file("data"),
                                     "--tmpdir=" + folder.file("tmp")};
  const std::string output = folder.file("log");
  arguments.insert(arguments.begin(), own.begin(), own.end());
  if (geteuid() == 0) arguments.emplace_back("--user=root");
  std::vector<char*> raw;
  raw.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int in = open(input.c_str(), O_RDONLY);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  execv(program, raw.data());
  _exit(127);
}

}  // namespace

int free_loopback_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool is_bound = bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                        getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(socket);
  if (!is_bound) throw std::runtime_error("no free port on loopback");
  return ntohs(address.sin_port);
}

MariadbProcess::MariadbProcess(unsigned server_id, int port)
    : server_id_(server_id), port_(port), folder_(folder_in_memory()) {
  std::filesystem::create_directory(folder_.file("data"));
  std::filesystem::create_directory(folder_.file("tmp"));
  std::ofstream(folder_.file("bootstrap.sql"))
      << "CREATE DATABASE mysql;\nUSE mysql;\n"
      << content_of(system_tables[0]) << content_of(system_tables[1]) << users;
  const pid_t bootstrap =
      spawn({"--bootstrap", "--innodb-log-file-size=8M"}, folder_, folder_.file("bootstrap.sql"));
  int status = 0;
  waitpid(bootstrap, &status, 0);
  if (status != 0) {
    throw std::runtime_error("mariadbd --bootstrap failed:\n" + content_of(folder_.file("log")));
  }
  start();
}

void MariadbProcess::start() {
  pid_ = spawn({"--datadir=" + folder_.file("data"),
                "--socket=" + socket(),
                port_ == 0 ? "--skip-networking" : "--bind-address=127.0.0.1",
                fmt::format("--port={}", port_ == 0 ? 3306 : port_),
                "--skip-name-resolve",
                "--pid-file=" + folder_.file("pid"),
                "--log-bin=bin",
                "--log-slave-updates",
                "--skip-slave-start",
                fmt::format("--server-id={}", server_id_),
                "--binlog-format=ROW",
                "--binlog-row-image=FULL",
                "--binlog-row-metadata=FULL",
                "--gtid-strict-mode=1",
                "--sql-mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_bin",
                "--binlog-checksum=NONE",
                "--sync-binlog=0",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=nosync",
                "--skip-innodb-doublewrite",
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=16M",
                "--default-time-zone=+00:00",
                "--performance-schema=OFF"},
               folder_, "/dev/null");
  wait_until_it_listens();
}

void MariadbProcess::wait_until_it_listens() {
  constexpr int tenths_of_a_second = 600;
  for (int i = 0; i < tenths_of_a_second; ++i) {
    if (std::filesystem::exists(socket())) return;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    usleep(100'000);
  }
  throw std::runtime_error("mariadbd does not start:\n" + content_of(folder_.file("log")));
}

MariadbProcess::~MariadbProcess() {
  kill(pid_, SIGKILL);  // nobody wants its data any more
  waitpid(pid_, nullptr, 0);
}

}  // namespace shardlab::contracts
