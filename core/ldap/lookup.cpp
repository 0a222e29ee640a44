#include "core/ldap/lookup.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/ldap/attribute_range.hpp"
#include "core/ldap/result_meaning.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

constexpr int max_requests = 1000;  // pages, ranges and exclusions of one lookup, or of one listed page
constexpr int max_listed_pages = 100'000;
constexpr int max_moves = 3;                         // an entry that is gone when looked at again: ask anew
constexpr std::size_t max_entry_octets = 16U << 20;  // kept of one person
constexpr std::size_t max_page_octets = 64U << 20;   // kept of one listed page
constexpr int smallest_page = 4;
constexpr int page_shrinks_by = 5;

constexpr std::string_view object_guid = "objectGUID";
constexpr std::string_view distinguished_name = "distinguishedName";

// RFC 4511: what servers say of a page size above their own limit (slapd 11). It says the same of too many
// entries, which smaller pages do not mend.
constexpr int size_limit_exceeded = 4;
constexpr int admin_limit_exceeded = 11;
constexpr int invalid_dn_syntax = 34;

std::optional<Guid> guid_of(const Entry& entry) {
    for (const auto& [description, values] : entry.attributes)
        if (text::same_ignoring_case(description, object_guid) && values.size() == 1)
            return guid_from_octets(values.front());
    return std::nullopt;
}

}  // namespace

Lookup::Lookup(Question question) : question_(std::move(question)) { start_over(); }

void Lookup::start_over() {
    found_.clear();
    times_.clear();
    for (const auto& guid : question_.named) times_[guid] = 0;
    cookies_.clear();
    page_starts_.clear();
    next_cookie_.clear();
    page_is_new_ = false;
    page_is_empty_ = true;
    octets_ = 0;
    pages_ = 0;
    chores_ = 0;
    at_ = 0;
    ask_for_people();
}

void Lookup::ask_for_people() {
    phase_ = Phase::people;
    const auto& search = question_.search;
    request_ = SearchRequest{.search = search,
                             .attributes = {std::string(object_guid), std::string(distinguished_name)},
                             .page_size = search.reach == Reach::entry ? 0 : question_.page_size,
                             .cookie = next_cookie_};
    auto& names = request_.attributes;
    if (!question_.anchor.empty() && !asked_for(question_.anchor)) names.push_back(question_.anchor);
    if (question_.many == Many::pages && !asked_for("objectClass")) names.emplace_back("objectClass");
    std::copy_if(question_.attributes.begin(),
                 question_.attributes.end(),
                 std::back_inserter(names),
                 is_attribute_description);
}

void Lookup::next_page() {
    found_.clear();
    octets_ = 0;
    chores_ = 0;
    at_ = 0;
    ask_for_people();
    next_cookie_.clear();
}

bool Lookup::asked_for(std::string_view name) const {
    return std::any_of(
        question_.attributes.begin(), question_.attributes.end(), [&](const std::string& asked) {
            return text::same_ignoring_case(asked, name) || asked == "*";
        });
}

std::size_t Lookup::max_octets() const {
    return question_.many == Many::pages
               ? max_page_octets
               : max_entry_octets * std::max<std::size_t>(1, question_.named.size());
}

void Lookup::take(Entry entry) {
    switch (phase_) {
        case Phase::people:
            return take_person(std::move(entry));
        case Phase::ranges:
            return take_range(entry);
        case Phase::exclusion:
            return take_excluded(entry);
    }
}

// Nobody's entries must push out another's of the same search.
bool Lookup::is_wanted(const Guid& guid) {
    switch (question_.many) {
        case Many::identity:
            return found_.size() < max_people;
        case Many::named: {
            const auto times = times_.find(guid);
            return times != times_.end() && ++times->second <= max_people;
        }
        case Many::pages:
            return true;
    }
    return false;
}

void Lookup::take_person(Entry entry) {
    if (page_is_empty_) {
        page_is_empty_ = false;
        page_is_new_ = page_starts_.insert(entry.dn).second;
    }
    const auto guid = guid_of(entry).value_or(Guid{});
    if (!is_wanted(guid) || (question_.takes && !question_.takes(entry))) return;
    Found found;
    found.dn = entry.dn;
    Person& person = found.person.person;
    person.object_guid = guid;
    person.distinguished_name = std::move(entry.dn);
    for (auto& [description, values] : entry.attributes) {
        const bool is_guid = text::same_ignoring_case(description, object_guid);
        const bool is_name = text::same_ignoring_case(description, distinguished_name);
        if (is_name && values.size() == 1) person.distinguished_name = values.front();
        if (!is_guid && !is_name)
            add_values(found, description, std::move(values));
        else if (asked_for(description) && values.size() == 1)
            person.attributes[description] = values;
    }
    found_.push_back(std::move(found));
}

