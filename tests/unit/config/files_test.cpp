// What lies on disk: configuration files, their folders, secrets.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/load.hpp"
#include "config/secrets_file.hpp"
#include "tests/unit/config/configurations.hpp"

namespace uplift::config {
namespace {

class OnDisk : public testing::Test {
 protected:
    OnDisk() {
        std::string pattern = std::filesystem::temp_directory_path() / "uplift-config-XXXXXX";
        folder = mkdtemp(pattern.data());
        std::filesystem::create_directory(folder / "conf.d");
        chmod((folder / "conf.d").c_str(), 0755);
    }
    ~OnDisk() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) const {
        const auto path = folder / name;
        std::ofstream(path) << text;
        chmod(path.c_str(), mode);
        return path;
    }
    // Code of the first fault of the configuration, or "loads".
    std::string verdict() const {
        const auto outcome = load(folder / "uplift.toml");
        return outcome.config ? "loads" : uplift::to_string(outcome.faults.at(0).code);
    }

    std::filesystem::path folder;
};

TEST_F(OnDisk, ConfigurationLoadsWithItsDropInsInNameOrder) {
    write("uplift.toml", good_configuration, 0644);
    write("conf.d/20-b.toml", "profile.staff.domain = \"second.example\"\n");
    write("conf.d/10-a.toml", "profile.staff.domain = \"first.example\"\n");
    write("conf.d/30-c.toml.bak", "this is not looked at");
    write("conf.d/.30-c.toml", "nor is this");

    const auto outcome = load(folder / "uplift.toml");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_EQ(outcome.config->profiles.begin()->second.domain, "second.example");
}

TEST_F(OnDisk, MissingConfigurationIsNamed) {
    const auto outcome = load(folder / "uplift.toml");

    ASSERT_EQ(outcome.faults.size(), 1u);
    EXPECT_EQ(outcome.faults[0].code, FaultCode::config_unreadable);
    EXPECT_EQ(outcome.faults[0].where, folder / "uplift.toml");
}

TEST_F(OnDisk, AC52_ConfigurationThatOthersMayWriteIsRefused) {
    for (const mode_t mode : {0664U, 0606U, 0666U}) {
        write("uplift.toml", good_configuration, mode);
        EXPECT_EQ(verdict(), "UPL-1013") << mode;
    }
}

TEST_F(OnDisk, AC52_DropInThatOthersMayWriteIsRefused) {
    write("uplift.toml", good_configuration, 0644);
    write("conf.d/10-a.toml", "", 0664);

    EXPECT_EQ(verdict(), "UPL-1013");
}

TEST_F(OnDisk, AC52_FolderThatOthersMayWriteIsRefused) {
    write("uplift.toml", good_configuration, 0644);
    chmod((folder / "conf.d").c_str(), 0775);

    EXPECT_EQ(verdict(), "UPL-1013");
}

TEST_F(OnDisk, AC52_ConfigurationOfSomebodyElseIsRefused) {
    if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
    const auto path = write("uplift.toml", good_configuration, 0644);
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);

    EXPECT_EQ(verdict(), "UPL-1013");
}

TEST_F(OnDisk, ConfigurationThatIsAFifoDoesNotBlock) {
    ASSERT_EQ(mkfifo((folder / "uplift.toml").c_str(), 0600), 0);

    EXPECT_EQ(verdict(), "UPL-1010");
}

TEST_F(OnDisk, HugeConfigurationIsRefused) {
    write("uplift.toml", "#" + std::string(2u << 20, 'x'));

    EXPECT_EQ(verdict(), "UPL-1010");
}

class SecretOnDisk : public OnDisk {
 protected:
    // The secret, or its fault's code.
    std::string read_file(const std::string& name, SecretForm form = SecretForm::text) const {
        return shown(read_secret({SecretRef::Kind::file, folder / name}, form, {}));
    }
    std::string read_credential(const std::string& name) const {
        return shown(read_secret(
            {SecretRef::Kind::credential, name}, SecretForm::text, {.credentials_directory = folder}));
    }
    static std::string shown(const Result<Secret>& secret) {
        if (secret) return std::string(secret->view());
        EXPECT_FALSE(secret.error().cure.empty());
        EXPECT_EQ(to_line(secret.error()).find("hunter2"), std::string::npos);
        return uplift::to_string(secret.error().code);
    }
};

