#include "core/secrets/sealing_vault.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "core/secrets/system_entropy.hpp"
#include "tests/unit/secrets/seeded_entropy.hpp"

namespace uplift::secrets {
namespace {

SealingKey key_of(char first) {
    std::string bytes(sealing_key_bytes, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(first + static_cast<int>(i));
    auto key = SealingKey::from(Secret::copy_of(bytes), "sealing-key");
    return std::move(key.value());
}

class SealedPassword : public testing::Test {
 protected:
    SystemEntropy entropy;
    SealingVault vault{key_of(1), entropy};
    const std::string context = "J17 row 42 068692c4-5f55-4775-bfd1-a5e20a2b6282";
    const std::string clear = "Kx7!mQ2pLw9#Rt4vBn8z";
    const std::string sealed = vault.seal(Secret::copy_of(clear), context);

    FaultCode refusal_of(const std::string& bytes, const std::string& with) {
        auto opened = vault.open(bytes, with);
        return opened ? FaultCode::usage : opened.error().code;
    }
};

TEST_F(SealedPassword, OpensWithItsContext) {
    const auto opened = vault.open(sealed, context);

    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->view(), clear);
    EXPECT_EQ(sealed.find(clear), std::string::npos);
    EXPECT_EQ(sealed.size(), 1 + 12 + clear.size() + 16);
}

TEST_F(SealedPassword, OpensWithTheSameKeyInAnotherProcess) {
    SealingVault again{key_of(1), entropy};

    const auto opened = again.open(sealed, context);

    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->view(), clear);
}

TEST_F(SealedPassword, EmptyOneAndEmptyContextRoundTrip) {
    const auto opened = vault.open(vault.seal(Secret::copy_of(""), ""), "");

    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->empty());
}

// AC-40: two sealed passwords swapped in the database.
TEST_F(SealedPassword, AC40_DoesNotOpenInAnotherPersonsPlace) {
    const std::string other = "J17 row 43 068692c4-5f55-4775-bfd1-a5e20a2b6282";

    EXPECT_EQ(refusal_of(sealed, other), FaultCode::password_unsealable);
    EXPECT_EQ(refusal_of(sealed, ""), FaultCode::password_unsealable);
}

TEST_F(SealedPassword, AC37_DoesNotOpenWithAnotherKey) {
    SealingVault stranger{key_of(2), entropy};

    const auto opened = stranger.open(sealed, context);

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, FaultCode::password_unsealable);
}

TEST_F(SealedPassword, EveryFlippedBitIsNoticed) {
    for (std::size_t at = 0; at < sealed.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string tampered = sealed;
            tampered[at] = static_cast<char>(tampered[at] ^ (1 << bit));
            EXPECT_EQ(refusal_of(tampered, context), FaultCode::password_unsealable) << at << " " << bit;
        }
}

TEST_F(SealedPassword, EveryCutAndEveryAppendedByteIsNoticed) {
    for (std::size_t length = 0; length < sealed.size(); ++length)
        EXPECT_EQ(refusal_of(sealed.substr(0, length), context), FaultCode::password_unsealable) << length;
    EXPECT_EQ(refusal_of(sealed + "x", context), FaultCode::password_unsealable);
    EXPECT_EQ(refusal_of(sealed + std::string(100'000, 'x'), context), FaultCode::password_unsealable);
}

TEST_F(SealedPassword, NeverUsesANonceTwice) {
    std::set<std::string> nonces;
    for (int i = 0; i < 1'000; ++i) nonces.insert(vault.seal(Secret::copy_of(clear), context).substr(1, 12));

    EXPECT_EQ(nonces.size(), 1'000u);
}

TEST_F(SealedPassword, FaultNamesNeitherContextNorBytes) {
    const auto opened = vault.open(sealed, "another");

    ASSERT_FALSE(opened);
    EXPECT_EQ(to_line(opened.error()).find("another"), std::string::npos);
    EXPECT_FALSE(opened.error().cure.empty());
}

// The sealed form is kept in databases: a change of key derivation, layout or context would lose passwords.
TEST(SealingVault, SealsBitForBitAsTheFirstVersionDid) {
    SeededEntropy entropy{1};
    SealingVault vault{key_of(1), entropy};
    const std::string sealed = vault.seal(Secret::copy_of("Kx7!mQ2pLw9#"), "J1");

    EXPECT_EQ(vault.digest(sealed), "7413893af5126e7a228421e6b899c0a02420ce4fdc6721421dbe4a013a681e20");
}

// FIPS 180-2, appendix B.1.
TEST(SealingVault, DigestIsSha256InHex) {
    SystemEntropy entropy;
    const SealingVault vault{key_of(1), entropy};

    EXPECT_EQ(vault.digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SealingKey, OfAnyLengthBut32IsRefused) {
    for (const std::size_t length : {0u, 16u, 31u, 33u, 64u}) {
        std::string bytes(length, 'a');
        if (!bytes.empty()) bytes[0] = 'b';

        const auto key = SealingKey::from(Secret::copy_of(bytes), "/etc/uplift/sealing.key");

        ASSERT_FALSE(key) << length;
        EXPECT_EQ(key.error().code, FaultCode::sealing_key_wrong);
        EXPECT_EQ(key.error().where, "/etc/uplift/sealing.key");
    }
}

TEST(SealingKey, OfOneByteRepeatedIsRefused) {
    EXPECT_FALSE(SealingKey::from(Secret::copy_of(std::string(32, '\0')), "sealing-key"));
    EXPECT_FALSE(SealingKey::from(Secret::copy_of(std::string(32, 'x')), "sealing-key"));
}

TEST(SealingKey, CheckValueKnowsItsKeyAndNoOther) {
    const std::string stored = key_of(1).check_value();

    EXPECT_EQ(stored.size(), 64u);
    EXPECT_TRUE(key_of(1).matches(stored, "sealing-key"));
    const auto other = key_of(2).matches(stored, "sealing-key");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, FaultCode::sealing_key_wrong);
    EXPECT_FALSE(key_of(1).matches("", "sealing-key"));
}

}  // namespace
}  // namespace uplift::secrets
