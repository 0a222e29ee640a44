#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/json/json.hpp"
#include "core/text/utf8.hpp"

namespace uplift::json {
namespace {

// Tells outside how far the parser has read: nlohmann's SAX interface says it only for its own faults.
class Cursor {
 public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** reached) : at_(at), reached_(reached) {}
    reference operator*() const { return *at_; }
    Cursor& operator++() {
        *reached_ = ++at_;
        return *this;
    }
    bool operator==(const Cursor& other) const { return at_ == other.at_; }
    bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
    const char* at_;
    const char** reached_;
};

// The members of one object while they are read. Few keys are compared one by one; many are hashed.
class Keys {
 public:
    // False when `key` is one of `members` already.
    bool add(const std::string& key, const Object& members) {
        if (members.size() < few) return !contains(members, key);
        if (members.size() == few)
            for (const auto& member : members) hashes_.insert(std::hash<std::string>{}(member.key));
        return hashes_.insert(std::hash<std::string>{}(key)).second || !contains(members, key);
    }

 private:
    static constexpr std::size_t few = 24;
    static bool contains(const Object& members, const std::string& key) {
        for (const auto& member : members)
            if (member.key == key) return true;
        return false;
    }
    std::unordered_set<std::size_t> hashes_;
};

// nlohmann's SAX events made into a Value; stops at the first thing that is not allowed.
class Builder {
 public:
    explicit Builder(unsigned max_depth) : max_depth_(max_depth) {}

    bool null() { return put(Value()); }
    bool boolean(bool truth) { return put(Value(truth)); }
    bool number_integer(std::int64_t number) { return put(Value(number)); }
    bool number_unsigned(std::uint64_t number) { return put(Value(number)); }
    bool number_float(double number, const std::string&) { return put(Value(number)); }
    bool string(std::string& text) {
        if (has_nul(text)) return refuse_literal("a text holds the character NUL");
        return put(Value(std::string(text)));
    }
    bool binary(nlohmann::json::binary_t&) { return refuse("binary value"); }
    bool start_object(std::size_t) { return open(Object{}); }
    bool start_array(std::size_t) { return open(Array{}); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        auto& frame = frames_.back();
        if (has_nul(name)) return refuse_literal("a key holds the character NUL");
        auto& members = std::get<Object>(frame.holds);
        if (!frame.keys.add(name, members)) return refuse_literal("this key stands twice in its object");
        members.push_back(Member{name, Value()});
        return true;
    }
    bool parse_error(std::size_t read, const std::string&, const nlohmann::json::exception& fault) {
        position = read == 0 ? 0 : read - 1;
        return refuse(reason(fault.what()));
    }

    Value result;
    std::string refused;                  // why; empty when all went well
    std::optional<std::size_t> position;  // of a fault that the parser placed itself
    bool at_literal = false;              // the fault is the key or text just read

 private:
    struct Frame {
        std::variant<Array, Object> holds;
        Keys keys;
    };

    static bool has_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

    bool refuse(std::string why) {
        refused = std::move(why);
        return false;
    }

    bool refuse_literal(std::string why) {
        at_literal = true;
        return refuse(std::move(why));
    }

    bool put(Value value) {
        if (frames_.empty()) {
            result = std::move(value);
            return true;
        }
        auto& holds = frames_.back().holds;
        if (auto* items = std::get_if<Array>(&holds))
            items->push_back(std::move(value));
        else
            std::get<Object>(holds).back().value = std::move(value);
        return true;
    }

    bool open(std::variant<Array, Object> holds) {
        if (frames_.size() == max_depth_)
            return refuse("more than " + std::to_string(max_depth_) + " levels");
        frames_.push_back(Frame{std::move(holds), Keys{}});
        return true;
    }

    bool close() {
        auto holds = std::move(frames_.back().holds);
        frames_.pop_back();
        return std::visit([&](auto& all) { return put(Value(std::move(all))); }, holds);
    }

    // The part of nlohmann's message that quotes nothing of the text read:
    // "… syntax error while parsing value - invalid literal; last read: 'x'; expected …"
    static std::string reason(std::string_view message) {
        const auto start = message.find(" - ");
        if (start == std::string_view::npos) return "a number is too large";
        message.remove_prefix(start + 3);
        std::string text(message.substr(0, message.find("; last read")));
        const auto expected = message.rfind("; expected ");
        if (expected != std::string_view::npos && expected >= text.size()) text += message.substr(expected);
        return text;
    }

    unsigned max_depth_;
    std::vector<Frame> frames_;
};

// Where the text literal starts that ends just before `end`.
std::size_t literal_start(std::string_view text, std::size_t end) {
    std::size_t at = end;
    if (at > 0) --at;  // the closing quotation mark
    while (at > 0) {
        --at;
        if (text[at] != '"') continue;
        std::size_t backslashes = 0;
        while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
        if (backslashes % 2 == 0) break;
    }
    return at;
}

// "file:line:column", both counted from 1, the column in characters.
std::string place(std::string_view where, std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto newline = before.rfind('\n');
    const auto in_line = newline == std::string_view::npos ? before : before.substr(newline + 1);
    std::string out(where);
    if (!out.empty()) out += ':';
    return out + std::to_string(line) + ':' + std::to_string(text::count_code_points(in_line) + 1);
}

Fault fault(const Reading& reading, std::string where, std::string what) {
    return Fault{reading.code, std::move(where), std::move(what), std::string(entry_of(reading.code).cure)};
}

}  // namespace

Result<Value> parse(std::string_view text, const Reading& reading) {
    if (text.size() > reading.max_bytes)
        return fault(reading,
                     reading.where,
                     "JSON of " + std::to_string(text.size()) + " bytes; at most " +
                         std::to_string(reading.max_bytes) + " are taken");
    if (text.starts_with("\xEF\xBB\xBF"))
        return fault(reading, place(reading.where, text, 0), "JSON: starts with a byte order mark");
    const char* reached = text.data();
    Builder builder(reading.max_depth);
    const bool complete = nlohmann::json::sax_parse(
        Cursor(text.data(), &reached), Cursor(text.data() + text.size(), &reached), &builder);
    if (complete && builder.refused.empty()) return std::move(builder.result);
    auto offset = builder.position.value_or(static_cast<std::size_t>(reached - text.data()));
    if (builder.at_literal)
        offset = literal_start(text, offset);
    else if (!builder.position && offset > 0)
        --offset;
    return fault(reading, place(reading.where, text, offset), "JSON: " + builder.refused);
}

}  // namespace uplift::json
