#include "config/source_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "config/descriptor.hpp"

namespace uplift::config {
namespace {

constexpr off_t max_config_file = off_t{1} << 20;

std::string errno_text() { return std::generic_category().message(errno); }

Fault unreadable(const std::string& where, std::string what) {
    return {FaultCode::config_unreadable,
            where,
            std::move(what),
            "Check the path and that the daemon's user may read it."};
}

bool ours(const struct stat& status) { return status.st_uid == 0 || status.st_uid == geteuid(); }

std::optional<Fault> writable_by_others(const std::string& where, const struct stat& status) {
    constexpr auto cure = "chown root it and chmod go-w it: who writes it decides over the tenant.";
    if (!ours(status))
        return Fault{
            FaultCode::config_writable,
            where,
            "belongs to user " + std::to_string(status.st_uid) + ", neither root nor the daemon's own",
            cure};
    const bool shared = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !shared)
        return Fault{FaultCode::config_writable, where, "can be written by group or others", cure};
    return std::nullopt;
}

std::optional<Fault> folder_fault(const std::filesystem::path& folder) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return unreadable(folder, "cannot be looked at: " + errno_text());
    return writable_by_others(folder, status);
}

Result<std::string> read_source(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.open()) return unreadable(path, "cannot be opened: " + errno_text());
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return unreadable(path, "cannot be looked at: " + errno_text());
    if (!S_ISREG(status.st_mode)) return unreadable(path, "is no regular file");
    if (auto fault = writable_by_others(path, status)) return *fault;
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t got = read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path, "cannot be read: " + errno_text());
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > static_cast<std::size_t>(max_config_file))
            return Fault{FaultCode::config_unreadable,
                         path,
                         "is larger than 1 MiB",
                         "Name the right file: no configuration is that long."};
    }
}

// conf.d/*.toml by name; hidden files and what editors leave behind do not end in .toml or start with a dot.
std::vector<std::string> drop_ins(const std::filesystem::path& folder, std::vector<Fault>& faults) {
    std::vector<std::string> files;
    std::error_code error;
    if (!std::filesystem::exists(folder, error)) return files;
    if (auto fault = folder_fault(folder)) faults.push_back(std::move(*fault));
    std::filesystem::directory_iterator entries(folder, error);
    for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error)) {
        const std::string name = entries->path().filename();
        if (name.ends_with(".toml") && !name.starts_with('.')) files.push_back(entries->path());
    }
    if (error) faults.push_back(unreadable(folder, "cannot be listed: " + error.message()));
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

SourceFiles read_source_files(const std::string& main_file) {
    SourceFiles found;
    auto folder = std::filesystem::path(main_file).parent_path();
    if (folder.empty()) folder = ".";
    std::vector<std::string> paths{main_file};
    if (auto fault = folder_fault(folder)) found.faults.push_back(std::move(*fault));
    const auto more = drop_ins(folder / "conf.d", found.faults);
    paths.insert(paths.end(), more.begin(), more.end());
    for (const auto& path : paths) {
        auto text = read_source(path);
        if (text)
            found.sources.push_back({.name = path, .text = std::move(*text)});
        else
            found.faults.push_back(text.error());
    }
    return found;
}

}  // namespace uplift::config
