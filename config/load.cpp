#include "config/load.hpp"

#include <initializer_list>
#include <utility>

#include "config/section.hpp"
#include "config/sections.hpp"
#include "config/shapes.hpp"
#include "config/source_files.hpp"
#include "config/tree.hpp"
#include "core/text/ldap.hpp"
#include "core/text/nearest.hpp"

namespace uplift::config {
namespace {

// The place of a value by its path, or of the last table on the way to it.
const Place& place_at(const Node& root, std::initializer_list<std::string_view> path) {
    const Node* node = &root;
    for (const auto key : path) {
        const auto* table = std::get_if<Table>(&node->value);
        const auto* entry = table == nullptr ? nullptr : table->find(key);
        if (entry == nullptr) break;
        node = &entry->node;
    }
    return node->place;
}

void note_written(const Node& node, const std::string& path, std::map<std::string, WrittenValue>& written) {
    const auto* table = std::get_if<Table>(&node.value);
    if (table == nullptr || table->kind == Table::Kind::inlined) {
        written[path] = {.text = to_toml(node), .place = to_string(node.place)};
        return;
    }
    for (const auto& entry : table->entries)
        note_written(entry.node, path.empty() ? entry.key : path + "." + entry.key, written);
}

// The [KIND.NAME] tables; `read` takes each name and section.
template <class Read>
void read_named(Section& document, const std::string& kind, const Read& read) {
    document.require(kind, "Add a table [" + kind + ".NAME].");
    auto all = document.table(kind);
    if (!all) return;
    for (const auto& entry : std::get<Table>(all->node().value).entries) {
        auto section = std::holds_alternative<Table>(entry.node.value) ? all->table(entry.key) : std::nullopt;
        if (!section)
            all->findings().fault(entry.place,
                                  FaultCode::config_wrong_type,
                                  "[" + kind + "] holds the key " + text::quoted(entry.key) +
                                      ", but only tables with a name of their own",
                                  "Write [" + kind + ".NAME] above it.");
        else if (!is_table_name(entry.key))
            all->findings().fault(entry.place,
                                  FaultCode::config_bad_value,
                                  "[" + kind + "." + text::shown(entry.key) + "] is no possible name",
                                  "Use up to 64 letters, digits, - and _.");
        else
            read(entry.key, std::move(*section));
    }
}

class Interpreter {
 public:
    Interpreter(const Node& root, Findings& findings) : root_(root), findings_(findings) {}

    Config read() {
        Section document(root_, "", findings_);
        read_named(document, "directory", [this](const std::string& name, Section section) {
            config_.directories.emplace(DirectoryName{name}, read_directory(std::move(section), name));
        });
        read_named(document, "tenant", [this](const std::string& name, Section section) {
            config_.tenants.emplace(TenantName{name}, read_tenant(std::move(section), name));
        });
        read_named(document, "profile", [this](const std::string& name, Section section) {
            auto read = read_profile(std::move(section), name);
            if (read.typed_password)
                config_.typed_passwords.emplace(ProfileName{name}, std::move(*read.typed_password));
            config_.profiles.emplace(ProfileName{name}, std::move(read.profile));
        });
        document.require("service", "Add [service] with its sealing_key.");
        if (auto section = document.table("service")) config_.service = read_service(std::move(*section));
        if (auto section = document.table("handover")) config_.handover = read_handover(std::move(*section));
        if (auto section = document.table("notify")) config_.notify = read_notify(std::move(*section));
        document.finish();
        check_references();
        check_tenants_differ();
        check_ous();
        return std::move(config_);
    }

