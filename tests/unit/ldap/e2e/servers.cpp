#include "tests/unit/ldap/e2e/servers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/unit/ldap/hostile_server.hpp"

namespace uplift::ldap::test {
namespace {

std::string script(const std::string& name) { return std::string("'") + UPLIFT_SERVERS + "/" + name + "' "; }

}  // namespace

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "uplift-e2e-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory for a server");
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string run_command(const std::string& command) {
    std::string output;
    // What the tests set for libldap in this process is not for the tools of the scripts.
    FILE* pipe =
        ::popen(("exec 2>&1; unset LDAPNOINIT LDAPTLS_REQCERT LDAPTLS_REQSAN; " + command).c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("no shell");
    std::array<char, 4096> part{};
    while (const auto got = std::fread(part.data(), 1, part.size(), pipe)) output.append(part.data(), got);
    const int status = ::pclose(pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("this failed: " + command + "\n" + output);
    return output;
}

bool is_installed(const std::string& program) {
    return std::system(("PATH=$PATH:/usr/sbin:/sbin command -v " + program + " >/dev/null").c_str()) == 0;
}

void Server::start(const std::string& command) {
    run_command(command);
    std::ifstream env(folder() + "/env");
    for (std::string line; std::getline(env, line);) {
        const auto equals = line.find('=');
        auto value = line.substr(equals + 1);
        if (value.size() > 1 && value.front() == '\'') value = value.substr(1, value.size() - 2);
        values_[line.substr(0, equals)] = value;
    }
}

LdapSettings Server::settings() const {
    LdapSettings settings;
    settings.name = DirectoryName{"corp"};
    settings.uris = {value("LDAPS_URI")};
    settings.base_dn = value("BASE_DN");
    settings.netbios = "CORP";
    settings.bind_dn = value("BIND_DN");
    settings.password = Secret::copy_of(value("BIND_PASSWORD"));
    settings.ca_file = value("CA_FILE");
    return settings;
}

Slapd::Slapd(int people, const std::string& ldif) {
    std::string command =
        script("slapd-up.sh") + folder() + " " + std::to_string(unused_port()) + " " + std::to_string(people);
    if (!ldif.empty()) {
        std::ofstream(folder() + "/further.ldif") << ldif;
        command += " " + folder() + "/further.ldif";
    }
    try {
        start(command);
    } catch (...) {
        run_command(script("slapd-down.sh") + folder());
        throw;
    }
    std::ifstream(folder() + "/run/slapd.pid") >> pid_;
}

Slapd::~Slapd() {
    send_signal(SIGCONT);
    try {
        run_command(script("slapd-down.sh") + folder());
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
    }
}

void Slapd::send_signal(int signal) const { ::kill(pid_, signal); }

std::string Slapd::as_admin(const std::string& tool) const {
    return "LDAPNOINIT=1 " + tool + " -x -H " + value("LDAP_URI") + " -D '" + value("ADMIN_DN") + "' -w '" +
           value("ADMIN_PASSWORD") + "' ";
}

void Slapd::add(const std::string& ldif) const {
    const auto file = folder() + "/added.ldif";
    std::ofstream(file) << ldif;
    run_command(as_admin("ldapadd") + "-f " + file);
}

void Slapd::remove(const std::string& dns) const {
    const auto file = folder() + "/removed.txt";
    std::ofstream(file) << dns;
    run_command(as_admin("ldapdelete") + "-f " + file);
}

Samba::Samba() {
    const int pid = ::getpid();
    const auto address =
        "127." + std::to_string(1 + pid % 200) + "." + std::to_string(pid / 200 % 250) + ".11";
    start(script("samba-up.sh") + folder() + " " + address);
}

Samba::~Samba() {
    try {
        run_command(script("samba-down.sh") + folder());
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
    }
}

}  // namespace uplift::ldap::test
