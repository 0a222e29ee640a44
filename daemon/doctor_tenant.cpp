// What doctor says of a tenant, and of what a profile names there.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"
#include "daemon/certificate_watch.hpp"
#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {
namespace {

using protocol::CheckState;
using protocol::CheckView;

Fault about_permission(std::string what, std::string cure) {
    return {
        .code = FaultCode::tenant_permission, .where = {}, .what = std::move(what), .cure = std::move(cure)};
}

bool is_among(const std::string& one, std::span<const std::string> all) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Of use for what Uplift can do, but for no profile in particular: security.md, Graph permissions.
bool is_optional(std::string_view permission) {
    constexpr std::string_view optional[] = {
        "Directory.Read.All", "OrgContact.Read.All", "AuditLog.Read.All", "User.DeleteRestore.All"};
    return std::find(std::begin(optional), std::end(optional), permission) != std::end(optional);
}

bool is_needed(const std::string& permission, const std::vector<graph::Call>& calls) {
    return std::any_of(calls.begin(), calls.end(), [&](graph::Call call) {
        return graph::allows({&permission, 1}, graph::entry_of(call).permission);
    });
}

// User of User.Read.All.
std::string_view kind_of(std::string_view permission) { return permission.substr(0, permission.find('.')); }

// What the calls need at least, each once; not User.Read.All beside User.ReadWrite.All.
std::vector<std::string> least_of(const std::vector<graph::Call>& calls) {
    std::vector<std::string> all;
    for (const auto call : calls) {
        std::string least(graph::entry_of(call).permission);
        if (!is_among(least, all)) all.push_back(std::move(least));
    }
    auto kept = all;
    std::erase_if(kept, [&](const std::string& one) {
        return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
            return other != one && kind_of(other) == kind_of(one) && graph::allows({&other, 1}, one);
        });
    });
    return kept;
}

std::string granted_in_words(const std::vector<std::string>& granted, const std::string& permission) {
    if (is_among(permission, granted)) return "granted";
    const auto by = std::find_if(granted.begin(), granted.end(), [&](const std::string& one) {
        return graph::allows({&one, 1}, permission);
    });
    return by == granted.end() ? "granted" : "granted by " + *by;
}

void judge_permissions(const AppRights& rights, Checks& checks) {
    if (!rights.granted) {
        checks.push_back(
            check_warned("permissions",
                         "the token does not say what it permits",
                         "Look at the app's application permissions in the Entra admin center."));
        return;
    }
    const auto& granted = *rights.granted;
    const auto& needed = rights.rules.needed;
    for (const auto& permission : least_of(needed))
        if (graph::allows(granted, permission))
            checks.push_back(check_passed("permission " + permission, granted_in_words(granted, permission)));
    for (const auto& permission : graph::missing_for(granted, needed))
        checks.push_back(check_troubled(
            "permission " + permission,
            CheckState::failure,
            about_permission(
                "the app lacks it, so nothing is written",
                "Grant it " + permission + " as an application permission and give admin consent.")));
    const auto forbidden = graph::forbidden_among(granted, rights.rules.tolerated);
    const auto powerful = graph::forbidden_among(granted, {});
    for (const auto& permission : granted) {
        const auto check = "permission " + permission;
        if (is_among(permission, forbidden))
            checks.push_back(
                check_troubled(check,
                               CheckState::failure,
                               about_permission("could take over the whole tenant, so nothing is written",
                                                "Take it away from the app; or name it in the tenant's "
                                                "tolerate_permissions, and bear the risk.")));
        else if (is_among(permission, powerful))
            checks.push_back(
                check_troubled(check,
                               CheckState::warning,
                               about_permission("could take over the whole tenant, and is tolerated",
                                                "Take it away from the app as soon as it can be.")));
        else if (!is_needed(permission, needed) && !is_optional(permission))
            checks.push_back(check_troubled(
                check,
                CheckState::warning,
                about_permission("no profile of the tenant needs it", "Take it away from the app.")));
    }
}

CheckView check_certificate(TimePoint end, TimePoint now) {
    constexpr auto check = "certificate";
    const auto day = to_rfc3339(end).substr(0, 10);
    if (!certificate_warning(end, now)) return check_passed(check, "ends on " + day);
    return check_troubled(
        check,
        end <= now ? CheckState::failure : CheckState::warning,
        Fault{.code = FaultCode::tenant_credentials,
              .where = {},
              .what = (end <= now ? "ended on " : "ends on ") + day,
              .cure = "Make a new one, add it to the app registration, put it in place and reload."});
}

// The cure, with the name that was probably meant in front.
Fault with_nearest(Fault fault, std::string_view given, std::span<const std::string_view> known) {
    if (const auto near = text::nearest(given, known))
        fault.cure = "Did you mean " + text::quoted(*near) + "? " + fault.cure;
    return fault;
}

