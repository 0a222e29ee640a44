#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "core/model/fault_code.hpp"
#include "core/model/result.hpp"

namespace uplift {
namespace {

// The enumerators as the header's text has them: the language cannot list them.
std::map<std::string, unsigned> enumerators() {
    const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
    std::ifstream header(root / "core/model/fault_code.hpp");
    std::map<std::string, unsigned> all;
    std::string line;
    bool inside = false;
    while (std::getline(header, line)) {
        if (line.starts_with("enum class FaultCode")) inside = true;
        if (line.starts_with("};")) inside = false;
        const auto equals = line.find(" = ");
        if (!inside || equals == std::string::npos) continue;
        const auto start = line.find_first_not_of(' ');
        all.emplace(line.substr(start, equals - start),
                    static_cast<unsigned>(std::stoul(line.substr(equals + 3))));
    }
    return all;
}

TEST(FaultTable, HasExactlyTheCodesOfTheEnum) {
    std::map<std::string, unsigned> in_table;
    for (const auto& entry : all_faults())
        EXPECT_TRUE(in_table.emplace(entry.word, static_cast<unsigned>(entry.code)).second) << entry.word;

    EXPECT_GT(in_table.size(), 90u);
    EXPECT_EQ(in_table, enumerators());
}

TEST(FaultTable, NumbersStandOnceAndInTheirRange) {
    std::set<unsigned> numbers;
    for (const auto& entry : all_faults()) {
        const auto number = static_cast<unsigned>(entry.code);
        EXPECT_TRUE(numbers.insert(number).second) << number;
        EXPECT_GE(number, 1001u);
        EXPECT_LE(number, 2099u);
        EXPECT_EQ(&entry_of(entry.code), &entry);
        EXPECT_EQ(fault_code_from(number), entry.code);
    }
    EXPECT_EQ(fault_code_from(1000), std::nullopt);
    EXPECT_TRUE(std::is_sorted(all_faults().begin(), all_faults().end(), [](const auto& a, const auto& b) {
        return a.code < b.code;
    }));
}

TEST(FaultTable, EveryFaultSaysWhatItMeansAndWhatToDo) {
    for (const auto& entry : all_faults()) {
        EXPECT_FALSE(entry.title.empty()) << entry.word;
        EXPECT_FALSE(entry.title.ends_with('.')) << entry.word << ": the line adds the full stop";
        EXPECT_TRUE(entry.cure.ends_with('.') || entry.cure.ends_with('?')) << entry.word;
    }
}

TEST(FaultLine, HasPlaceCodeWhatAndCure) {
    const Fault fault{FaultCode::csv_password_column,
                      "december.csv:1:16",
                      "column \"password\": passwords do not travel in files",
                      "Remove the column."};

    EXPECT_EQ(to_line(fault),
              "december.csv:1:16: UPL-1107 column \"password\": passwords do not travel in files. Remove the "
              "column.");
}

TEST(FaultLine, WithoutPlaceStartsWithTheCode) {
    EXPECT_EQ(to_line(Fault{FaultCode::disk_full, "", "the disk is full", "Free space."}),
              "UPL-1807 the disk is full. Free space.");
}

}  // namespace
}  // namespace uplift
