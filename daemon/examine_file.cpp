#include "daemon/examine_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/text/show.hpp"
#include "daemon/checksum_file.hpp"
#include "daemon/peer.hpp"

namespace uplift::daemon {
namespace {

Owner trust_in(uid_t owner) {
    if (owner == 0 || owner == ::getuid()) return Owner::trusted;
    const auto host = host_ids();
    return host.members && is_member(owner, *host.members) ? Owner::trusted : Owner::stranger;
}

std::optional<FileFacts> facts_now(int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return std::nullopt;
    return facts_of(status);
}

FileRefused unreadable(const std::string& where) {
    return {Fault{.code = FaultCode::file_unreadable,
                  .where = where,
                  .what = "the daemon may not read it",
                  .cure =
                      "`install -m 0640 -g uplift` the file, or use `upliftctl submit`, which hands over the "
                      "open file."}};
}

// What is decided before a byte is read; nothing where the file may be read.
std::optional<Examined> judged(const ExamineRequest& request, const std::string& where) {
    auto verdict = judge(request.looked_at, trust_in(request.looked_at.owner), request.max_file, where);
    if (auto* untouched = std::get_if<Untouched>(&verdict)) {
        if (S_ISDIR(request.looked_at.mode) && request.file.profile.value.empty())
            untouched->why = "it is a directory and no profile is called so";
        return std::move(*untouched);
    }
    if (auto* fault = std::get_if<Fault>(&verdict)) return FileRefused{std::move(*fault)};
    if (auto fault = wrong_kind(request.file.name, where)) return FileRefused{std::move(*fault)};
    return std::nullopt;
}

FileUnmatched unmatched(Fault fault, const ChecksumFile& checksum, const std::string& where) {
    fault.where = where;
    return {.fault = std::move(fault), .checksum = checksum.facts};
}

}  // namespace

boost::asio::awaitable<Examined> examine_file(const IntakeRooms& rooms,
                                              int spool_directory,
                                              ExamineRequest request) {
    const auto where = text::shown(shown_place(request.file));
    const auto directory = rooms.open_inbox(request.file.profile);
    const auto facts = directory ? look_at(directory->get(), request.file.name) : std::nullopt;
    if (!facts) co_return FileGone{};
    if (!unchanged(request.looked_at, *facts)) co_return FileChanged{*facts};
    if (auto decided = judged(request, where)) co_return std::move(*decided);

    const auto checksum = read_checksum(directory->get(), request.file.name);
    if (checksum && !checksum->sum) co_return unmatched(checksum->sum.error(), *checksum, where);

    const auto opened =
        open_beneath(directory->get(), request.file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!opened && (errno == EACCES || errno == EPERM)) co_return unreadable(where);
    if (!opened) co_return FileChangedWhileRead{*facts};
    // The name may mean another file by now, and its writer may be at it again.
    if (const auto now = facts_now(opened.get()); !now || !unchanged(*facts, *now))
        co_return FileChangedWhileRead{now.value_or(*facts)};
    auto copy = co_await spool_copy(opened.get(), spool_directory, request.max_file, where);
    if (!copy && copy.error().code == FaultCode::file_too_large) co_return FileRefused{copy.error()};
    if (!copy) co_return FileTrouble{copy.error()};
    if (const auto now = facts_now(opened.get()); !now || !unchanged(*facts, *now))
        co_return FileChangedWhileRead{now.value_or(*facts)};

    if (checksum && *checksum->sum != copy->sha256)
        co_return unmatched(does_not_match(*checksum->sum, copy->sha256), *checksum, where);
    FileCopied copied{.copy = std::move(*copy), .checksum = std::nullopt};
    if (checksum) copied.checksum = checksum->facts;
    co_return copied;
}

}  // namespace uplift::daemon
