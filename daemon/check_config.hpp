// upliftd --check-config: every fault of the configuration and of the files it names.
//
// Reads files only; signs in nowhere. Credentials are looked at where systemd has loaded them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/load.hpp"

namespace uplift::daemon {

inline constexpr int exit_ok = 0;
inline constexpr int exit_configuration = 78;  // EX_CONFIG

// The configuration as load.hpp gives it, its faults joined by those of secrets and certificates.
config::LoadOutcome load_checked(const std::string& main_file);

// Whoever changes the configuration hears of every fault. A start is kept back only by what the daemon would
// not start with: an ended certificate, of a tenant or of a recipient, stops its own work and nothing else.
enum class CheckFor : std::uint8_t { change, start };

// Prints what it finds to stderr; the exit code.
int check_config(const std::string& main_file, CheckFor reason);

// One line each, made safe for a terminal; under systemd an entry each of its journal.
void print_faults(const std::vector<Fault>& faults, const char* kind);

}  // namespace uplift::daemon
