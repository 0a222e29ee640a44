// Daemon: all parts of upliftd, made from a configuration and joined in one place.
//
// One io_context on the calling thread runs engine, HTTP, control socket and folder; the queue's writer, the
// reader and each directory have threads of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/model/result.hpp"

namespace uplift::daemon {

class Daemon {
 public:
    // Opens the state directory, the queue and the control socket; signs in nowhere yet.
    static Result<std::unique_ptr<Daemon>> start(std::string config_file, config::Config config);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    // Until SIGTERM or SIGINT; the exit code.
    int run();

 private:
    struct Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace uplift::daemon
