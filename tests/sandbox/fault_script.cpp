#include "tests/sandbox/fault_script.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace uplift::sandbox {
namespace {

using nlohmann::json;

struct KindRow {
    FaultKind kind;
    std::string_view word;
};
constexpr KindRow kinds[] = {
    {FaultKind::drop_before, "drop_before"},
    {FaultKind::drop_after, "drop_after"},
    {FaultKind::late, "late"},
    {FaultKind::apply_later, "apply_later"},
    {FaultKind::status, "status"},
    {FaultKind::truncate, "truncate"},
    {FaultKind::html200, "html200"},
    {FaultKind::garbage, "garbage"},
    {FaultKind::slow_loris, "slow_loris"},
    {FaultKind::redirect, "redirect"},
    {FaultKind::wrong_id, "wrong_id"},
    {FaultKind::rewrite, "rewrite"},
};

FaultKind kind_named(const std::string& word) {
    for (const auto& row : kinds)
        if (row.word == word) return row.kind;
    throw std::runtime_error("unknown action \"" + word + "\"");
}

void only(const json& object, std::initializer_list<std::string_view> known) {
    if (!object.is_object()) throw std::runtime_error("an object is needed");
    for (const auto& [key, value] : object.items())
        if (!key.starts_with('#') && std::find(known.begin(), known.end(), key) == known.end())
            throw std::runtime_error("unknown key \"" + key + "\"");
}

FaultAction action_in(const json& entry) {
    FaultAction action;
    if (entry.is_string()) {
        action.kind = kind_named(entry.get<std::string>());
        return action;
    }
    only(entry,
         {"action",
          "delay",
          "status",
          "retry_after",
          "body",
          "content_type",
          "html",
          "applied",
          "close",
          "bytes",
          "location",
          "set"});
    action.kind = kind_named(entry.value("action", "status"));
    action.delay = Seconds(entry.value("delay", 0.0));
    action.status = entry.value("status", 503);
    if (const auto found = entry.find("retry_after"); found != entry.end())
        action.retry_after = found->is_string() ? found->get<std::string>() : found->dump();
    if (const auto found = entry.find("body"); found != entry.end()) {
        action.body = found->is_string() ? found->get<std::string>() : found->dump();
        action.content_type = found->is_string() ? "text/plain" : "application/json";
    }
    if (entry.value("html", false)) {
        action.body =
            "<html><head><title>Error</title></head><body><h1>Service unavailable</h1></body></html>";
        action.content_type = "text/html";
    }
    action.content_type = entry.value("content_type", action.content_type);
    action.applied = entry.value("applied", false) ? Applied::yes : Applied::no;
    action.closing = entry.value("close", "orderly") == "reset" ? Closing::reset : Closing::orderly;
    action.bytes = entry.value("bytes", std::size_t{1});
    action.location = entry.value("location", "");
    if (entry.contains("set")) action.set = entry.at("set").dump();
    return action;
}

FaultRule rule_in(const json& entry) {
    only(entry, {"match", "when", "do"});
    FaultRule rule;
    if (entry.contains("match")) {
        const auto& match = entry.at("match");
        only(match, {"method", "path", "path_prefix", "body_contains"});
        if (const auto method = match.find("method"); method != match.end())
            rule.methods = method->is_array() ? method->get<std::vector<std::string>>()
                                              : std::vector<std::string>{method->get<std::string>()};
        rule.path = match.value("path", "");
        rule.path_prefix = match.value("path_prefix", "");
        rule.body_contains = match.value("body_contains", "");
    }
    if (entry.contains("when")) {
        const auto& when = entry.at("when");
        only(when, {"nth", "after", "times", "probability"});
        rule.nth = when.value("nth", std::vector<std::size_t>());
        rule.after = when.value("after", std::size_t{0});
        if (when.contains("times")) rule.times = when.at("times").get<std::size_t>();
        rule.probability = when.value("probability", 1.0);
    }
    rule.action = action_in(entry.at("do"));
    return rule;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

bool path_matches(const FaultRule& rule, std::string_view path) {
    constexpr std::string_view version = "/v1.0";
    const auto below = path.starts_with(version) ? path.substr(version.size()) : path;
    if (!rule.path.empty() && !glob_matches(rule.path, path) && !glob_matches(rule.path, below)) return false;
    return rule.path_prefix.empty() || path.starts_with(rule.path_prefix) ||
           below.starts_with(rule.path_prefix);
}

bool matches(const FaultRule& rule, const Request& request) {
    if (!rule.methods.empty() &&
        std::find(rule.methods.begin(), rule.methods.end(), request.method) == rule.methods.end())
        return false;
    if (!path_matches(rule, path_of(request.target))) return false;
    return rule.body_contains.empty() || request.body.find(rule.body_contains) != std::string::npos;
}

bool fires(const FaultRule& rule, Random& random) {
    if (!rule.nth.empty()) return std::find(rule.nth.begin(), rule.nth.end(), rule.seen) != rule.nth.end();
    if (rule.seen <= rule.after || (rule.times && rule.fired >= *rule.times)) return false;
    return rule.probability >= 1 || random.fraction() < rule.probability;
}

}  // namespace

std::string_view word(FaultKind kind) {
    for (const auto& row : kinds)
        if (row.kind == kind) return row.word;
    return {};
}

bool glob_matches(std::string_view glob, std::string_view text) {
    if (glob.empty()) return text.empty();
    if (glob.starts_with("**")) {
        for (std::size_t skip = 0; skip <= text.size(); ++skip)
            if (glob_matches(glob.substr(2), text.substr(skip))) return true;
        return false;
    }
    if (glob.front() == '*') {
        for (std::size_t skip = 0; skip <= text.size(); ++skip) {
            if (glob_matches(glob.substr(1), text.substr(skip))) return true;
            if (skip < text.size() && text[skip] == '/') break;
        }
        return false;
    }
    return !text.empty() && glob.front() == text.front() && glob_matches(glob.substr(1), text.substr(1));
}

std::vector<FaultRule> read_fault_rules(const json& rules) {
    if (!rules.is_array()) throw std::runtime_error("faults: an array of rules is needed");
    std::vector<FaultRule> result;
    for (const auto& entry : rules) {
        try {
            result.push_back(rule_in(entry));
        } catch (const std::exception& fault) {
            throw std::runtime_error("faults[" + std::to_string(result.size()) + "]: " + fault.what());
        }
    }
    return result;
}

std::optional<FaultAction> FaultScript::decide(const Request& request, Random& random) {
    std::optional<FaultAction> chosen;
    for (auto& rule : rules_) {
        if (!matches(rule, request)) continue;
        ++rule.seen;
        if (chosen || !fires(rule, random)) continue;
        ++rule.fired;
        chosen = rule.action;
    }
    return chosen;
}

}  // namespace uplift::sandbox
