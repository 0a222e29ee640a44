#include "tests/sandbox/batch.hpp"

#include <algorithm>
#include <unordered_map>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t most_items = 20;  // Graph: requests per $batch

Refusal bad_payload(const std::string& why) { return malformed("Invalid batch payload format. " + why); }

BatchItem read_item(const json& entry) {
    if (!entry.is_object()) throw bad_payload("Every request is an object.");
    BatchItem item;
    for (const auto& [key, value] : entry.items())
        if (key != "id" && key != "method" && key != "url" && key != "headers" && key != "body" &&
            key != "dependsOn")
            throw bad_payload("Unknown property '" + key + "'.");
    for (const char* key : {"id", "method", "url"})
        if (!entry.contains(key) || !entry.at(key).is_string() ||
            entry.at(key).get_ref<const std::string&>().empty())
            throw bad_payload("A request has no '" + std::string(key) + "'.");
    item.id = entry.at("id").get<std::string>();
    item.request.method = entry.at("method").get<std::string>();
    for (char& c : item.request.method) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    std::string url = entry.at("url").get<std::string>();
    if (url.find("://") != std::string::npos)
        throw bad_payload("The url of request '" + item.id + "' is not relative.");
    if (!url.starts_with('/')) url.insert(url.begin(), '/');
    item.request.target = "/v1.0" + url;
    if (entry.contains("headers")) {
        if (!entry.at("headers").is_object()) throw bad_payload("headers is an object.");
        for (const auto& [key, value] : entry.at("headers").items())
            item.request.headers.emplace_back(lower(key),
                                              value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (entry.contains("body")) item.body = entry.at("body");
    const bool writes_body =
        item.request.method == "POST" || item.request.method == "PATCH" || item.request.method == "PUT";
    if (writes_body && (item.body.is_null() || item.request.header("content-type").empty()))
        throw malformed("Write request id : " + item.id + " does not contain Content-Type header or body.");
    return item;
}

}  // namespace

std::vector<BatchItem> read_batch(const json& body) {
    const auto requests = body.is_object() ? body.find("requests") : body.end();
    if (requests == body.end() || !requests->is_array() || requests->empty())
        throw bad_payload("The 'requests' array is needed.");
    if (requests->size() > most_items)
        throw malformed("Number of batch request steps exceeds the maximum value of 20.");
    std::vector<BatchItem> items;
    std::unordered_map<std::string, std::size_t> places;
    for (const auto& entry : *requests) {
        items.push_back(read_item(entry));
        if (!places.emplace(lower(items.back().id), items.size() - 1).second)
            throw bad_payload("Request id '" + items.back().id + "' is not unique.");
    }
    // Graph wants a dependency to stand earlier in the array, which also rules out circles.
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& entry = (*requests)[i];
        if (!entry.contains("dependsOn") || entry.at("dependsOn").is_null()) continue;
        if (!entry.at("dependsOn").is_array()) throw bad_payload("dependsOn is an array.");
        for (const auto& name : entry.at("dependsOn")) {
            const auto found = places.find(lower(name.is_string() ? name.get<std::string>() : name.dump()));
            if (found == places.end() || found->second >= i)
                throw bad_payload("Request '" + items[i].id + "' depends on no earlier request.");
            items[i].depends_on.push_back(found->second);
        }
    }
    return items;
}

}  // namespace uplift::sandbox
