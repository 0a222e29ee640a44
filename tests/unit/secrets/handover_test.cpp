// Recipients, the CMS message and the list in it: round trips by OpenSSL, and everything that must be
// refused.
#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/err.h>

#include <optional>

#include "core/secrets/cms_writer.hpp"
#include "core/secrets/password_list.hpp"
#include "tests/unit/secrets/certificates.hpp"

namespace uplift::secrets {
namespace {

std::string encrypted(const CertificateAndKey& to, const std::vector<std::string>& pieces) {
    const auto recipient = Recipient::from(to.pem, "helpdesk.pem", test_now);
    EXPECT_TRUE(recipient) << (recipient ? "" : recipient.error().what);
    std::string message;
    auto writer = CmsWriter::begin(
        *recipient,
        [&message](std::string_view bytes) {
            message += bytes;
            return Result<void>();
        },
        "J1");
    EXPECT_TRUE(writer);
    for (const auto& piece : pieces) EXPECT_TRUE(writer->write(piece));
    EXPECT_TRUE(writer->end());
    return message;
}

// Nothing where OpenSSL refuses it.
std::optional<std::string> decrypted(const std::string& message, const CertificateAndKey& by) {
    const std::shared_ptr<BIO> in(BIO_new_mem_buf(message.data(), static_cast<int>(message.size())),
                                  BIO_free);
    const std::shared_ptr<BIO> out(BIO_new(BIO_s_mem()), BIO_free);
    const std::shared_ptr<CMS_ContentInfo> cms(d2i_CMS_bio(in.get(), nullptr), CMS_ContentInfo_free);
    const bool good =
        cms != nullptr &&
        CMS_decrypt(cms.get(), by.key.get(), by.certificate.get(), nullptr, out.get(), CMS_BINARY) == 1;
    ERR_clear_error();
    if (!good) return std::nullopt;
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
}

const CertificateWish ec_wish{.key = KeyKind::ec_p256, .key_usage = "critical,keyAgreement"};

TEST(CmsWriter, WhatIsWrittenInPiecesIsReadWholeByTheRecipient) {
    for (const auto& wish : {CertificateWish{}, ec_wish}) {
        const auto helpdesk = a_certificate(wish);
        std::vector<std::string> pieces;
        std::string whole;
        for (int i = 0; i < 3'000; ++i) whole += pieces.emplace_back("row " + std::to_string(i) + "\r\n");

        const auto message = encrypted(helpdesk, pieces);

        EXPECT_EQ(decrypted(message, helpdesk), whole);
        EXPECT_EQ(message.find("row 17"), std::string::npos);
        EXPECT_EQ(decrypted(message, a_certificate(wish)), std::nullopt);
    }
}

TEST(CmsWriter, AChangedOrShortenedMessageIsRefused) {
    const auto helpdesk = a_certificate();
    const auto message = encrypted(helpdesk, {std::string(500, 'p')});
    ASSERT_TRUE(decrypted(message, helpdesk));

    int tried = 0;
    for (auto at = message.size() - 540; at < message.size(); at += 7, ++tried) {
        auto changed = message;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_NE(decrypted(changed, helpdesk), std::string(500, 'p')) << at;
    }
    EXPECT_GT(tried, 50);
    auto flipped = message;
    flipped[message.size() - 200] = static_cast<char>(flipped[message.size() - 200] ^ 1);
    EXPECT_EQ(decrypted(flipped, helpdesk), std::nullopt);
    EXPECT_EQ(decrypted(message.substr(0, message.size() - 30), helpdesk), std::nullopt);
}

TEST(CmsWriter, AFaultOfTheSinkEndsTheWriting) {
    const auto recipient = Recipient::from(a_certificate().pem, "helpdesk.pem", test_now);
    const Fault full{FaultCode::disk_full, "results", "no room", "Free space."};

    auto writer = CmsWriter::begin(
        *recipient, [&](std::string_view) { return Result<void>(full); }, "J1");

    ASSERT_TRUE(writer);
    const auto written = writer->write("text");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, FaultCode::disk_full);
}

struct BadCertificate {
    const char* name;
    CertificateWish wish;
    const char* says;
};
void PrintTo(const BadCertificate& given, std::ostream* out) { *out << given.name; }
class BadCertificates : public testing::TestWithParam<BadCertificate> {};

TEST_P(BadCertificates, AreRefusedWithPlaceCauseAndCure) {
    const auto refused = Recipient::from(a_certificate(GetParam().wish).pem, "/etc/desk.pem", test_now);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, FaultCode::recipient_unusable);
    EXPECT_EQ(refused.error().where, "/etc/desk.pem");
    EXPECT_NE(refused.error().what.find(GetParam().says), std::string::npos) << refused.error().what;
    EXPECT_FALSE(refused.error().cure.empty());
}

const BadCertificate bad_certificates[] = {
    {"Ended", {.ends = std::chrono::hours{-1}}, "ended on"},
    {"NotYet", {.begins = std::chrono::hours{1}}, "valid from"},
    {"ShortRsa", {.rsa_bits = 1024}, "1024 bits"},
    {"Sha1", {.digest = EVP_sha1()}, "SHA1"},
    {"Md5", {.digest = EVP_md5()}, "MD5"},
    {"SigningOnly", {.key_usage = "critical,digitalSignature"}, "lacks keyEncipherment"},
    {"EcForEncipherment", {.key = KeyKind::ec_p256}, "lacks keyAgreement"},
    {"Authority", {.basic_constraints = "critical,CA:TRUE"}, "authority"},
    {"SignsCertificates", {.key_usage = "critical,keyEncipherment,keyCertSign"}, "authority"},
    {"OtherCurve", {.key = KeyKind::ec_secp256k1, .key_usage = nullptr}, "curve"},
    {"Ed25519", {.key = KeyKind::ed25519, .key_usage = nullptr}, "sign only"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadCertificates, testing::ValuesIn(bad_certificates), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Recipient, NoKeyUsageAllowsEveryUse) {
    EXPECT_TRUE(Recipient::from(a_certificate({.key_usage = nullptr}).pem, "desk.pem", test_now));
}

TEST(Recipient, AFileThatIsNotOneCertificateIsRefused) {
    const auto pem = a_certificate().pem;
    const auto says = [](const std::string& text) {
        const auto refused = Recipient::from(text, "desk.pem", test_now);
        return refused ? std::string("taken") : refused.error().what;
    };
    EXPECT_NE(says("hello").find("no certificate"), std::string::npos);
    EXPECT_NE(says(pem + pem).find("several"), std::string::npos);
    EXPECT_NE(says(pem + "-----BEGIN PRIVATE KEY-----\n").find("private key"), std::string::npos);
}

TEST(PasswordList, NamesAreNeutralisedAndThePasswordIsExactlyItself) {
    const auto line = password_list_line({.row = 7,
                                          .display_name = "=cmd|x, Jane",
                                          .user_principal_name = "jane@contoso.com",
                                          .password = "=a\"b,c"});

    EXPECT_EQ(line.view(), "7,\"'=cmd|x, Jane\",jane@contoso.com,\"=a\"\"b,c\"\r\n");
}

}  // namespace
}  // namespace uplift::secrets
