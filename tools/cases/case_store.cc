#include "tools/cases/case_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "tools/files.h"

namespace shardlab::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, const std::string& why) {
  throw WrongUsage("cannot write " + path.string() + ": " + why +
                   "; choose another folder with --dir");
}

void write_file(const fs::path& path, const std::string& content) {
  const fs::path draft = path.string() + ".new";
  File file(std::fopen(draft.c_str(), "wb"));
  if (!file) cannot_write(path, std::strerror(errno));
  std::fwrite(content.data(), 1, content.size(), file.get());
  close_written(std::move(file), draft.string());
  std::error_code error;
  fs::rename(draft, path, error);
  if (error) cannot_write(path, error.message());
}

}  // namespace

std::string found_path(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / "found" / (name + ".toml")).string();
}

void save_case(const scenarios::Case& what, const std::string& path) {
  const fs::path file(path);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) cannot_write(file, error.message());
  const fs::path choices = fs::path(file).replace_extension(".choices");
  const scenarios::CaseText text = to_text(what, folder.string(), choices.filename().string());
  if (text.choices.empty()) {
    fs::remove(choices, error);
  } else {
    write_file(choices, text.choices);
  }
  write_file(file, text.toml);
}

std::string regressions_of(const std::string& path) {
  std::error_code ignored;
  const fs::path folder =
      fs::is_directory(path, ignored) ? fs::path(path) : fs::path(path).parent_path();
  return (folder / "regressions").string();
}

std::vector<std::string> cases_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  if (!fs::is_directory(folder, error)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  if (error) throw WrongUsage("cannot read the folder " + folder + ": " + error.message());
  std::ranges::sort(files);
  std::erase_if(files, [](const std::string& file) { return !scenarios::is_case(file); });
  return files;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

}  // namespace shardlab::tools
