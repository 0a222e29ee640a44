#include "tests/sandbox/paging.hpp"

#include <charconv>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

constexpr std::size_t usual_page = 100;
constexpr std::size_t largest_page = 999;

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::size_t page_size(const Call& call) {
    const std::string* top = call.url.option("$top");
    if (top == nullptr) return usual_page;
    const auto size = number_in(*top);
    if (!size || *size < 1 || *size > largest_page)
        throw bad_request("Invalid page size specified: '" + *top +
                          "'. Must be between 1 and 999 inclusive.");
    return *size;
}

// The token is opaque to clients: the position, with a mark in front, in base64url.
constexpr std::string_view mark = "sandbox:";

std::size_t first_position(const Call& call) {
    const std::string* token = call.url.option("$skiptoken");
    if (token == nullptr) return 0;
    const auto bytes = from_base64url(*token);
    if (bytes && bytes->starts_with(mark))
        if (const auto position = number_in(std::string_view(*bytes).substr(mark.size()))) return *position;
    throw bad_request("The skip token provided is invalid or expired.");
}

}  // namespace

void write_page(const Call& call, const NextElement& next, nlohmann::json& body) {
    auto value = nlohmann::json::array();
    std::size_t size = page_size(call);
    std::size_t position = first_position(call);
    // Graph may answer an empty page that has a nextLink all the same.
    if (call.tenant.settings.empty_first_page && call.url.option("$skiptoken") == nullptr) size = 0;
    bool more = false;
    while (true) {
        std::size_t after = position;
        auto element = next(after);
        if (!element) break;
        if (value.size() == size) {
            more = true;
            break;
        }
        value.push_back(std::move(*element));
        position = after;
    }
    if (more)
        body["@odata.nextLink"] =
            call.base + with_option(call.request.target,
                                    "$skiptoken",
                                    base64url(std::string(mark) + std::to_string(position)));
    body["value"] = std::move(value);
}

}  // namespace uplift::sandbox
