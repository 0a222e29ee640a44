#include "core/model/account.hpp"

namespace uplift {
namespace {

// Length before content: no two plans have the same text.
void add(std::string& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

void add(std::string& text, const std::vector<std::string>& parts) {
    text += std::to_string(parts.size());
    text += '[';
    for (const auto& part : parts) add(text, part);
}

}  // namespace

std::string canonical_text(const PlannedAccount& plan) {
    std::string text;
    add(text, plan.user_principal_name);
    add(text, plan.mail_nickname);
    add(text, plan.display_name);
    add(text, plan.usage_location);
    add(text, plan.account_enabled ? "enabled" : "disabled");
    add(text, plan.force_change ? "change" : "keep");
    add(text, plan.anchor.text());
    for (const auto& [name, value] : plan.properties) {
        add(text, name);
        add(text, value);
    }
    text += ';';
    for (const auto& wish : plan.licenses) {
        add(text, wish.sku);
        add(text, wish.disabled_plans);
        if (wish.enabled_plans) add(text, *wish.enabled_plans);
        text += ',';
    }
    text += ';';
    add(text, plan.groups);
    // Later parts add to the text only where they are: the digest of an older plan stays as it was.
    if (!plan.manager.empty()) {
        text += ";m";
        add(text, plan.manager);
    }
    if (!plan.aliases.empty()) {
        text += ";a";
        add(text, plan.aliases);
    }
    if (plan.litigation_hold) {
        const auto& hold = *plan.litigation_hold;
        text += ";h";
        add(text, hold.duration_days ? std::to_string(*hold.duration_days) : "unlimited");
        add(text, hold.comment);
        add(text, hold.url);
    }
    if (plan.archive) text += ";archive";
    return text;
}

std::string_view word(GroupKind kind) {
    switch (kind) {
        case GroupKind::security:
            return "security group";
        case GroupKind::microsoft_365:
            return "Microsoft 365 group";
        case GroupKind::mail_enabled_security:
            return "mail-enabled security group";
        case GroupKind::distribution_list:
            return "distribution list";
        case GroupKind::dynamic:
            return "dynamic group";
        case GroupKind::synced:
            return "synchronised group";
        case GroupKind::role_assignable:
            return "role-assignable group";
    }
    return "";
}

}  // namespace uplift
