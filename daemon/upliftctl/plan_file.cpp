#include "daemon/upliftctl/plan_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace uplift::upliftctl {
namespace {

constexpr std::string_view schema = "uplift.plan/1";
constexpr std::size_t largest_plan = 1U << 30U;

Fault unwritable(const std::string& path) {
    return Fault{.code = FaultCode::file_unreadable,
                 .where = path,
                 .what = std::string("it cannot be written: ") + std::strerror(errno),
                 .cure = "Check its folder and the room on the disk."};
}

Fault no_plan(const std::string& where, std::string what) {
    return Fault{.code = FaultCode::job_file_syntax,
                 .where = where,
                 .what = std::move(what),
                 .cure = "Give a file that `upliftctl plan --out` wrote."};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

std::string plan_text(const PlanFile& plan) {
    auto file = json::Value::object();
    file.set("schema", json::Value(schema));
    file.set("changes", json::Value(plan.totals.changes));
    file.set("refused", json::Value(plan.totals.refused));
    file.set("source", json::Value(plan.source));
    file.set("totals", protocol::value_of(plan.totals));
    auto people = json::Value::array();
    for (const auto& line : plan.people) people.push_back(protocol::value_of(line));
    file.set("people", std::move(people));
    return json::dump(file) + "\n";
}

Result<PlanFile> parse_plan(std::string_view text, const std::string& where) {
    const json::Reading reading{
        .where = where, .code = FaultCode::job_file_syntax, .max_bytes = largest_plan};
    const auto file = json::parse(text, reading);
    if (!file) return file.error();
    if (file->get_string("schema") != schema) return no_plan(where, "it is no plan");
    const auto* totals = file->find("totals");
    const auto* people = file->find("people");
    if (totals == nullptr || people == nullptr) return no_plan(where, "it is not a whole plan");
    PlanFile plan;
    plan.source = std::string(file->get_string("source").value_or(""));
    auto sums = protocol::view_from<protocol::PlanTotalsView>(*totals);
    if (!sums) return no_plan(where, sums.error().what);
    plan.totals = std::move(*sums);
    for (const auto& item : people->items()) {
        auto line = protocol::view_from<protocol::PlanLineView>(item);
        if (!line) return no_plan(where, line.error().what);
        plan.people.push_back(std::move(*line));
    }
    return plan;
}

Result<void> write_plan(const PlanFile& plan, const std::string& path) {
    auto beside = path + ".XXXXXX";
    const protocol::UniqueFd file(::mkstemp(beside.data()));  // 0600
    if (!file) return unwritable(path);
    const bool whole = write_all(file.get(), plan_text(plan)) && ::fsync(file.get()) == 0 &&
                       std::rename(beside.c_str(), path.c_str()) == 0;
    if (whole) return {};
    const auto fault = unwritable(path);
    ::unlink(beside.c_str());
    return fault;
}

Result<PlanFile> read_plan(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file || text.fail())
        return Fault{.code = FaultCode::file_unreadable,
                     .where = path,
                     .what = "it cannot be read",
                     .cure = "Check its path and mode."};
    return parse_plan(text.view(), path);
}

}  // namespace uplift::upliftctl
