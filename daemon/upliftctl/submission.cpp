#include "daemon/upliftctl/submission.hpp"

#include <unistd.h>

#include <filesystem>

#include "core/text/utf8.hpp"
#include "daemon/upliftctl/sealed_file.hpp"

namespace uplift::upliftctl {

protocol::FileFormat format_of(std::string_view name, int file) {
    const auto lower = text::lower(name);
    if (lower.ends_with(".json")) return protocol::FileFormat::json;
    if (lower.ends_with(".csv")) return protocol::FileFormat::csv;
    std::array<char, 256> start{};
    const auto got = ::pread(file, start.data(), start.size(), 0);
    const auto first = text::trim({start.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
    return first.starts_with('{') ? protocol::FileFormat::json : protocol::FileFormat::csv;
}

std::string shown_name_of(const std::string& path) {
    return path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
}

std::optional<Fault> wrongly_named(const std::string& command, const std::string& file, const JobWish& wish) {
    const auto& selection = wish.selection;
    const bool selects = !selection.ous.empty() || !selection.filter.empty();
    const bool named_here = selects || !wish.users.empty();
    const auto wrong = [&](std::string what, std::string cure) {
        return Fault{
            .code = FaultCode::usage, .where = command, .what = std::move(what), .cure = std::move(cure)};
    };
    if (file.empty() && !named_here)
        return wrong("nobody is named", "Give a FILE, --user, --ou or --filter.");
    if (!file.empty() && (named_here || !selection.exclude_ous.empty()))
        return wrong("both a FILE and the command line name people",
                     "Give a FILE, or --user, --ou and --filter.");
    if (!selects && !selection.exclude_ous.empty())
        return wrong("--exclude-ou excludes from nothing", "Give --ou or --filter with it.");
    return std::nullopt;
}

Result<NamedPeople> people_named(const std::string& command, const std::string& file, const JobWish& wish) {
    NamedPeople people;
    if (!file.empty()) {
        auto copy = sealed_copy_of_file(file);
        if (!copy) return copy.error();
        people.file = std::move(*copy);
        people.source = shown_name_of(file);
        people.format = format_of(file, people.file.get());
        return people;
    }
    const auto job = job_file_of(wish);
    if (!job) return job.error();
    auto copy = sealed_copy_of(*job, command);
    if (!copy) return copy.error();
    people.file = std::move(*copy);
    people.source = command;
    people.format = protocol::FileFormat::json;
    return people;
}

Result<json::Value> hand_over(Session& session,
                              const protocol::SubmitRequest& request,
                              std::span<const int> descriptors,
                              const Globals& globals) {
    std::optional<json::Value> answer;
    auto asked = session.ask(
        request,
        [&](const json::Value& reply) -> Result<void> {
            if (!protocol::is_fault(reply)) {
                answer = reply;
                return {};
            }
            auto fault = protocol::fault_from(reply);
            if (!fault) return fault.error();
            show_fault(*fault, globals);
            return {};
        },
        descriptors);
    if (!asked) return asked.error();
    if (answer) return std::move(*answer);
    return Fault{.code = FaultCode::bad_request,
                 .where = request.source,
                 .what = "the daemon did not say what became of it",
                 .cure = "`upliftctl jobs` shows what was accepted."};
}

}  // namespace uplift::upliftctl
