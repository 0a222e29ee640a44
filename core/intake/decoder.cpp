#include "core/intake/decoder.hpp"

#include <array>

namespace uplift::intake {
namespace {

constexpr std::size_t longest_mark = 4;
constexpr std::string_view save_as = "Save it as CSV UTF-8";

struct Kind {
    std::string_view starts;
    std::string_view name;
};
constexpr std::array kinds{
    Kind{"PK\x03\x04", "a workbook or a ZIP archive"},
    Kind{"\xD0\xCF\x11\xE0", "a workbook of an old Excel"},
    Kind{"\x1F\x8B", "compressed by gzip"},
    Kind{"%PDF", "a PDF document"},
    Kind{{"\xFF\xFE\0\0", 4}, "UTF-32"},
    Kind{{"\0\0\xFE\xFF", 4}, "UTF-32"},
};

NoText cut_short() {
    return {"the UTF-16 of the file is broken", std::string(save_as) + ", or copy the file again."};
}

}  // namespace

std::optional<NoText> Decoder::begin(std::string& out) {
    begun_ = true;
    for (const auto& kind : kinds)
        if (first_.starts_with(kind.starts))
            return NoText{"the file is " + std::string(kind.name) + ", not CSV", std::string(save_as) + "."};
    std::string_view rest = first_;
    if (rest.starts_with("\xFF\xFE") || rest.starts_with("\xFE\xFF")) {
        utf16_.emplace(rest.front() == '\xFF' ? text::ByteOrder::little : text::ByteOrder::big);
        rest.remove_prefix(2);
        if (!utf16_->feed(rest, out)) return cut_short();
        return std::nullopt;
    }
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    out += rest;
    return std::nullopt;
}

std::optional<NoText> Decoder::feed(std::string_view bytes, std::string& out) {
    if (!begun_) {
        const auto taken = std::min(bytes.size(), longest_mark - first_.size());
        first_ += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        if (first_.size() < longest_mark) return std::nullopt;
        if (auto fault = begin(out)) return fault;
    }
    if (!utf16_) {
        out += bytes;
        return std::nullopt;
    }
    if (!utf16_->feed(bytes, out)) return cut_short();
    return std::nullopt;
}

std::optional<NoText> Decoder::finish(std::string& out) {
    if (!begun_)
        if (auto fault = begin(out)) return fault;
    if (utf16_ && !utf16_->finish()) return cut_short();
    return std::nullopt;
}

}  // namespace uplift::intake
