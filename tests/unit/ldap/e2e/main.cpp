// Where a server is not installed its tests are left out, and said so; with CI set that is a failure.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/unit/ldap/e2e/servers.hpp"

int main(int argc, char** argv) {
    // Trap T7: a careless environment, from before libldap's first call on.
    ::setenv("LDAPTLS_REQCERT", "never", 1);
    ::setenv("LDAPTLS_REQSAN", "never", 1);
    testing::InitGoogleTest(&argc, argv);

    std::string left_out;
    const auto leave_out = [&](const std::string& why, const std::string& tests) {
        std::cout << "not run: " << why << "\n";
        left_out += (left_out.empty() ? "" : ":") + tests;
    };
    if (!uplift::ldap::test::is_installed("slapd"))
        leave_out("slapd is not installed", "*Slapd*:Crowd*:Twenty*");
    if (!uplift::ldap::test::is_installed("samba"))
        leave_out("samba is not installed", "SambaTest*:KerberosTest*");
    else if (::geteuid() != 0)
        leave_out("a Samba domain controller needs root", "SambaTest*:KerberosTest*");
    if (!left_out.empty()) {
        if (std::getenv("CI") != nullptr) return 1;
        auto& filter = GTEST_FLAG_GET(filter);
        GTEST_FLAG_SET(filter, filter + (filter.find('-') == std::string::npos ? "-" : ":") + left_out);
    }
    return RUN_ALL_TESTS();
}
