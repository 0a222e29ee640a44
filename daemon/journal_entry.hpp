// One entry of systemd's journal: the line that people read, and beside it a field for every fact, so that
// `journalctl UPLIFT_JOB=J17` finds all of a job and `journalctl -x` explains each code.
//
// Fields: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, MESSAGE_ID where there is a code, UPLIFT_CODE, and UPLIFT_KEY
// for each fact. systemd.journal-fields(7), sd_journal_sendv(3).
#pragma once

#include <string>
#include <vector>

#include "core/engine/ports/journal.hpp"
#include "core/model/result.hpp"

namespace uplift::daemon {

// "MESSAGE=account created job=J17", "PRIORITY=6", "UPLIFT_JOB=J17", … Pure.
std::vector<std::string> journal_fields(engine::Level level,
                                        std::string_view line,
                                        const engine::Facts& facts);
// Of a fault that is printed by itself (a start that is refused). Pure.
std::vector<std::string> journal_fields(engine::Level level, std::string_view line, FaultCode code);

// False where no journal takes it. Any thread.
bool send_to_journal(const std::vector<std::string>& fields);

}  // namespace uplift::daemon
