#include "tests/sandbox/call.hpp"

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/token_endpoint.hpp"

namespace uplift::sandbox {

using nlohmann::json;

const json& Call::object_body() const {
    if (body.is_null()) throw malformed("Empty Payload. JSON content expected.");
    if (!body.is_object())
        throw malformed(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
            "valid JSON format.");
    return body;
}

bool Call::asks_eventual() const {
    return same_ignoring_case(request.header("consistencylevel"), "eventual");
}

bool Call::asks_count() const {
    const std::string* count = url.option("$count");
    return count != nullptr && *count == "true";
}

Answer no_content() {
    Answer answer;
    answer.status = 204;
    return answer;
}

std::vector<std::string> selected(const Call& call) {
    const std::string* option = call.url.option("$select");
    if (option == nullptr || option->empty()) return {};
    auto names = split(*option, ',');
    for (auto& name : names) {
        while (name.starts_with(' ')) name.erase(0, 1);
        while (name.ends_with(' ')) name.pop_back();
    }
    return names;
}

std::string context_url(const Call& call, const std::string& resource) {
    return call.base + "/v1.0/$metadata#" + resource;
}

std::string with_selection(const std::string& resource, const std::vector<std::string>& names) {
    if (names.empty()) return resource;
    std::string text = resource + "(";
    for (const auto& name : names) text += (text.back() == '(' ? "" : ",") + name;
    return text + ")";
}

std::string referenced_id(const Call& call, const std::string& url) {
    const auto refuse = [&] { return bad_request("Invalid URL specified for '@odata.id': '" + url + "'."); };
    std::string rest;
    for (const auto& known : known_resources({call.base}))
        if (known.resource != Resource::exchange && url.starts_with(known.url + "/"))
            rest = url.substr(known.url.size());
    const auto target = parse_target(rest);
    if (!target || !target->options.empty() || target->segments.size() != 3) throw refuse();
    const auto& segments = target->segments;
    if (segments[0] != "v1.0" && segments[0] != "beta") throw refuse();
    if (segments[1] != "users" && segments[1] != "directoryObjects") throw refuse();
    if (!is_guid(segments[2])) throw refuse();
    return lower(segments[2]);
}

UserPosition addressed_user(const Call& call, const std::string& name) {
    const bool by_id = is_guid(name);
    const Key key = by_id ? Key::id : Key::user_principal_name;
    const View view = by_id ? View::by_id : View::by_name;
    for (const auto position : call.tenant.directory.candidates(key, name)) {
        const User* user = call.tenant.directory.seen(position, view, call.now);
        if (user != nullptr && user->presence == Presence::active && has_key(*user, key, name))
            return position;
    }
    throw not_found(name);
}

const User& seen_user(const Call& call, const std::string& name) {
    const View view = is_guid(name) ? View::by_id : View::by_name;
    return *call.tenant.directory.seen(addressed_user(call, name), view, call.now);
}

UserPosition writable_user(const Call& call, const std::string& name) {
    const auto position = addressed_user(call, name);
    if (call.tenant.directory.truth(position).presence != Presence::active) throw not_found(name);
    return position;
}

}  // namespace uplift::sandbox
