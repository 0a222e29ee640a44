// The sandbox as a process of its own, in a directory of its own; both are gone when this is.
#pragma once

#include <sys/types.h>

#include <string>

namespace uplift::test {

class SandboxProcess {
 public:
    // Starts and waits until it is ready; throws where it does not come up.
    explicit SandboxProcess(const std::string& tenant_definition);
    ~SandboxProcess();
    SandboxProcess(const SandboxProcess&) = delete;
    SandboxProcess& operator=(const SandboxProcess&) = delete;

    [[nodiscard]] const std::string& base() const { return base_; }  // https://127.0.0.1:PORT
    [[nodiscard]] std::string ca_file() const { return directory_ + "/ca.pem"; }

 private:
    std::string directory_;
    std::string base_;
    pid_t pid_ = -1;
};

}  // namespace uplift::test