void Lookup::add_values(Found& found, std::string_view description, std::vector<std::string> values) {
    const auto range = described(description);
    auto& kept = found.person.person.attributes[range.name];
    for (auto& value : values) {
        octets_ += value.size();
        if (octets_ <= max_octets()) kept.push_back(std::move(value));
    }
    if (range.last) found.incomplete.emplace_back(range.name, *range.last + 1);
    // AD lists an attribute that comes in ranges also by its bare name, without values.
    if (kept.empty()) found.person.person.attributes.erase(range.name);
}

void Lookup::take_range(const Entry& entry) {
    auto& found = found_[at_];
    const auto expected = found.incomplete.back();
    for (const auto& [description, values] : entry.attributes) {
        const auto range = described(description);
        if (!text::same_ignoring_case(range.name, expected.first) || range.first != expected.second) continue;
        range_came_ = true;
        found.incomplete.pop_back();
        add_values(found, description, values);
        return;
    }
}

void Lookup::take_excluded(const Entry& entry) {
    if (request_.search.reach == Reach::entry) {
        found_[at_].person.scope = engine::Scope::excluded;
        return;
    }
    const auto guid = guid_of(entry);
    for (std::size_t i = at_; guid && i < until_; ++i)
        if (found_[i].person.person.object_guid == *guid) found_[i].person.scope = engine::Scope::excluded;
}

Progress Lookup::take(const SearchEnd& end) {
    switch (meaning_of_search(end.code)) {
        case Meaning::later:
            return Progress::later;
        case Meaning::elsewhere:
            return Progress::elsewhere;
        case Meaning::refused:
            return refused(end.code);
        case Meaning::nobody:
            return nobody();
        case Meaning::success:
            break;
    }
    if (octets_ > max_octets())
        return refuse("an entry at \"" + request_.search.base + "\" has more than 16 MiB of values",
                      "Ask for fewer attributes in the profile.");
    const bool of_listing = question_.many == Many::pages && phase_ == Phase::people;
    if (of_listing ? ++pages_ > max_listed_pages : ++chores_ > max_requests)
        return refuse("the search at \"" + request_.search.base + "\" does not end",
                      "Check what stands between Uplift and the domain controller.");
    if (phase_ == Phase::people) {
        if (!end.cookie.empty()) return after_page(end);
        at_ = 0;
        return next_chore();
    }
    if (phase_ == Phase::ranges && !range_came_)
        return refuse("\"" + range_wanted_ + "\" was asked for and something else came",
                      "Check what stands between Uplift and the domain controller.");
    if (phase_ == Phase::exclusion) at_ = until_;
    return next_chore();
}

Progress Lookup::refused(int code) {
    if (phase_ == Phase::people && question_.search.reach == Reach::entry && code == invalid_dn_syntax) {
        found_.clear();  // what was typed names nobody
        return finish();
    }
    if (ask_smaller_pages(code)) return Progress::ask_on;
    const bool too_many = code == size_limit_exceeded || code == admin_limit_exceeded;
    return refuse("the search at \"" + request_.search.base + "\" was refused with " + code_words(code),
                  too_many ? "Raise the service account's limits in the directory, or ask for fewer people."
                           : "Check base_dn, exclude and the service account's rights in the directory.");
}

// Where the server gives no page as large as we asked for.
bool Lookup::ask_smaller_pages(int code) {
    if (code != size_limit_exceeded && code != admin_limit_exceeded) return false;
    const bool is_first = phase_ == Phase::people && pages_ == 0 && cookies_.empty();
    if (!is_first || request_.page_size / page_shrinks_by < smallest_page) return false;
    question_.page_size = request_.page_size / page_shrinks_by;
    start_over();
    return true;
}

Progress Lookup::nobody() {
    if (phase_ == Phase::people && question_.search.reach != Reach::entry) {
        const bool at_base = question_.many != Many::pages || question_.search.base == question_.base_dn;
        return refuse(
            (at_base ? "base_dn " : "the OU ") + text::quoted(question_.search.base) + " does not exist",
            at_base ? "Correct base_dn." : "Correct the OU.");
    }
    found_.clear();
    if (phase_ == Phase::people) return finish();
    // Moved or deleted since: the names we hold are stale. Pages of a listing that were given out cannot be
    // taken back: it is for the caller to start over.
    if (question_.many == Many::pages) return Progress::later;
    if (++moves_ > max_moves)
        return refuse("the entry \"" + request_.search.base + "\" moves away whenever it is read",
                      "Try again when nobody works on it.");
    start_over();
    return Progress::ask_on;
}

