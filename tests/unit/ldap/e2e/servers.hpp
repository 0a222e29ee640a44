// Real directory servers for tests, started by the scripts of tests/e2e/servers in a directory of their own
// and stopped with their object.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "core/ldap/ldap_directory.hpp"

namespace uplift::ldap::test {

// A directory that goes with this object.
class Folder {
 public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// Runs it with bash; throws with its output unless it succeeds.
std::string run_command(const std::string& command);
bool is_installed(const std::string& program);

class Server {
 public:
    [[nodiscard]] const std::string& value(const std::string& key) const { return values_.at(key); }
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }
    // For LDAPS, with the times of production.
    [[nodiscard]] LdapSettings settings() const;

 protected:
    void start(const std::string& command);

 private:
    Folder folder_;
    std::map<std::string, std::string> values_;
};

class Slapd : public Server {
 public:
    // `ldif`: further entries.
    explicit Slapd(int people, const std::string& ldif = {});
    ~Slapd();
    void send_signal(int signal) const;
    // LDIF on its standard input.
    void add(const std::string& ldif) const;
    void remove(const std::string& dns) const;

 private:
    [[nodiscard]] std::string as_admin(const std::string& tool) const;
    pid_t pid_ = 0;
};

class Samba : public Server {
 public:
    Samba();
    ~Samba();
};

}  // namespace uplift::ldap::test
