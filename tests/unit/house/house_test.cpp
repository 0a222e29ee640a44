// The house itself: walks the includes and holds them against the table of docs/architecture.md, and looks
// for the coroutine trap of g++ 12. Each rule is also tried on a planted breach.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = UPLIFT_SOURCE_DIR;

// Who may include whom, beside itself, core/model and core/text, which every room may include.
const std::map<std::string, std::set<std::string>> arrows{
    {"core/model", {}},
    {"core/text", {}},
    {"core/json", {}},
    {"core/profile", {}},
    {"core/intake", {"core/json"}},
    {"core/http", {"core/json"}},
    {"core/report", {"core/json"}},
    {"config", {"core/json", "core/profile"}},
    {"core/engine", {"core/profile", "core/engine/ports", "core/engine/steps"}},
    {"core/engine/steps", {"core/profile", "core/engine", "core/engine/ports"}},
    {"core/engine/ports", {}},
    {"core/ldap", {"core/engine/ports"}},
    {"core/secrets", {"core/engine/ports"}},
    {"core/graph", {"core/engine/ports", "core/http", "core/json"}},
    {"core/exchange", {"core/engine/ports", "core/http", "core/json"}},
    {"storage", {"core/engine/ports", "core/json"}},
    {"daemon/protocol", {"core/json"}},
    {"daemon/upliftctl", {"daemon/protocol", "core/json", "core/intake", "core/profile", "config"}},
    {"daemon",
     {"daemon/protocol",
      "config",
      "storage",
      "core/json",
      "core/intake",
      "core/profile",
      "core/engine",
      "core/engine/ports",
      "core/ldap",
      "core/http",
      "core/graph",
      "core/exchange",
      "core/secrets",
      "core/report"}},
};

// What of the outside world belongs into which rooms only.
struct Foreign {
    std::string prefix;
    std::set<std::string> rooms;
};
const std::vector<Foreign> foreign{
    {"boost/beast", {"core/http"}},
    {"boost/asio/ssl", {"core/http"}},
    {"ldap.h", {"core/ldap"}},
    {"lber.h", {"core/ldap"}},
    {"sqlite3.h", {"storage"}},
    {"nlohmann/", {"core/json"}},
    {"spdlog/", {"daemon"}},
    {"csv.h", {"core/intake"}},
    {"toml++/", {"config"}},
    {"utf8proc.h", {"core/text"}},
    {"CLI/", {"daemon", "daemon/upliftctl"}},
};

std::string room_of(const std::string& path) {
    std::string best;
    for (const auto& [room, allowed] : arrows)
        if (path.rfind(room + "/", 0) == 0 && room.size() > best.size()) best = room;
    return best;
}

std::string read(const fs::path& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::string> sources() {
    std::vector<std::string> found;
    for (const char* top : {"core", "storage", "config", "daemon"})
        for (const auto& entry : fs::recursive_directory_iterator(root / top))
            if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
                found.push_back(fs::relative(entry.path(), root).string());
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string> includes(const std::string& text, char open, char close) {
    std::vector<std::string> found;
    std::istringstream lines(text);
    const std::string start = std::string("#include ") + open;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(start, 0) == 0)
            found.push_back(line.substr(start.size(), line.find(close, start.size()) - start.size()));
    return found;
}

// The faults of one file, in words.
std::vector<std::string> breaches(const std::string& path, const std::string& text) {
    std::vector<std::string> found;
    const auto room = room_of(path);
    for (const auto& target : includes(text, '"', '"')) {
        const auto other = room_of(target);
        if (other.empty()) {
            found.push_back(path + " includes " + target + ", which is in no room");
            continue;
        }
        if (target == "core/model/secret.hpp" &&
            (room == "core/intake" || room == "core/json" || room == "core/text" || room == "core/report"))
            found.push_back(path + " includes " + target);
        if (other == room || other == "core/text" || other == "core/model") {
            if ((room == "core/model" || room == "core/text") && other != room)
                found.push_back(path + " includes " + target);
            continue;
        }
        if (!arrows.at(room).contains(other)) found.push_back(path + " includes " + target);
    }
    for (const auto& target : includes(text, '<', '>'))
        for (const auto& [prefix, rooms] : foreign)
            if (target.rfind(prefix, 0) == 0 && !rooms.contains(room) &&
                path != "core/http/separate_compilation.cpp")
                found.push_back(path + " includes <" + target + ">");
    // No public header pulls in a heavy library: only .cpp files of the room do (and its private detail
    // headers).
    return found;
}

// `co_await f(Thing{…})`, `co_await f({…})`, `co_await f([x]…)`: the temporary is destroyed twice.
std::vector<int> coroutine_traps(const std::string& text) {
    std::vector<int> lines;
    for (std::size_t at = text.find("co_await "); at != std::string::npos;
         at = text.find("co_await ", at + 1)) {
        int depth = 0;
        for (std::size_t i = at; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '(') ++depth;
            if (c == ')' && --depth < 0) break;
            if (c == ';') break;
            const bool aggregate = c == '{' && depth > 0;
            const bool lambda = c == '[' && depth > 0 && text[i + 1] != ']' &&
                                (text[i - 1] == '(' || text[i - 1] == ' ' || text[i - 1] == ',');
            if (aggregate || lambda) {
                lines.push_back(static_cast<int>(std::count(
                                    text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
                                1);
                break;
            }
        }
    }
    return lines;
}

TEST(House, NoFileIncludesWhatItsRoomMayNot) {
    for (const auto& path : sources())
        for (const auto& breach : breaches(path, read(root / path))) ADD_FAILURE() << breach;
}

TEST(House, EveryFileStandsInARoom) {
    for (const auto& path : sources()) EXPECT_NE(room_of(path), "") << path;
}

TEST(House, NoTemporaryOfACoroutineIsDestroyedTwice) {
    for (const auto& path : sources())
        for (const auto line : coroutine_traps(read(root / path)))
            ADD_FAILURE() << path << ":" << line
                          << ": name the aggregate or lambda on the line before the co_await";
}

TEST(House, APlantedArrowIsFound) {
    EXPECT_FALSE(breaches("core/engine/x.cpp", "#include \"storage/store.hpp\"\n").empty());
    EXPECT_FALSE(breaches("core/engine/x.cpp", "#include <spdlog/spdlog.h>\n").empty());
    EXPECT_FALSE(breaches("core/text/x.cpp", "#include \"core/json/value.hpp\"\n").empty());
    EXPECT_FALSE(breaches("core/intake/x.hpp", "#include \"core/model/secret.hpp\"\n").empty());
    EXPECT_FALSE(breaches("core/graph/x.cpp", "#include <boost/beast/http.hpp>\n").empty());
    EXPECT_FALSE(breaches("core/json/x.cpp", "#include \"daemon/wiring.hpp\"\n").empty());
    EXPECT_TRUE(breaches("core/graph/x.cpp", "#include \"core/http/client.hpp\"\n").empty());
}

TEST(House, APlantedCoroutineTrapIsFound) {
    EXPECT_EQ(coroutine_traps("a;\nco_await f(Thing{.x = 1});\n").size(), 1u);
    EXPECT_EQ(coroutine_traps("co_await f({1, 2});").size(), 1u);
    EXPECT_EQ(coroutine_traps("co_await f([this] { g(); });").size(), 1u);
    EXPECT_TRUE(coroutine_traps("co_await f(thing);\nThing t{1};").empty());
    EXPECT_TRUE(coroutine_traps("if (co_await f()) { g(); }").empty());
}

}  // namespace
