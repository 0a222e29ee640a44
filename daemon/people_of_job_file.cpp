// PeopleSource: a job file: the people it lists, then those whom its selection finds.
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstring>
#include <set>

#include "core/intake/cells.hpp"
#include "core/model/guid.hpp"
#include "core/text/show.hpp"
#include "daemon/listing_fault.hpp"
#include "daemon/people_source.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

struct GuidHash {
    // A GUID is random enough for a hash to be a part of it; its last octets differ also where AD counts up.
    std::size_t operator()(const Guid& guid) const {
        std::size_t halves[2];
        static_assert(sizeof halves == sizeof guid.octets);
        std::memcpy(halves, guid.octets.data(), sizeof halves);
        return halves[0] * 31 + halves[1];
    }
};

std::string key_of(Identity identity) {
    // CORP\jdoe and jdoe are one name in one directory.
    if (identity.kind == IdentityKind::sAMAccountName) identity.value.erase(0, identity.value.find('\\') + 1);
    return intake::identity_key(identity);
}

class PeopleOfJobFile final : public PeopleSource {
 public:
    PeopleOfJobFile(intake::JobFileText text, const Profile& profile, engine::Directory* directory)
        : text_(std::move(text)), profile_(profile), directory_(directory) {}

    asio::awaitable<std::optional<IntakeOutcome>> find_faults() override {
        auto read = text_.read(profile_);
        if (auto* faults = std::get_if<intake::JobFileFaults>(&read)) {
            Rejected refused;
            refused.faults = std::move(faults->faults);
            refused.count = faults->count;
            co_return refused;
        }
        file_ = std::move(std::get<intake::JobFile>(read));
        co_return std::nullopt;
    }

    asio::awaitable<FillOutcome> give(RowTaker taker) override {
        Filled filled{.people = static_cast<std::int64_t>(file_.rows.size()), .twice = 0};
        if (!file_.rows.empty()) {
            const auto taken = co_await taker(file_.rows);
            if (!taken) co_return Postponed{taken.error()};
        }
        if (!file_.selection) co_return filled;
        if (directory_ == nullptr) {
            Fault fault{FaultCode::directory_unreachable,
                        "directory." + profile_.directory.value,
                        "the directory of profile " + text::quoted(profile_.name.value) + " is not there yet",
                        "Restart upliftd: a new directory comes into force with a restart."};
            co_return Postponed{std::move(fault)};
        }
        co_return co_await select(std::move(taker), filled);
    }

    [[nodiscard]] std::optional<TimePoint> run_at() const override { return file_.run_at; }
    [[nodiscard]] std::string label() const override { return file_.label; }

 private:
    asio::awaitable<FillOutcome> select(RowTaker taker, Filled filled) {
        std::set<std::string> named;
        for (const auto& row : file_.rows)
            for (const auto& identity : row.given) named.insert(key_of(identity));
        boost::unordered_flat_set<Guid, GuidHash> found;
        std::optional<Fault> trouble;
        engine::PageTaker take_page =
            [&](std::vector<engine::FoundPerson> page) -> asio::awaitable<engine::Listing> {
            std::vector<IntakeRow> rows;
            for (const auto& person : page) {
                if (is_named(named, person.person) || !found.insert(person.person.object_guid).second) {
                    ++filled.twice;
                    continue;
                }
                rows.push_back(row_of(person.person, ++filled.people));
            }
            if (rows.empty()) co_return engine::Listing::go_on;
            const auto taken = co_await taker(std::move(rows));
            if (taken) co_return engine::Listing::go_on;
            trouble = taken.error();
            co_return engine::Listing::enough;
        };
        const std::vector<std::string> attributes{"userPrincipalName", "sAMAccountName"};
        const auto outcome =
            co_await directory_->list(*file_.selection, attributes, take_page, page_patience);
        if (trouble) co_return Postponed{std::move(*trouble)};
        if (done_value(outcome) == nullptr) co_return failed(outcome);
        if (filled.people == 0)
            co_return rejected(Fault{FaultCode::selection_empty,
                                     "select",
                                     "the selection finds nobody",
                                     std::string(entry_of(FaultCode::selection_empty).cure)});
        co_return filled;
    }

    // A refusal is the file's to mend; everything else passes by itself.
    static FillOutcome failed(const Outcome<Nothing>& outcome) {
        auto fault = listing_fault(outcome, "select");
        if (std::holds_alternative<Refused>(outcome)) return rejected(std::move(fault));
        return Postponed{std::move(fault)};
    }

    static bool is_named(const std::set<std::string>& named, const Person& person) {
        if (named.empty()) return false;
        const Identity names[] = {
            {IdentityKind::objectGUID, to_string(person.object_guid)},
            {IdentityKind::userPrincipalName, std::string(person.first("userPrincipalName"))},
            {IdentityKind::sAMAccountName, std::string(person.first("sAMAccountName"))},
            {IdentityKind::distinguishedName, person.distinguished_name}};
        for (const auto& name : names)
            if (!name.value.empty() && named.contains(key_of(name))) return true;
        return false;
    }

    [[nodiscard]] IntakeRow row_of(const Person& person, std::int64_t number) const {
        IntakeRow row;
        row.row = number;
        row.given.push_back({IdentityKind::objectGUID, to_string(person.object_guid)});
        row.overrides = file_.overrides;
        return row;
    }

    intake::JobFileText text_;
    const Profile& profile_;
    engine::Directory* directory_;
    intake::JobFile file_;
};

}  // namespace

std::unique_ptr<PeopleSource> people_of_job_file(intake::JobFileText text,
                                                 const Profile& profile,
                                                 engine::Directory* directory) {
    return std::make_unique<PeopleOfJobFile>(std::move(text), profile, directory);
}

}  // namespace uplift::daemon
