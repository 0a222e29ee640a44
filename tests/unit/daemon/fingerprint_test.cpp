#include "daemon/fingerprint.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace uplift::daemon {
namespace {

Profile a_profile() {
    Profile profile;
    profile.name = ProfileName{"staff"};
    profile.domain = "contoso.com";
    profile.licenses = {{.sku = "SPE_E3", .disabled_plans = {}, .enabled_plans = std::nullopt}};
    profile.groups = {"a", "b"};
    return profile;
}

TEST(Fingerprint, TheSameSubmissionHasTheSameText) {
    EXPECT_EQ(fingerprint_text("ab", a_profile(), 1000), fingerprint_text("ab", a_profile(), 1000));
}

TEST(Fingerprint, EveryFieldOfTheProfileCounts) {
    const std::function<void(Profile&)> changes[] = {
        [](Profile&) {},
        [](Profile& p) { p.name.value = "x"; },
        [](Profile& p) { p.directory.value = "x"; },
        [](Profile& p) { p.tenant.value = "x"; },
        [](Profile& p) { p.domain = "x"; },
        [](Profile& p) { p.upn = "x"; },
        [](Profile& p) { p.usage_location = "x"; },
        [](Profile& p) { p.password.mode = PasswordMode::typed; },
        [](Profile& p) { p.password.length = 21; },
        [](Profile& p) { p.password.classes = 4; },
        [](Profile& p) { p.password.exclude = "x"; },
        [](Profile& p) { p.force_change = false; },
        [](Profile& p) { p.licenses[0].sku = "x"; },
        [](Profile& p) { p.licenses[0].disabled_plans = {"x"}; },
        [](Profile& p) { p.licenses[0].enabled_plans.emplace(); },
        [](Profile& p) { p.groups = {"ab"}; },
        [](Profile& p) {
            p.groups = {"b", "a"};
        },
        [](Profile& p) { p.disabled_accounts = DisabledAccounts::include; },
        [](Profile& p) { p.manager = true; },
        [](Profile& p) { p.existing = Existing::adopt; },
        [](Profile& p) { p.seats = Seats::fail; },
        [](Profile& p) { p.aliases = {"x"}; },
        [](Profile& p) { p.litigation_hold.emplace(); },
        [](Profile& p) { p.archive = true; },
        [](Profile& p) { p.attributes["jobTitle"] = "x"; },
        [](Profile& p) { p.allow.columns = {"x"}; },
        [](Profile& p) { p.allow.licenses = {"x"}; },
        [](Profile& p) { p.allow.groups = {"x"}; },
        [](Profile& p) { p.allow.domains = {"x"}; },
        [](Profile& p) { p.allow.ous = {"x"}; },
    };

    std::set<std::string> texts;
    for (const auto& change : changes) {
        auto profile = a_profile();
        change(profile);
        texts.insert(canonical_text(profile));
    }

    EXPECT_EQ(texts.size(), std::size(changes));
}

TEST(Fingerprint, BytesAndSubmitterCount) {
    const auto text = fingerprint_text("ab", a_profile(), 1000);

    EXPECT_NE(text, fingerprint_text("ac", a_profile(), 1000));
    EXPECT_NE(text, fingerprint_text("ab", a_profile(), 1001));
}

}  // namespace
}  // namespace uplift::daemon
