// The reference of the configuration against what reads it: a key, a default or an example that is in one and
// not in the other is found here.
#include "config/reference.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "config/load.hpp"

namespace uplift::config {
namespace {

constexpr auto least = R"([directory.corp]
uris = ["ldaps://dc1.corp.example.com"]
base_dn = "DC=corp,DC=example,DC=com"
bind_dn = "CN=svc,DC=corp,DC=example,DC=com"
password = { credential = "ad" }
[tenant.contoso]
id = "contoso.onmicrosoft.com"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = { credential = "graph" }
[profile.staff]
directory = "corp"
tenant = "contoso"
domain = "contoso.com"
[service]
sealing_key = { credential = "sealing" }
)";

LoadOutcome interpreted(const std::string& more) {
    const SourceText sources[] = {{.name = "main.toml", .text = least}, {.name = "more.toml", .text = more}};
    return interpret(sources);
}

// The key as the only one of a file that is laid over the least configuration.
std::string file_with(const KeyReference& key, std::string_view value) {
    std::string table(key.key.substr(0, key.key.size() - last_part(key.key).size() - 1));
    const bool list = is_list_of_tables(table);
    for (const auto& [kind, name] :
         {std::pair{"directory.", "corp"}, {"tenant.", "contoso"}, {"profile.", "staff"}})
        if (table.starts_with(kind)) table.replace(table.find("NAME"), 4, name);
    // What a key needs beside itself.
    std::string company;
    if (key.key == "profile.NAME.password.value") company = "mode = \"typed\"\n";
    if (table.ends_with("litigation_hold") && !key.key.ends_with(".enabled")) company = "enabled = true\n";
    if (list && !key.key.ends_with(".sku")) company = "sku = \"SPE_E3\"\n";
    const auto name = is_any_name(last_part(key.key)) ? "jobTitle" : last_part(key.key);
    return std::string(list ? "[[" : "[") + table + (list ? "]]\n" : "]\n") + company + std::string(name) +
           " = " + std::string(value) + "\n";
}

std::string said(const LoadOutcome& outcome) {
    std::string text;
    for (const auto& fault : outcome.faults) text += to_line(fault) + "\n";
    return text;
}

TEST(Reference, EveryKeyIsKnownToTheReaderAndItsExampleIsTaken) {
    for (const auto& key : key_references()) {
        const auto value = key.example.empty() ? key.standard : key.example;
        ASSERT_FALSE(value.empty()) << key.key;
        const auto outcome = interpreted(file_with(key, value));
        for (const auto& fault : outcome.faults) {
            // A second way to sign in beside the first, half of a pair, or what this version cannot do yet.
            const bool by_company = fault.code == FaultCode::config_not_supported ||
                                    fault.code == FaultCode::config_missing_key ||
                                    fault.what.find("stands beside") != std::string::npos;
            EXPECT_TRUE(by_company) << to_line(fault);
        }
        EXPECT_FALSE(key.meaning.empty()) << key.key;
        EXPECT_TRUE(key.meaning.ends_with('.') || key.meaning.find(". ") != std::string_view::npos)
            << key.key;
    }
}

TEST(Reference, ADefaultThatIsWrittenOutChangesNothing) {
    const auto plain = interpreted("");
    ASSERT_TRUE(plain.config) << said(plain);
    for (const auto& key : key_references()) {
        if (key.standard.empty() || key.key.find(".licenses.") != std::string_view::npos) continue;
        const auto written = interpreted(file_with(key, key.standard));
        ASSERT_TRUE(written.config) << key.key << "\n" << said(written);
        EXPECT_EQ(written.config->directories, plain.config->directories) << key.key;
        EXPECT_EQ(written.config->tenants, plain.config->tenants) << key.key;
        EXPECT_EQ(written.config->profiles, plain.config->profiles) << key.key;
        EXPECT_EQ(written.config->service, plain.config->service) << key.key;
        EXPECT_EQ(written.config->handover, plain.config->handover) << key.key;
        EXPECT_EQ(written.config->notify, plain.config->notify) << key.key;
    }
}

// What the readers ask a section for, by their source.
std::set<std::string> keys_read() {
    std::set<std::string> keys;
    const std::regex asks(
        R"((?:\.|->)(?:text|texts|plain_texts|flag|number|decimal|duration|size|path|secret|file|word<\w+>|table|tables)\(\s*"(\w+)\")");
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(UPLIFT_SOURCE_DIR) / "config")) {
        if (!entry.path().filename().string().starts_with("read_")) continue;
        std::ifstream in(entry.path());
        std::ostringstream text;
        text << in.rdbuf();
        const auto source = text.str();
        for (auto at = std::sregex_iterator(source.begin(), source.end(), asks); at != std::sregex_iterator();
             ++at)
            keys.insert((*at)[1]);
    }
    return keys;
}

TEST(Reference, HasEveryKeyThatAReaderAsksFor) {
    std::set<std::string> parts;
    for (const auto& key : key_references()) {
        std::stringstream path{std::string(key.key)};
        for (std::string part; std::getline(path, part, '.');) parts.insert(part);
    }
    const auto read = keys_read();

    EXPECT_GT(read.size(), 50U);  // the search itself works
    for (const auto& key : read)
        EXPECT_TRUE(parts.contains(key)) << key << " is in no table of reference_*.cpp";
}

TEST(Reference, TheSampleIsAConfigurationWithEveryKeyInIt) {
    const auto sample = sample_config();
    const SourceText source{.name = "sample.toml", .text = sample};

    const auto outcome = interpret({&source, 1});

    EXPECT_TRUE(outcome.config) << said(outcome);
    EXPECT_TRUE(outcome.warnings.empty());
    for (const auto& key : key_references()) {
        if (is_any_name(last_part(key.key))) continue;
        EXPECT_NE(sample.find(std::string(last_part(key.key)) + " = "), std::string::npos) << key.key;
    }
}

TEST(KeysNamed, AreFoundWholeFromTheFrontAndByTheirEnd) {
    const auto named = [](std::string_view word) {
        std::string keys;
        for (const auto* key : keys_named(word)) keys += (keys.empty() ? "" : " ") + std::string(key->key);
        return keys;
    };

    EXPECT_EQ(named("profile.staff.domain"), "profile.NAME.domain");
    EXPECT_EQ(named("Service.Max_File"), "service.max_file");
    EXPECT_EQ(named("max_file"), "service.max_file");
    EXPECT_EQ(named("allow.ous"), "profile.NAME.allow.ous");
    EXPECT_EQ(named("tenant.contoso.endpoints"),
              "tenant.NAME.endpoints.login tenant.NAME.endpoints.graph tenant.NAME.endpoints.exchange");
    EXPECT_EQ(named("ca_file"), "directory.NAME.ca_file tenant.NAME.ca_file");
    EXPECT_EQ(named("profile.staff.attributes.jobTitle"), "profile.NAME.attributes.PROPERTY");
    EXPECT_EQ(named("nonsense"), "");
}

}  // namespace
}  // namespace uplift::config
