#include "core/graph/bodies.hpp"

#include <algorithm>
#include <array>

#include "core/json/json.hpp"

namespace uplift::graph {
namespace {

constexpr std::string_view extension_prefix = "extensionAttribute";

// Set from the plan's own members, whatever a profile says besides.
constexpr std::array<std::string_view, 9> own_properties{"accountEnabled",
                                                         "displayName",
                                                         "mailNickname",
                                                         "userPrincipalName",
                                                         "usageLocation",
                                                         "onPremisesImmutableId",
                                                         "passwordProfile",
                                                         "passwordPolicies",
                                                         "id"};

// What no PATCH of properties may touch.
constexpr std::array<std::string_view, 6> kept_properties{"accountEnabled",
                                                          "userPrincipalName",
                                                          "onPremisesImmutableId",
                                                          "passwordProfile",
                                                          "passwordPolicies",
                                                          "id"};

bool is_kept(std::string_view name) {
    return std::find(kept_properties.begin(), kept_properties.end(), name) != kept_properties.end();
}

bool is_own(std::string_view name) {
    return std::find(own_properties.begin(), own_properties.end(), name) != own_properties.end();
}

// Graph: businessPhones is a list of at most one entry.
bool is_list(std::string_view name) { return name == "businessPhones"; }

template <class Sink>
class Writer {
 public:
    explicit Writer(Sink& sink) : sink_(sink) {}
    void raw(std::string_view text) { sink_(text); }
    void key(std::string_view name) {
        if (!first_) raw(",");
        first_ = false;
        json::escape(name, sink_);
        raw(":");
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        json::escape(value, sink_);
    }
    void truth(std::string_view name, bool value) {
        key(name);
        raw(value ? "true" : "false");
    }
    void open() {
        raw("{");
        first_ = true;
    }
    void close() {
        raw("}");
        first_ = false;
    }

 private:
    Sink& sink_;
    bool first_ = true;
};

void write_create(const PlannedAccount& plan, std::string_view password, auto& sink) {
    Writer writer(sink);
    writer.open();
    writer.truth("accountEnabled", plan.account_enabled);
    writer.text("displayName", plan.display_name);
    writer.text("mailNickname", plan.mail_nickname);
    writer.text("userPrincipalName", plan.user_principal_name);
    if (!plan.usage_location.empty()) writer.text("usageLocation", plan.usage_location);
    writer.text("onPremisesImmutableId", plan.anchor.text());
    bool extended = false;
    for (const auto& [name, value] : plan.properties) {
        if (value.empty() || is_own(name)) continue;
        if (name.starts_with(extension_prefix)) {
            extended = true;
        } else if (is_list(name)) {
            writer.key(name);
            writer.raw("[");
            json::escape(value, sink);
            writer.raw("]");
        } else {
            writer.text(name, value);
        }
    }
    if (extended) {
        writer.key("onPremisesExtensionAttributes");
        writer.open();
        for (const auto& [name, value] : plan.properties)
            if (!value.empty() && name.starts_with(extension_prefix)) writer.text(name, value);
        writer.close();
    }
    writer.key("passwordProfile");
    writer.open();
    // Left out it would be false.
    writer.truth("forceChangePasswordNextSignIn", plan.force_change);
    writer.text("password", password);
    writer.close();
    writer.close();
}

}  // namespace

Secret create_body(const PlannedAccount& plan, const Secret& password) {
    std::size_t size = 0;
    auto measure = [&](std::string_view piece) { size += piece.size(); };
    write_create(plan, password.view(), measure);
    Secret body(size);
    auto end = body.writable().begin();
    auto write = [&](std::string_view piece) { end = std::copy(piece.begin(), piece.end(), end); };
    write_create(plan, password.view(), write);
    return body;
}

std::string usage_location_body(std::string_view usage_location) {
    auto body = json::Value::object();
    body.set("usageLocation", usage_location);
    return json::dump(body);
}

std::string anchor_body(const Anchor& anchor) {
    auto body = json::Value::object();
    body.set("onPremisesImmutableId", anchor.empty() ? json::Value{} : json::Value{anchor.text()});
    return json::dump(body);
}

std::optional<std::string> properties_body(
    const std::vector<std::pair<std::string, std::string>>& properties) {
    auto body = json::Value::object();
    auto extensions = json::Value::object();
    for (const auto& [name, value] : properties) {
        if (is_kept(name)) continue;
        const bool extension = name.starts_with(extension_prefix);
        if (is_list(name)) {
            auto list = json::Value::array();
            if (!value.empty()) list.push_back(value);
            body.set(name, std::move(list));
        } else {
            (extension ? extensions : body).set(name, value.empty() ? json::Value{} : json::Value{value});
        }
    }
    if (!extensions.members().empty()) body.set("onPremisesExtensionAttributes", std::move(extensions));
    if (body.members().empty()) return std::nullopt;
    return json::dump(body);
}

std::string license_body(const std::vector<AssignedLicense>& licenses) {
    auto added = json::Value::array();
    for (const auto& license : licenses) {
        auto disabled = json::Value::array();
        for (const auto& plan : license.disabled_plans) disabled.push_back(plan.value);
        auto entry = json::Value::object();
        entry.set("skuId", license.sku.value).set("disabledPlans", std::move(disabled));
        added.push_back(std::move(entry));
    }
    auto body = json::Value::object();
    // Both must be there. Who is given licences loses none by it.
    body.set("addLicenses", std::move(added)).set("removeLicenses", json::Value::array());
    return json::dump(body);
}

std::string license_removal_body(const std::vector<SkuId>& skus) {
    auto removed = json::Value::array();
    for (const auto& sku : skus) removed.push_back(sku.value);
    auto body = json::Value::object();
    body.set("addLicenses", json::Value::array()).set("removeLicenses", std::move(removed));
    return json::dump(body);
}

std::string member_body(std::string_view directory, const ObjectId& id) {
    auto body = json::Value::object();
    body.set("@odata.id", std::string(directory) + "/directoryObjects/" + id.value);
    return json::dump(body);
}

std::string manager_body(std::string_view directory, const ObjectId& manager) {
    auto body = json::Value::object();
    body.set("@odata.id", std::string(directory) + "/users/" + manager.value);
    return json::dump(body);
}

}  // namespace uplift::graph
