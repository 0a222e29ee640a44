// PeopleSource: a CSV, read through twice: for its faults, then for its rows.
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>

#include "core/intake/csv_intake.hpp"
#include "core/text/show.hpp"
#include "daemon/people_source.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// A transaction of the queue: long enough to be quick, short enough not to hold up the engine's.
constexpr std::size_t rows_at_once = 1'000;

class PeopleOfCsv final : public PeopleSource {
 public:
    PeopleOfCsv(const Spooled& file, std::string name, const Profile& profile)
        : file_(file), name_(text::shown(name)), profile_(profile) {}

    asio::awaitable<std::optional<IntakeOutcome>> find_faults() override {
        intake::CsvIntake check(name_, profile_);
        for (std::int64_t offset = 0;;) {
            const auto slice = read_slice(file_, offset);
            if (!slice) co_return Postponed{slice.error()};
            if (slice->empty()) break;
            offset += static_cast<std::int64_t>(slice->size());
            check.feed(*slice);
            (void)check.take_rows();
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        }
        check.finish();
        carried_columns_ = check.carried_columns();
        if (check.fault_count() == 0) co_return std::nullopt;
        Rejected refused;
        refused.faults = check.faults();
        refused.count = check.fault_count();
        co_return refused;
    }

    asio::awaitable<FillOutcome> give(RowTaker taker) override {
        intake::CsvIntake intake(name_, profile_);
        std::int64_t offset = 0;
        for (bool at_end = false; !at_end;) {
            const auto slice = read_slice(file_, offset);
            if (!slice) co_return Postponed{slice.error()};
            offset += static_cast<std::int64_t>(slice->size());
            at_end = slice->empty();
            if (at_end)
                intake.finish();
            else
                intake.feed(*slice);
            auto rows = intake.take_rows();
            for (std::size_t from = 0; from < rows.size(); from += rows_at_once) {
                const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(from);
                const auto count = static_cast<std::ptrdiff_t>(std::min(rows_at_once, rows.size() - from));
                std::vector<IntakeRow> chunk(std::make_move_iterator(begin),
                                             std::make_move_iterator(begin + count));
                const auto taken = co_await taker(std::move(chunk));
                if (!taken) co_return Postponed{taken.error()};
            }
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        }
        co_return Filled{.people = intake.row_count(), .twice = 0};
    }

    [[nodiscard]] std::vector<std::string> carried_columns() const override { return carried_columns_; }

 private:
    const Spooled& file_;
    std::string name_;
    const Profile& profile_;
    std::vector<std::string> carried_columns_;
};

}  // namespace

std::unique_ptr<PeopleSource> people_of_csv(const Spooled& file, std::string name, const Profile& profile) {
    return std::make_unique<PeopleOfCsv>(file, std::move(name), profile);
}

}  // namespace uplift::daemon