 private:
    template <class Name, class Value>
    void check_reference(const Place& place,
                         const std::string& key,
                         const Name& name,
                         const std::map<Name, Value>& defined,
                         const std::string& kind) {
        if (name.value.empty() || defined.contains(name)) return;
        std::vector<std::string_view> known;
        for (const auto& [one, value] : defined) known.push_back(one.value);
        const auto near = text::nearest(name.value, known);
        findings_.fault(place,
                        FaultCode::config_unknown_reference,
                        key + " names " + text::quoted(name.value) + ", but there is no [" + kind + "." +
                            text::shown(name.value) + "]",
                        near ? "Write " + text::quoted(*near) + " if that was meant, or add the table."
                             : "Add the table, or name one that is there.");
    }

    void check_references() {
        for (const auto& [name, profile] : config_.profiles) {
            const std::string path = "profile." + name.value + ".";
            check_reference(place_at(root_, {"profile", name.value, "directory"}),
                            path + "directory",
                            profile.directory,
                            config_.directories,
                            "directory");
            check_reference(place_at(root_, {"profile", name.value, "tenant"}),
                            path + "tenant",
                            profile.tenant,
                            config_.tenants,
                            "tenant");
        }
        if (config_.service.default_profile)
            check_reference(place_at(root_, {"service", "default_profile"}),
                            "service.default_profile",
                            *config_.service.default_profile,
                            config_.profiles,
                            "profile");
    }

    // One person has one open enrollment in a tenant: two names for it would be two.
    void check_tenants_differ() {
        std::map<std::string, std::string> seen;
        for (const auto& [name, tenant] : config_.tenants) {
            const auto [first, fresh] = seen.emplace(tenant.id, name.value);
            if (fresh || tenant.id.empty()) continue;
            findings_.fault(place_at(root_, {"tenant", name.value, "id"}),
                            FaultCode::config_bad_value,
                            "tenant." + name.value + ".id is the id of tenant." + first->second + " too",
                            "Keep one of the two tables: under two names people could get two accounts.");
        }
    }

    void check_ous() {
        for (const auto& [name, profile] : config_.profiles) {
            const auto directory = config_.directories.find(profile.directory);
            if (directory == config_.directories.end() || !is_dn(directory->second.base_dn)) continue;
            for (const auto& ou : profile.allow.ous)
                if (is_dn(ou) && !text::dn_below(ou, directory->second.base_dn))
                    findings_.fault(place_at(root_, {"profile", name.value, "allow", "ous"}),
                                    FaultCode::config_bad_value,
                                    "profile." + name.value + ".allow.ous has " + text::quoted(ou) +
                                        ", which does not stand below base_dn of directory." +
                                        profile.directory.value,
                                    "Name OUs of that directory, or correct base_dn.");
        }
    }

    const Node& root_;
    Findings& findings_;
    Config config_;
};

}  // namespace

std::string to_string(const SecretRef& ref) {
    return (ref.kind == SecretRef::Kind::credential ? "credential " : "file ") + text::quoted(ref.name);
}

LoadOutcome interpret(std::span<const SourceText> sources) {
    LoadOutcome outcome;
    Node root{.place = {}, .value = Table{}};
    for (unsigned order = 0; order < sources.size(); ++order) {
        auto parsed = parse_toml(sources[order].text, sources[order].name, order);
        if (!parsed)
            outcome.faults.push_back(parsed.error());
        else if (order == 0)
            root = std::move(*parsed);
        else
            lay_over(root, std::move(*parsed));
    }
    if (!outcome.faults.empty()) return outcome;
    Findings findings;
    Config config = Interpreter(root, findings).read();
    outcome.faults = findings.faults();
    outcome.warnings = findings.warnings();
    note_written(root, "", config.written);
    for (const auto& [key, value] : config.written) outcome.places[key] = value.place;
    if (outcome.faults.empty()) outcome.config = std::move(config);
    return outcome;
}

LoadOutcome load(const std::string& main_file) {
    auto files = read_source_files(main_file);
    if (!files.faults.empty()) {
        LoadOutcome outcome;
        outcome.faults = std::move(files.faults);
        return outcome;
    }
    return interpret(files.sources);
}

}  // namespace uplift::config
