#include "daemon/upliftctl/job_file.hpp"

#include "core/json/json.hpp"
#include "core/model/guid.hpp"
#include "core/text/utf8.hpp"

namespace uplift::upliftctl {
namespace {

json::Value list_of(std::span<const std::string> texts) {
    auto list = json::Value::array();
    for (const auto& text : texts) list.push_back(json::Value(text));
    return list;
}

json::Value selection_of(const Wanted& wanted) {
    auto select = json::Value::object();
    if (!wanted.ous.empty()) select.set("ou", list_of(wanted.ous));
    if (!wanted.exclude_ous.empty()) select.set("exclude_ou", list_of(wanted.exclude_ous));
    if (!wanted.filter.empty()) select.set("filter", json::Value(wanted.filter));
    return select;
}

Fault no_identity(std::string what) {
    return Fault{.code = FaultCode::usage,
                 .where = "--user",
                 .what = std::move(what),
                 .cure =
                     "Give a GUID, a DN, a userPrincipalName or a sAMAccountName; or KIND=VALUE, for example "
                     "sAMAccountName=jdoe."};
}

}  // namespace

Result<Identity> identity_named(std::string_view text) {
    text = text::trim(text);
    if (!text::is_utf8(text)) return no_identity("a person is not named in UTF-8");
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
        if (const auto kind = parse_identity_kind(text::trim(text.substr(0, equals)))) {
            const auto value = text::trim(text.substr(equals + 1));
            if (value.empty()) return no_identity(std::string(word(*kind)) + " has no value");
            return Identity{.kind = *kind, .value = std::string(value)};
        }
    }
    if (text.empty()) return no_identity("nobody is named");
    auto kind = IdentityKind::sAMAccountName;
    if (parse_guid(text))
        kind = IdentityKind::objectGUID;
    else if (equals != std::string_view::npos)
        kind = IdentityKind::distinguishedName;
    else if (text.find('@') != std::string_view::npos)
        kind = IdentityKind::userPrincipalName;
    return Identity{.kind = kind, .value = std::string(text)};
}

Result<std::string> job_file_of(const JobWish& wish) {
    auto job = json::Value::object();
    if (!wish.profile.empty()) job.set("profile", json::Value(wish.profile));
    auto select = selection_of(wish.selection);
    if (!select.members().empty()) job.set("select", std::move(select));
    if (!wish.users.empty()) {
        auto users = json::Value::array();
        for (const auto& text : wish.users) {
            auto identity = identity_named(text);
            if (!identity) return identity.error();
            auto user = json::Value::object();
            user.set(std::string(word(identity->kind)), json::Value(identity->value));
            users.push_back(std::move(user));
        }
        job.set("users", std::move(users));
    }
    if (wish.run_at) job.set("run_at", json::Value(to_rfc3339(*wish.run_at)));
    if (!wish.label.empty()) job.set("label", json::Value(wish.label));
    return json::dump(job) + "\n";
}

}  // namespace uplift::upliftctl
