// The name of a file in the inbox, as the rooms around it pass it on.
//
// Pure. Names are data: bytes that people chose.
#pragma once

#include <string>

#include "core/model/ids.hpp"

namespace uplift::daemon {

// A file in inbox/PROFILE, or in the inbox itself where the profile is empty.
struct InboxFile {
    ProfileName profile;
    std::string name;
    auto operator<=>(const InboxFile&) const = default;
};

// staff/december.csv
inline std::string shown_place(const InboxFile& file) {
    return file.profile.value.empty() ? file.name : file.profile.value + "/" + file.name;
}

}  // namespace uplift::daemon
