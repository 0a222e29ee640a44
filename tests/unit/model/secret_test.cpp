#include "core/model/secret.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace uplift {
namespace {

// The flags of the mapping that holds `address`, as the kernel tells them (proc(5), VmFlags).
std::string mapping_flags(const void* address) {
    std::ifstream maps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    bool here = false;
    std::string line;
    while (std::getline(maps, line)) {
        std::uintptr_t from = 0, to = 0;
        char dash = 0;
        std::istringstream range(line);
        if (range >> std::hex >> from >> dash >> to && dash == '-') here = from <= wanted && wanted < to;
        if (here && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

TEST(Secret, KeepsItsBytesThroughMoves) {
    auto first = Secret::copy_of("hunter2");

    Secret second = std::move(first);
    Secret third;
    third = std::move(second);

    EXPECT_EQ(third.view(), "hunter2");
    EXPECT_EQ(third.size(), 7u);
}

TEST(Secret, EmptyOneIsEmpty) {
    EXPECT_TRUE(Secret().empty());
    EXPECT_TRUE(Secret::copy_of("").empty());
    EXPECT_EQ(Secret().view(), "");
}

TEST(Secret, FreshOneIsZero) {
    const Secret secret(64);

    EXPECT_EQ(secret.view(), std::string(64, '\0'));
}

TEST(Secret, ReleasedBytesAreWiped) {
    const char* where = nullptr;
    {
        const auto secret = Secret::copy_of("correct horse battery staple");
        where = secret.view().data();
    }

    // The arena stays mapped, so that the piece can be looked at.
    EXPECT_TRUE(std::all_of(where, where + 28, [](char c) { return c == '\0'; }));
}

TEST(Secret, CutOffBytesAreWiped) {
    auto secret = Secret::copy_of("hunter2 and more");
    const char* where = secret.view().data();

    secret.truncate(7);

    EXPECT_EQ(secret.view(), "hunter2");
    EXPECT_TRUE(std::all_of(where + 7, where + 16, [](char c) { return c == '\0'; }));
}

TEST(Secret, CloneIsASecondOwner) {
    auto first = Secret::copy_of("hunter2");
    const auto second = first.clone();

    first = Secret();

    EXPECT_EQ(second.view(), "hunter2");
}

TEST(Secret, AreEqualByLengthAndBytes) {
    EXPECT_TRUE(equal(Secret::copy_of("a"), Secret::copy_of("a")));
    EXPECT_FALSE(equal(Secret::copy_of("a"), Secret::copy_of("b")));
    EXPECT_FALSE(equal(Secret::copy_of("a"), Secret::copy_of("aa")));
    EXPECT_TRUE(equal(Secret(), Secret::copy_of("")));
}

TEST(Secret, WipeOverwritesWhatALibraryHandedUs) {
    std::string bytes = "hunter2";

    wipe(bytes);

    EXPECT_EQ(bytes, std::string(7, '\0'));
}

TEST(Arena, IsLeftOutOfCoreDumpsAndWipedInAForkedChild) {
    const auto secret = Secret::copy_of("x");

    const auto flags = mapping_flags(secret.view().data());

    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
    EXPECT_NE(flags.find(" wf "), std::string::npos) << flags;
}

TEST(Arena, WhatIsTooLargeIsRefused) { EXPECT_THROW(Secret(std::size_t{2} << 20), std::bad_alloc); }

TEST(Arena, ReleasedPiecesGrowTogetherAgain) {
    constexpr std::size_t most_of_it = 900'000;
    std::vector<Secret> many;
    for (int i = 0; i < 1'000; ++i) many.emplace_back(500);
    // Every other one first, so that pieces must join on both sides.
    for (std::size_t i = 0; i < many.size(); i += 2) many[i] = Secret();
    many.clear();

    EXPECT_NO_THROW(Secret{most_of_it});
}

RC_GTEST_PROP(ArenaProperties, PiecesNeverOverlap, ()) {
    std::vector<std::pair<Secret, char>> held;
    const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 2'000));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] % 3 == 0 && !held.empty())
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(i % held.size()));
        Secret secret(sizes[i]);
        const char mark = static_cast<char>('a' + i % 26);
        std::fill(secret.writable().begin(), secret.writable().end(), mark);
        held.emplace_back(std::move(secret), mark);
    }
    for (const auto& [secret, mark] : held) RC_ASSERT(secret.view() == std::string(secret.size(), mark));
}

TEST(Arena, IsSafeFromManyThreads) {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4);
    for (std::size_t t = 0; t < wrong.size(); ++t)
        threads.emplace_back([&wrong, t] {
            for (std::size_t i = 0; i < 2'000; ++i) {
                Secret secret(16 + i % 200);
                std::fill(secret.writable().begin(), secret.writable().end(), static_cast<char>('a' + t));
                if (secret.view() != std::string(secret.size(), static_cast<char>('a' + t))) ++wrong[t];
            }
        });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(wrong, std::vector<int>(4));
}

}  // namespace
}  // namespace uplift
