// FILE.sha256: the sum that FILE must have before it is taken, as sha256sum writes it.
//
// The parser is pure. The reader takes nothing but a small regular file with one name, opened without
// following or waiting for anything; whatever else stands under the name is no sum, and FILE waits.
// Faults: file_checksum, without a place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "daemon/folder_rules.hpp"

namespace uplift::daemon {

// `HEX`, `HEX  NAME` or `HEX *NAME`, one line; NAME is not looked at, for people rename. 64 digits in lower
// case.
Result<std::string> parse_checksum(std::string_view text);

struct ChecksumFile {
    FileFacts facts;
    Result<std::string> sum;
};
// What stands beside `file`; nothing where nothing does.
std::optional<ChecksumFile> read_checksum(int directory, const std::string& file);

// What stat shows of FILE.sha256, whatever it is.
std::optional<FileFacts> checksum_facts(int directory, const std::string& file);

Fault does_not_match(const std::string& wanted, const std::string& found);

}  // namespace uplift::daemon