void judge_domains(const Profile& profile, const Outcome<std::vector<Domain>>& outcome, Checks& checks) {
    const auto* domains = done_value(outcome);
    if (domains == nullptr) {
        checks.push_back(check_troubled("domains", CheckState::failure, reason_of(outcome)));
        return;
    }
    std::vector<std::string_view> usable;
    for (const auto& domain : *domains)
        if (domain.verified && !domain.federated) usable.push_back(domain.name);
    std::vector<std::string> wanted{profile.domain};
    for (const auto& allowed : profile.allow.domains)
        if (!is_among(allowed, wanted)) wanted.push_back(allowed);
    for (const auto& domain : wanted) {
        const auto check = "domain " + domain;
        if (auto good = engine::check_domain("x@" + domain, *domains); !good)
            checks.push_back(
                check_troubled(check, CheckState::failure, with_nearest(good.error(), domain, usable)));
        else
            checks.push_back(check_passed(check, "verified and managed"));
    }
}

CheckView check_seats(const std::string& check, const Sku& sku, std::size_t disabled_plans) {
    const auto free = std::max<std::int64_t>(sku.owned - sku.used, 0);
    auto message = std::to_string(sku.owned) + " owned, " + std::to_string(sku.used) + " used, " +
                   std::to_string(free) + " free";
    if (free == 0)
        return check_troubled(check,
                              CheckState::warning,
                              Fault{.code = FaultCode::no_seats,
                                    .where = {},
                                    .what = std::move(message),
                                    .cure = std::string(entry_of(FaultCode::no_seats).cure)});
    if (disabled_plans > 0)
        message += "; " + std::to_string(disabled_plans) +
                   (disabled_plans == 1 ? " service plan is" : " service plans are") + " left out";
    return check_passed(check, std::move(message));
}

void judge_license(const LicenseWish& wish, const std::vector<Sku>& skus, Checks& checks) {
    const auto check = "licence " + wish.sku;
    const auto alone =
        engine::find_license(LicenseWish{.sku = wish.sku, .disabled_plans = {}, .enabled_plans = {}}, skus);
    if (!alone) {
        std::vector<std::string_view> known;
        for (const auto& sku : skus)
            for (const std::string_view name :
                 {std::string_view(sku.part_number), std::string_view(sku.product_name)})
                if (!name.empty()) known.push_back(name);
        auto fault = alone.error();
        if (fault.code == FaultCode::sku_unknown) fault = with_nearest(std::move(fault), wish.sku, known);
        checks.push_back(check_troubled(check, CheckState::failure, fault));
        return;
    }
    const auto sku =
        std::find_if(skus.begin(), skus.end(), [&](const Sku& one) { return one.id == alone->sku; });
    std::vector<std::string_view> plans;
    for (const auto& plan : sku->plans) plans.push_back(plan.name);

    bool good = true;
    const auto look_at_plan = [&](const std::string& plan, const LicenseWish& with_it) {
        const auto found = engine::find_license(with_it, skus);
        if (found) return;
        good = false;
        checks.push_back(check_troubled("service plan " + plan + " of " + wish.sku,
                                        CheckState::failure,
                                        with_nearest(found.error(), plan, plans)));
    };
    for (const auto& plan : wish.disabled_plans)
        look_at_plan(plan, LicenseWish{.sku = wish.sku, .disabled_plans = {plan}, .enabled_plans = {}});
    for (const auto& plan : wish.enabled_plans.value_or(std::vector<std::string>{}))
        look_at_plan(
            plan,
            LicenseWish{
                .sku = wish.sku, .disabled_plans = {}, .enabled_plans = std::vector<std::string>{plan}});
    const auto whole = good ? engine::find_license(wish, skus) : alone;
    checks.push_back(check_seats(check, *sku, whole ? whole->disabled_plans.size() : 0));
}

CheckView check_group(const std::string& name, const Outcome<std::vector<Group>>& outcome) {
    const auto check = "group " + name;
    const auto* found = done_value(outcome);
    if (found == nullptr) return check_troubled(check, CheckState::failure, reason_of(outcome));
    const auto group = engine::only_group(name, *found);
    if (!group) return check_troubled(check, CheckState::failure, group.error());
    return check_passed(check, std::string(word(group->kind)) + "; members can be added");
}

void judge_cmdlets(const std::vector<std::string>& needed,
                   const Outcome<std::vector<std::string>>& outcome,
                   Checks& checks) {
    const auto* allowed = done_value(outcome);
    if (allowed == nullptr) {
        checks.push_back(check_troubled("Exchange Online", CheckState::failure, reason_of(outcome)));
        return;
    }
    for (const auto& cmdlet : needed) {
        const auto check = "Exchange command " + cmdlet;
        const bool may = std::any_of(allowed->begin(), allowed->end(), [&](const std::string& one) {
            return text::same_ignoring_case(one, cmdlet);
        });
        if (may)
            checks.push_back(check_passed(check, "the app may run it"));
        else
            checks.push_back(check_troubled(
                check,
                CheckState::failure,
                Fault{.code = FaultCode::exchange_cmdlet_missing,
                      .where = {},
                      .what = "the app may not run it",
                      .cure = std::string(entry_of(FaultCode::exchange_cmdlet_missing).cure)}));
    }
}

