#include "daemon/fingerprint.hpp"

#include <optional>

namespace uplift::daemon {
namespace {

class Canonical {
 public:
    void add(std::string_view value) { text_ += std::to_string(value.size()) + ":" + std::string(value); }
    void add(const std::string& value) { add(std::string_view(value)); }
    void add(bool value) { add(std::string_view(value ? "1" : "0")); }
    void add(std::int64_t value) { add(std::string_view(std::to_string(value))); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void add(Enum value) { add(static_cast<std::int64_t>(value)); }
    template <class Item>
    void add(const std::optional<Item>& value) {
        add(value.has_value());
        if (value) add(*value);
    }
    template <class Item>
    void add(const std::vector<Item>& list) {
        add(static_cast<std::int64_t>(list.size()));
        for (const auto& item : list) add(item);
    }
    void add(const std::map<std::string, std::string>& map) {
        add(static_cast<std::int64_t>(map.size()));
        for (const auto& [key, value] : map) {
            add(key);
            add(value);
        }
    }
    void add(const LicenseWish& wish) {
        add(wish.sku);
        add(wish.disabled_plans);
        add(wish.enabled_plans);
    }
    void add(const PasswordRule& rule) {
        add(rule.mode);
        add(std::int64_t{rule.length});
        add(std::int64_t{rule.classes});
        add(rule.exclude);
    }
    void add(const LitigationHold& hold) {
        add(hold.duration_days);
        add(hold.comment);
        add(hold.url);
    }
    void add(const Allow& allow) {
        add(allow.columns);
        add(allow.licenses);
        add(allow.groups);
        add(allow.domains);
        add(allow.ous);
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    std::string text_;
};

}  // namespace

std::string canonical_text(const Profile& profile) {
    Canonical text;
    text.add(profile.name.value);
    text.add(profile.directory.value);
    text.add(profile.tenant.value);
    text.add(profile.domain);
    text.add(profile.upn);
    text.add(profile.usage_location);
    text.add(profile.password);
    text.add(profile.force_change);
    text.add(profile.licenses);
    text.add(profile.groups);
    text.add(profile.disabled_accounts);
    text.add(profile.manager);
    text.add(profile.existing);
    text.add(profile.seats);
    text.add(profile.aliases);
    text.add(profile.litigation_hold);
    text.add(profile.archive);
    text.add(profile.attributes);
    text.add(profile.allow);
    return text.take();
}

std::string fingerprint_text(std::string_view sha256_of_bytes,
                             const Profile& profile,
                             std::uint32_t submitter) {
    Canonical text;
    text.add(sha256_of_bytes);
    text.add(canonical_text(profile));
    text.add(std::int64_t{submitter});
    return text.take();
}

}  // namespace uplift::daemon
