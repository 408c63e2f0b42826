#include "tests/tidy/source.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "tests/tidy/lexer.h"
#include "tests/tidy/names.h"

namespace shardlab::tidy {
namespace {

/// `import "core/proto/topodata.proto";`, also `import public`, includes in the protobuf language.
void read_imports(Source& source) {
  for (int i = 0; i + 2 < count_of(source.tokens); ++i) {
    if (!is(source.tokens, i, "import")) continue;
    const Token& path = source.tokens[i + (is_word(source.tokens, i + 1) ? 2 : 1)];
    if (path.kind != Kind::string) continue;
    source.includes.push_back({std::string(path.text), false, path.line});
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace

Source::Source(std::string path_, std::string content_)
    : path(std::move(path_)), content(std::move(content_)) {
  std::string_view rest = content;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  cut_into_tokens(*this);
  if (!is_cpp()) read_imports(*this);
}

bool Source::is_cpp() const { return path.ends_with(".h") || path.ends_with(".cc"); }

std::string Source::folder() const { return path.substr(0, path.find('/')); }

std::string Source::module() const {
  const std::size_t begin = path.find('/') + 1;
  const std::size_t end = path.find('/', begin);
  return end == path.npos ? "" : path.substr(begin, end - begin);
}

std::string Source::stem() const { return path.substr(0, path.rfind('.')); }

const Names& Tree::names() const {
  if (!names_) names_ = std::make_shared<Names>(*this);
  return *names_;
}

Tree load_tree(const std::string& root, const std::vector<std::string>& folders) {
  Tree tree;
  for (const std::string& folder : folders) {
    tree.lists[folder] = read_file(root + "/" + folder + "/CMakeLists.txt");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/" + folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc" && extension != ".proto") continue;
      const std::string path = entry.path().lexically_relative(root).string();
      tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple(path),
                           std::forward_as_tuple(path, read_file(entry.path())));
    }
  }
  return tree;
}

}  // namespace shardlab::tidy