TEST_F(SecretOnDisk, TextLosesOneLineEnd) {
    write("plain", "hunter2");
    write("unix", "hunter2\n");
    write("dos", "hunter2\r\n");
    write("two", "hunter2\n\n");
    write("blanks", " hunter2 \n");

    EXPECT_EQ(read_file("plain"), "hunter2");
    EXPECT_EQ(read_file("unix"), "hunter2");
    EXPECT_EQ(read_file("dos"), "hunter2");
    EXPECT_EQ(read_file("two"), "hunter2\n");
    EXPECT_EQ(read_file("blanks"), " hunter2 ");
}

TEST_F(SecretOnDisk, OctetsKeepEveryByte) {
    const std::string key("\x00\x0d\x0a", 3);
    write("key", key);

    EXPECT_EQ(read_file("key", SecretForm::octets), key);
}

TEST_F(SecretOnDisk, AC52_ThatOthersMayReadIsRefused) {
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
        write("secret", "hunter2", mode);
        EXPECT_EQ(read_file("secret"), "UPL-1008") << mode;
    }
}

TEST_F(SecretOnDisk, AC52_OfSomebodyElseIsRefused) {
    if (geteuid() != 0) GTEST_SKIP() << "only root gives files away";
    const auto path = write("secret", "hunter2");
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);

    EXPECT_EQ(read_file("secret"), "UPL-1008");
}

TEST_F(SecretOnDisk, BehindASymbolicLinkIsRefused) {
    write("secret", "hunter2");
    std::filesystem::create_symlink(folder / "secret", folder / "link");

    EXPECT_EQ(read_file("link"), "UPL-1007");
}

TEST_F(SecretOnDisk, ThatIsNoFileIsRefused) {
    std::filesystem::create_directory(folder / "folder");
    ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);

    EXPECT_EQ(read_file("folder"), "UPL-1007");
    EXPECT_EQ(read_file("fifo"), "UPL-1007");
    EXPECT_EQ(read_file("missing"), "UPL-1007");
}

TEST_F(SecretOnDisk, EmptyOrTooLongIsRefused) {
    write("empty", "");
    write("line", "\n");
    write("longest", std::string(65'536, 'x'));
    write("longer", std::string(65'537, 'x'));

    EXPECT_EQ(read_file("empty"), "UPL-1007");
    EXPECT_EQ(read_file("line"), "UPL-1007");
    EXPECT_EQ(read_file("longest").size(), 65'536u);
    EXPECT_EQ(read_file("longer"), "UPL-1007");
}

TEST_F(SecretOnDisk, CredentialComesFromItsFolder) {
    write("ad-password", "hunter2\n", 0400);
    // As systemd makes it for a unit with User=: the mask of an access list.
    write("by-list", "hunter2\n", 0440);
    write("open", "hunter2\n", 0444);

    EXPECT_EQ(read_credential("ad-password"), "hunter2");
    EXPECT_EQ(read_credential("by-list"), "hunter2");
    EXPECT_EQ(read_credential("open"), "UPL-1008");
    EXPECT_EQ(read_credential("other"), "UPL-1007");
}

TEST_F(SecretOnDisk, CredentialWithoutAFolderIsUnreadable) {
    const auto secret = read_secret({SecretRef::Kind::credential, "x"}, SecretForm::text, {});

    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, FaultCode::config_secret_unreadable);
}

TEST_F(SecretOnDisk, CertificateMayBeReadByAllButWrittenByNobodyElse) {
    write("app.pem", "-----BEGIN CERTIFICATE-----\n", 0644);
    write("loose.pem", "-----BEGIN CERTIFICATE-----\n", 0664);

    EXPECT_TRUE(read_public({SecretRef::Kind::file, folder / "app.pem"}, {}));
    const auto loose = read_public({SecretRef::Kind::file, folder / "loose.pem"}, {});
    ASSERT_FALSE(loose);
    EXPECT_EQ(loose.error().code, FaultCode::config_secret_exposed);
}

}  // namespace
}  // namespace uplift::config
