#include "tests/sandbox/exchange/settings.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/sandbox/definition.hpp"
#include "tests/sandbox/definition_keys.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

// 60, [60, 300], or {"min": 60, "max": 86400, "draw": "log"}.
Spread spread_of(const json& value, const std::string& where) {
    Spread spread;
    const auto set = [&](double shortest, double longest) {
        if (shortest < 0 || longest < shortest) throw DefinitionError(where + ": shortest before longest");
        spread.range = {Seconds(shortest), Seconds(longest)};
    };
    if (value.is_number()) {
        set(value.get<double>(), value.get<double>());
    } else if (value.is_array() && value.size() == 2) {
        set(value[0].get<double>(), value[1].get<double>());
    } else if (value.is_object()) {
        check_keys(value, {"min", "max", "draw"}, where);
        set(value.value("min", 0.0), value.at("max").get<double>());
        const auto draw = value.value("draw", "even");
        if (draw != "even" && draw != "log") throw DefinitionError(where + ".draw: even or log");
        if (draw == "log") spread.draw = Draw::log;
    } else {
        throw DefinitionError(where + ": a number of seconds, [shortest, longest] or {min, max, draw}");
    }
    return spread;
}

MailboxRule rule_of(const json& entry) {
    check_keys(entry, {"users", "delay", "lag"}, "mailboxes");
    MailboxRule rule;
    rule.users = needed_text(entry, "users", "mailboxes");
    const json& delay = entry.at("delay");
    if (delay == "never") {
        rule.kind = MailboxRule::Kind::never;
    } else if (delay == "late") {
        rule.kind = MailboxRule::Kind::late;
    } else {
        rule.delay = spread_of(delay, "mailboxes.delay");
    }
    if (entry.contains("lag")) rule.lag = spread_of(entry.at("lag"), "mailboxes.lag");
    return rule;
}

}  // namespace

Seconds Spread::drawn(Random& random) const {
    const double part = random.fraction();
    const double shortest = range.shortest.count();
    const double longest = range.longest.count();
    if (draw == Draw::even || longest <= 0) return Seconds(shortest + (longest - shortest) * part);
    const double from = std::max(shortest, longest / 1e6);
    return Seconds(from * std::pow(longest / from, part));
}

MailboxTiming mailbox_timing_of(const json& definition) {
    MailboxTiming timing;
    timing.late.range = {std::chrono::hours(25), std::chrono::hours(48)};
    const auto read = [&](const char* key, Spread& target) {
        if (definition.contains(key)) target = spread_of(definition.at(key), key);
    };
    read("mailbox_delay", timing.delay);
    read("mailbox_lag", timing.lag);
    read("mailbox_list_lag", timing.list_lag);
    read("mailbox_late", timing.late);
    timing.burst = Seconds(definition.value("mailbox_burst", 0.0));
    timing.scale = definition.value("mailbox_scale", 1.0);
    if (timing.scale < 0) throw DefinitionError("mailbox_scale: a factor of 0 or more");
    if (definition.contains("mailbox_odds")) {
        const json& odds = definition.at("mailbox_odds");
        check_keys(odds, {"late", "never"}, "mailbox_odds");
        timing.late_share = odds.value("late", 0.0);
        timing.never_share = odds.value("never", 0.0);
    }
    for (const auto& entry : list_of(definition, "mailboxes")) timing.rules.push_back(rule_of(entry));
    return timing;
}

CallSettings call_settings_of(const json& definition) {
    CallSettings settings;
    if (!definition.contains("exchange")) return settings;
    const json& entry = definition.at("exchange");
    check_keys(entry, {"commands", "per", "refuses", "command_time", "stale_for", "odd_status"}, "exchange");
    settings.commands = entry.value("commands", settings.commands);
    settings.period = Seconds(entry.value("per", settings.period.count()));
    if (settings.commands < 1 || settings.period.count() <= 0)
        throw DefinitionError("exchange: commands and per are more than 0");
    const auto refuses = entry.value("refuses", "mixed");
    if (refuses == "429") {
        settings.refuses = Refuses::with_429;
    } else if (refuses == "503") {
        settings.refuses = Refuses::with_503;
    } else if (refuses != "mixed") {
        throw DefinitionError("exchange.refuses: 429, 503 or mixed");
    }
    if (entry.contains("command_time"))
        settings.command_time = spread_of(entry.at("command_time"), "exchange.command_time");
    settings.stale_for = Seconds(entry.value("stale_for", settings.stale_for.count()));
    settings.odd_status = entry.value("odd_status", 0.0);
    return settings;
}

}  // namespace uplift::sandbox::exchange
