// One fact, and what doctor says of it: the table's row, and the one test that all rows pass through.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {

// `code`: empty for a success, and for a warning that has none.
struct JudgeCase {
    std::string name;
    Checks checks;
    std::string check;
    protocol::CheckState state;
    std::string message;
    std::string code = {};
    std::string cure = {};  // a part of it
};
inline void PrintTo(const JudgeCase& given, std::ostream* out) { *out << given.name; }
inline std::string case_name(const testing::TestParamInfo<JudgeCase>& info) { return info.param.name; }

inline const protocol::CheckView* said_of(const Checks& checks, std::string_view check) {
    const auto found = std::find_if(
        checks.begin(), checks.end(), [&](const protocol::CheckView& one) { return one.check == check; });
    return found == checks.end() ? nullptr : &*found;
}

inline bool is_said(const Checks& checks, std::string_view check) {
    return said_of(checks, check) != nullptr;
}

inline void expect_said(const JudgeCase& given) {
    const auto* said = said_of(given.checks, given.check);
    ASSERT_NE(said, nullptr) << given.check;
    EXPECT_EQ(word(said->state), word(given.state));
    EXPECT_EQ(said->message, given.message);
    EXPECT_EQ(said->code, given.code);
    EXPECT_NE(said->cure.find(given.cure), std::string::npos) << said->cure;
    EXPECT_EQ(said->cure.empty(), given.state == protocol::CheckState::success) << said->cure;
    EXPECT_TRUE(said->cure.empty() || said->cure.ends_with('.')) << said->cure;
}

inline const Fault some_fault{
    FaultCode::config_secret_unreadable, "file", "cannot be read", "Let it be read."};

}  // namespace uplift::daemon
