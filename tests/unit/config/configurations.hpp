// A configuration that loads, and ways to spoil a line of it.
#pragma once

#include <string>
#include <string_view>

#include "config/load.hpp"

namespace uplift::config {

// Line 1 is [directory.corp]; the lines that tests replace carry their number.
inline constexpr std::string_view good_configuration = R"([directory.corp]
uris = ["ldaps://dc1.corp.example.com"] #2
base_dn = "DC=corp,DC=example,DC=com" #3
bind_dn = "svc-uplift@corp.example.com" #4
password = { credential = "ad-password" } #5
#6
[tenant.contoso]
id = "contoso.onmicrosoft.com" #8
client_id = "11111111-2222-3333-4444-555555555555" #9
certificate = { file = "/etc/uplift/app.pem" } #10
private_key = { credential = "graph-key" } #11
#12
[profile.staff]
directory = "corp" #14
tenant = "contoso" #15
domain = "contoso.com" #16
#17
[service]
sealing_key = { credential = "sealing-key" } #19
#20
[handover]
#22
[notify]
#24
)";

// The good one with its line `number` replaced by `line`, which may hold several.
inline std::string with_line(int number, std::string_view line) {
    std::string text(good_configuration);
    const std::string mark = "#" + std::to_string(number) + "\n";
    const auto end = text.find(mark);
    if (end == std::string::npos) return "no such line";
    const auto start = text.rfind('\n', end) + 1;
    text.replace(start, end + mark.size() - 1 - start, line);
    return text;
}

inline LoadOutcome interpret_one(std::string text) {
    const SourceText source{.name = "uplift.toml", .text = std::move(text)};
    return interpret({&source, 1});
}

// Faults as one text a line, without their cures: "uplift.toml:14:13 UPL-1009".
inline std::string places_of(const std::vector<Fault>& faults) {
    std::string all;
    for (const auto& fault : faults)
        all += (all.empty() ? "" : "\n") + fault.where + " " + uplift::to_string(fault.code);
    return all;
}
inline std::string lines_of(const std::vector<Fault>& faults) {
    std::string all;
    for (const auto& fault : faults) all += to_line(fault) + "\n";
    return all;
}

}  // namespace uplift::config
