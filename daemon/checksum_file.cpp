#include "daemon/checksum_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/state_dir.hpp"

namespace uplift::daemon {
namespace {

constexpr std::size_t sum_digits = 64;
// A sum and a name of 255 bytes, each byte escaped, with room to spare.
constexpr std::size_t most_checksum_bytes = 4096;

Fault no_checksum(std::string what) {
    return Fault{.code = FaultCode::file_checksum,
                 .where = "",
                 .what = "its .sha256 " + std::move(what),
                 .cure = "`sha256sum FILE > FILE.sha256` writes it as it is wanted."};
}

bool is_blank(char letter) { return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n'; }

std::string_view without_trailing_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

Result<std::string> read_sum(int directory, const std::string& name) {
    const auto file = open_beneath(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!file) return no_checksum(std::string("cannot be read: ") + std::strerror(errno));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !is_plain(facts_of(status)))
        return no_checksum("is no regular file with one name");
    std::array<char, most_checksum_bytes + 1> bytes{};
    std::size_t length = 0;
    while (length < bytes.size()) {
        const auto got = ::read(file.get(), bytes.data() + length, bytes.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return no_checksum(std::string("cannot be read: ") + std::strerror(errno));
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    if (length > most_checksum_bytes) return no_checksum("is too large for a sum");
    return parse_checksum(std::string_view(bytes.data(), length));
}

}  // namespace

Result<std::string> parse_checksum(std::string_view text) {
    constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    text = without_trailing_blanks(text);
    // sha256sum: the line of a name with a line end or a backslash in it begins with one.
    if (text.starts_with('\\')) text.remove_prefix(1);
    if (text.empty()) return no_checksum("is empty");
    if (text.find('\n') != std::string_view::npos) return no_checksum("has more than one line");

    std::string sum(text.substr(0, sum_digits));
    for (auto& digit : sum)
        if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    const bool digits = std::all_of(sum.begin(), sum.end(), [](char digit) {
        return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    });
    const auto rest = text.substr(sum.size());
    if (sum.size() != sum_digits || !digits || (!rest.empty() && rest.front() != ' ' && rest.front() != '\t'))
        return no_checksum("does not begin with the 64 hex digits of a SHA-256");
    return sum;
}

std::optional<ChecksumFile> read_checksum(int directory, const std::string& file) {
    const auto facts = checksum_facts(directory, file);
    if (!facts) return std::nullopt;
    return ChecksumFile{.facts = *facts, .sum = read_sum(directory, file + std::string(checksum_ending))};
}

std::optional<FileFacts> checksum_facts(int directory, const std::string& file) {
    return look_at(directory, file + std::string(checksum_ending));
}

Fault does_not_match(const std::string& wanted, const std::string& found) {
    return Fault{
        .code = FaultCode::file_checksum,
        .where = "",
        .what = "its .sha256 says " + wanted + ", the file has " + found,
        .cure = "Drop the file and its .sha256 anew; `sha256sum FILE > FILE.sha256` writes the sum."};
}

}  // namespace uplift::daemon
