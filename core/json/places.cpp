#include "core/json/places.hpp"

namespace uplift::json {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Scan {
 public:
    Scan(std::string_view text, const std::set<Way>& ways) : text_(text), ways_(ways) {}

    std::map<Way, TextPlace> run() {
        skip_blanks();
        note();
        value();
        return std::move(found_);
    }

 private:
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    void step() {
        const char c = text_[at_++];
        if (c == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++place_.column;
        }
    }

    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_])) step();
    }

    void note() {
        if (ways_.contains(way_)) found_.emplace(way_, place_);
    }

    void literal() {
        step();
        while (!at_end() && text_[at_] != '"') {
            if (text_[at_] == '\\') step();
            if (!at_end()) step();
        }
        if (!at_end()) step();
    }

    void value() {
        if (at_end()) return;
        const char first = text_[at_];
        if (first == '{' || first == '[')
            all_of(first);
        else if (first == '"')
            literal();
        else
            while (!at_end() && !is_blank(text_[at_]) && text_[at_] != ',' && text_[at_] != '}' &&
                   text_[at_] != ']')
                step();
    }

    // parse() bounds the depth.
    void all_of(char opening) {
        const char closing = opening == '{' ? '}' : ']';
        step();
        way_.push_back(0);
        for (;; ++way_.back()) {
            skip_blanks();
            if (at_end() || text_[at_] == closing) break;
            note();
            if (opening == '{') {
                literal();
                skip_blanks();
                if (!at_end()) step();  // the colon
                skip_blanks();
            }
            value();
            skip_blanks();
            if (at_end() || text_[at_] != ',') break;
            step();
        }
        way_.pop_back();
        if (!at_end()) step();
    }

    std::string_view text_;
    const std::set<Way>& ways_;
    std::size_t at_ = 0;
    TextPlace place_;
    Way way_;
    std::map<Way, TextPlace> found_;
};

}  // namespace

std::map<Way, TextPlace> places_of(std::string_view text, const std::set<Way>& ways) {
    return Scan(text, ways).run();
}

}  // namespace uplift::json
