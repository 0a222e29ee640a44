#include "tests/unit/graph/e2e/sandbox_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "core/json/json.hpp"

namespace uplift::test {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

SandboxProcess::SandboxProcess(const std::string& tenant_definition) {
    std::string directory = "/tmp/uplift-sandbox-XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) throw std::runtime_error("no directory for the sandbox");
    directory_ = directory;
    const auto tenant = directory_ + "/tenant.json";
    std::ofstream(tenant) << tenant_definition;
    const char* arguments[] = {
        UPLIFT_SANDBOX, "--tenant", tenant.c_str(), "--dir", directory_.c_str(), "--seed", "7", nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    const int error =
        posix_spawn(&pid_, UPLIFT_SANDBOX, &actions, nullptr, const_cast<char**>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("the sandbox does not start");
    for (int i = 0; i < 1'500 && base_.empty(); ++i) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            throw std::runtime_error("the sandbox ended at once");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        const auto text = content_of(directory_ + "/ready.json");
        const auto ready = json::parse(text, {.where = "ready.json", .code = FaultCode::tenant_reply});
        if (ready) base_ = std::string(ready->get_string("base").value_or(""));
    }
    if (base_.empty()) throw std::runtime_error("the sandbox is not ready");
}

SandboxProcess::~SandboxProcess() {
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

}  // namespace uplift::test