// Those that can be told: a domain that is an attribute of the person shows with the person.
std::vector<std::string> alias_domains_of(const Profile& profile) {
    std::vector<std::string> domains;
    const auto add = [&](std::string domain) {
        if (!domain.empty() && !is_among(domain, domains)) domains.push_back(std::move(domain));
    };
    for (const auto& alias : profile.aliases) {
        const auto domain = alias.substr(std::min(alias.size(), alias.rfind('@') + 1));
        if (domain == "{domain}") {
            add(text::lower(profile.domain));
            for (const auto& allowed : profile.allow.domains) add(text::lower(allowed));
        } else if (domain.find('{') == std::string::npos) {
            add(text::lower(domain));
        }
    }
    return domains;
}

void judge_alias_domains(const Profile& profile,
                         const Outcome<std::vector<std::string>>& outcome,
                         Checks& checks) {
    const auto* accepted = done_value(outcome);
    if (accepted == nullptr) {
        checks.push_back(check_troubled("alias domains", CheckState::failure, reason_of(outcome)));
        return;
    }
    const std::vector<std::string_view> known(accepted->begin(), accepted->end());
    for (const auto& domain : alias_domains_of(profile)) {
        const auto check = "alias domain " + domain;
        if (is_among(domain, *accepted)) {
            checks.push_back(check_passed(check, "accepted by Exchange Online"));
            continue;
        }
        Fault fault{.code = FaultCode::alias_domain,
                    .where = {},
                    .what = "Exchange Online does not accept it",
                    .cure = std::string(entry_of(FaultCode::alias_domain).cure)};
        checks.push_back(
            check_troubled(check, CheckState::failure, with_nearest(std::move(fault), domain, known)));
    }
}

}  // namespace

std::vector<std::string> cmdlets_of(const Profile& profile,
                                    const std::map<std::string, Outcome<std::vector<Group>>>& groups) {
    std::vector<std::string> cmdlets;
    const bool lists = std::any_of(groups.begin(), groups.end(), [](const auto& entry) {
        const auto* found = done_value(entry.second);
        return found != nullptr && std::any_of(found->begin(), found->end(), [](const Group& group) {
                   return engine::is_exchange_group(group.kind);
               });
    });
    const bool settings = !profile.aliases.empty() || profile.litigation_hold;
    if (settings || profile.archive || lists) cmdlets.emplace_back("Get-Mailbox");
    if (settings) cmdlets.emplace_back("Set-Mailbox");
    if (profile.archive) cmdlets.emplace_back("Enable-Mailbox");
    if (lists) cmdlets.emplace_back("Add-DistributionGroupMember");
    return cmdlets;
}

std::vector<LicenseWish> licenses_of(const Profile& profile) {
    auto wishes = profile.licenses;
    for (const auto& allowed : profile.allow.licenses) {
        const bool known = std::any_of(wishes.begin(), wishes.end(), [&](const LicenseWish& wish) {
            return engine::same_name(wish.sku, allowed);
        });
        if (!known) wishes.push_back({.sku = allowed, .disabled_plans = {}, .enabled_plans = {}});
    }
    return wishes;
}

std::vector<std::string> groups_of(const Profile& profile) {
    std::vector<std::string> names;
    for (const auto* list : {&profile.groups, &profile.allow.groups})
        for (const auto& name : *list)
            if (!is_among(name, names)) names.push_back(name);
    return names;
}

Checks judge(const TenantFacts& facts) {
    Checks checks;
    if (facts.unusable) {
        checks.push_back(check_troubled("settings", CheckState::failure, *facts.unusable));
        return checks;
    }
    if (facts.certificate_end) checks.push_back(check_certificate(*facts.certificate_end, facts.now));
    if (!facts.signed_in) return checks;
    const auto* rights = done_value(*facts.signed_in);
    if (rights == nullptr) {
        checks.push_back(check_troubled("sign-in", CheckState::failure, reason_of(*facts.signed_in)));
        return checks;
    }
    checks.push_back(
        check_passed("sign-in",
                     "as app " + facts.settings.client_id +
                         (facts.settings.client_secret ? ", by client secret" : ", by certificate")));
    judge_permissions(*rights, checks);
    return checks;
}

Checks judge(const Profile& profile, const ProfileFacts& facts) {
    Checks checks;
    if (facts.domains) judge_domains(profile, *facts.domains, checks);
    if (facts.skus) {
        if (const auto* skus = done_value(*facts.skus))
            for (const auto& wish : licenses_of(profile)) judge_license(wish, *skus, checks);
        else
            checks.push_back(check_troubled("licences", CheckState::failure, reason_of(*facts.skus)));
    }
    for (const auto& [name, found] : facts.groups) checks.push_back(check_group(name, found));
    if (facts.cmdlets) judge_cmdlets(cmdlets_of(profile, facts.groups), *facts.cmdlets, checks);
    if (facts.accepted_domains) judge_alias_domains(profile, *facts.accepted_domains, checks);
    return checks;
}

}  // namespace uplift::daemon
