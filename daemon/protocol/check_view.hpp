// One check of `doctor`, and how checks read to people: for upliftctl and for `upliftd --doctor`.
//
// Pure. A check stands below its profile and, there, below the part that was looked at; those of one part
// follow each other.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace uplift::protocol {

// By rank: the worst is the last.
enum class CheckState : std::uint8_t { success, warning, failure };
std::string_view word(CheckState state);
bool read_word(std::string_view text, CheckState& state);

struct CheckView {
    static constexpr std::string_view schema = "uplift.check/1";
    std::string profile{};  // empty: of all profiles
    std::string part{};     // service, profile, directory or tenant
    std::string name{};     // of the directory or tenant
    std::string check{};    // "base_dn", "permission User.ReadWrite.All"
    CheckState state = CheckState::success;
    std::string message{};
    std::string code{};  // UPL-1211; where it is no success
    std::string cure{};  // where it is no success
    static void fields(auto& self, auto& visit) {
        visit("profile", self.profile);
        visit("part", self.part);
        visit("name", self.name);
        visit("check", self.check);
        visit("state", self.state);
        visit("message", self.message);
        visit("code", self.code);
        visit("cure", self.cure);
    }
};

struct CheckTotals {
    std::array<int, 3> by_state{};
    void count(CheckState state) { ++by_state.at(static_cast<std::size_t>(state)); }
    [[nodiscard]] int of(CheckState state) const { return by_state.at(static_cast<std::size_t>(state)); }
};
// "12 checks: 10 success, 1 warning, 1 failure"
std::string in_words(const CheckTotals& totals);

// Writes checks as they come, each below the headings that it needs and no other has given before it.
class CheckWriter {
 public:
    // `paint` colours the word of a state; `width`: columns to break lines at.
    CheckWriter(std::size_t width, std::function<std::string(CheckState)> paint)
        : width_(width), paint_(std::move(paint)) {}
    std::string lines_of(const CheckView& check);

 private:
    std::size_t width_;
    std::function<std::string(CheckState)> paint_;
    std::string profile_;
    std::string part_;
};

}  // namespace uplift::protocol
