// What intake tests share: profiles, and a file read in one go or in pieces.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/intake/csv_intake.hpp"

namespace uplift::intake {

inline Profile a_profile() {
    Profile profile;
    profile.name = ProfileName{"staff"};
    profile.domain = "contoso.com";
    profile.licenses = {LicenseWish{"SPE_E3", {}, {}}};
    profile.groups = {"All Staff", "sg-vpn@contoso.com"};
    profile.aliases = {"{givenName|ascii|lower}.{sn|ascii|lower}@contoso.co.uk"};
    profile.allow.columns = {
        "domain", "upn", "usageLocation", "licenses", "groups", "aliases", "litigationHold", "archive"};
    profile.allow.licenses = {"SPE_E5"};
    profile.allow.groups = {"Gäste"};
    profile.allow.domains = {"fabrikam.com"};
    return profile;
}

struct Taken {
    std::vector<IntakeRow> rows;
    std::vector<std::string> carried_columns;
    std::vector<std::string> lines;  // the faults as people read them
    std::int64_t fault_count = 0;
    bool operator==(const Taken&) const = default;
};

inline Taken read_in_pieces(std::string_view bytes,
                            std::size_t piece,
                            const Profile& profile = a_profile(),
                            CsvLimits limits = {}) {
    CsvIntake intake("december.csv", profile, limits);
    Taken taken;
    const auto take = [&] {
        for (auto& row : intake.take_rows()) taken.rows.push_back(std::move(row));
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        intake.feed(std::span(bytes.data() + at, std::min(piece, bytes.size() - at)));
        take();
    }
    intake.finish();
    take();
    taken.carried_columns = intake.carried_columns();
    for (const auto& fault : intake.faults()) taken.lines.push_back(to_line(fault));
    taken.fault_count = intake.fault_count();
    // Rows that were handed out before the first fault are the caller's to throw away.
    if (taken.fault_count > 0) taken.rows.clear();
    return taken;
}

inline Taken read_whole(std::string_view bytes, const Profile& profile = a_profile(), CsvLimits limits = {}) {
    return read_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1), profile, limits);
}

// "14:3 UPL-1107" for every fault.
inline std::vector<std::string> short_faults(const Taken& taken) {
    std::vector<std::string> out;
    for (const auto& line : taken.lines) {
        const auto place = line.find(':') + 1, code = line.find("UPL-");
        out.push_back(line.substr(place, code - 2 - place) + ' ' + line.substr(code, 8));
    }
    return out;
}

inline std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

// UTF-16 of ASCII and Latin-1 text, with its byte order mark.
inline std::string utf16(std::u16string_view text, bool big) {
    std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
        out += big ? high : low;
        out += big ? low : high;
    }
    return out;
}

}  // namespace uplift::intake