// Samba gives every page of a search the same cookie; so a repeated cookie is a fault only where the page did
// not bring us further.
Progress Lookup::after_page(const SearchEnd& end) {
    const bool known_cookie = !cookies_.insert(end.cookie).second;
    if (known_cookie && !page_is_new_)
        return refuse("the search at \"" + request_.search.base + "\" runs in a circle: its cookie repeats",
                      "Check what stands between Uplift and the domain controller.");
    page_is_empty_ = true;
    page_is_new_ = false;
    if (question_.many == Many::pages) {
        next_cookie_ = end.cookie;
        at_ = 0;
        return next_chore();
    }
    request_.cookie = end.cookie;
    return Progress::ask_on;
}

// First all ranges, then the exclude filter.
Progress Lookup::next_chore() {
    if (phase_ != Phase::exclusion) {
        if (ask_next_range()) return Progress::ask_on;
        phase_ = Phase::exclusion;
        at_ = 0;
    }
    return ask_next_exclusion() ? Progress::ask_on : finish();
}

bool Lookup::ask_next_range() {
    phase_ = Phase::ranges;
    for (at_ = 0; at_ < found_.size(); ++at_) {
        if (found_[at_].incomplete.empty()) continue;
        const auto& [name, first] = found_[at_].incomplete.back();
        range_wanted_ = range_request(name, first);
        range_came_ = false;
        request_ = SearchRequest{
            .search = {.base = found_[at_].dn, .reach = Reach::entry, .filter = "(objectClass=*)"},
            .attributes = {range_wanted_},
            .page_size = 0,
            .cookie = {}};
        return true;
    }
    return false;
}

bool Lookup::ask_next_exclusion() {
    if (question_.exclude.empty() || at_ >= found_.size()) return false;
    const auto guid_at = [&](std::size_t i) { return found_[i].person.person.object_guid; };
    until_ = at_ + 1;
    if (question_.many == Many::identity || guid_at(at_) == Guid{}) {
        const auto entry = guid_at(at_) == Guid{} ? "(objectClass=*)" : guid_filter(guid_at(at_));
        request_ = SearchRequest{.search = {.base = found_[at_].dn,
                                            .reach = Reach::entry,
                                            .filter = "(&" + entry + question_.exclude + ")"},
                                 .attributes = {"1.1"},
                                 .page_size = 0,
                                 .cookie = {}};
        return true;
    }
    std::vector<Guid> guids{guid_at(at_)};
    const auto most = std::min(max_named, static_cast<std::size_t>(std::max(1, question_.page_size)));
    for (; until_ < found_.size() && guids.size() < most && guid_at(until_) != Guid{}; ++until_)
        guids.push_back(guid_at(until_));
    // Not in pages: slapd remembers one paged search a connection, and that is the listing.
    request_ = SearchRequest{.search = {.base = question_.base_dn,
                                        .reach = Reach::subtree,
                                        .filter = "(&" + guids_filter(guids) + question_.exclude + ")"},
                             .attributes = {std::string(object_guid)},
                             .page_size = 0,
                             .cookie = {}};
    return true;
}

std::optional<Anchor> Lookup::anchor_of(const Person& person) const {
    const auto values =
        question_.anchor.empty() ? person.attributes.end() : person.attributes.find(question_.anchor);
    // Entra Connect's rule: where mS-DS-ConsistencyGuid has no value it takes, and fills in, objectGUID.
    if (values == person.attributes.end() || values->second.empty())
        return person.object_guid == Guid{} ? std::nullopt : std::optional(Anchor{person.object_guid});
    if (values->second.size() != 1) return std::nullopt;
    const auto guid = guid_from_octets(values->second.front());
    return guid ? std::optional(Anchor{*guid}) : std::nullopt;
}

Progress Lookup::finish() {
    std::vector<engine::FoundPerson> people;
    for (auto& [dn, found, incomplete] : found_) {
        found.anchor = anchor_of(found.person);
        auto& attributes = found.person.attributes;
        if (!question_.anchor.empty() && !asked_for(question_.anchor)) attributes.erase(question_.anchor);
        if (question_.many == Many::pages && !asked_for("objectClass")) attributes.erase("objectClass");
        people.push_back(std::move(found));
    }
    found_.clear();
    outcome_ = Done<std::vector<engine::FoundPerson>>{std::move(people)};
    return Progress::finished;
}

Progress Lookup::refuse(std::string what, std::string cure) {
    found_.clear();
    next_cookie_.clear();
    outcome_ = Refused{.code = FaultCode::directory_refused,
                       .what = question_.where + ": " + text::shown(what),
                       .cure = std::move(cure)};
    return Progress::finished;
}

void Lookup::refuse_filter() {
    refuse("the filter " + request_.search.filter + " is not valid",
           question_.many == Many::pages ? "Correct the filter." : "Correct `exclude` of the directory.");
}

FindOutcome Lookup::outcome(const std::string& read_from) {
    if (auto* done = std::get_if<Done<std::vector<engine::FoundPerson>>>(&outcome_))
        for (auto& found : done->value) found.person.read_from = read_from;
    return std::move(outcome_);
}

}  // namespace uplift::ldap
