#include "core/ldap/lookup.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/ldap/result_meaning.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

constexpr int max_pages = 1000;                // pages and ranges of one lookup
constexpr int max_moves = 3;                   // an entry that is gone when looked at again: ask anew
constexpr std::size_t max_octets = 16U << 20;  // kept of one lookup

// member;range=0-1499 → member, 0, 1499; the last part ends in *.
struct Range {
    std::string name;
    std::size_t first = 0;
    std::optional<std::size_t> last;  // nothing: that was all
};

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// `name` where there is no such option or it makes no sense.
Range parse_range(std::string_view name, std::string_view option) {
    Range range{.name = std::string(name), .first = 0, .last = {}};
    const auto bounds = option.substr(std::string_view("range=").size());
    const auto dash = bounds.find('-');
    if (dash == std::string_view::npos) return range;
    range.first = number(bounds.substr(0, dash)).value_or(0);
    range.last = number(bounds.substr(dash + 1));
    return range;
}

bool starts_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && text::same_ignoring_case(text.substr(0, start.size()), start);
}

// The attribute without ;range= and ;binary, which say how values came and not whose they are; other options
// (;lang-de) make another attribute and stay.
Range described(std::string_view description) {
    Range range;
    std::size_t at = 0;
    std::string_view option_of_range;
    while (at <= description.size()) {
        const auto end = std::min(description.find(';', at), description.size());
        const auto part = description.substr(at, end - at);
        if (at == 0)
            range.name = part;
        else if (starts_ignoring_case(part, "range="))
            option_of_range = part;
        else if (!text::same_ignoring_case(part, "binary"))
            range.name += ";" + std::string(part);
        at = end + 1;
    }
    return option_of_range.empty() ? range : parse_range(range.name, option_of_range);
}

std::string range_request(const std::string& name, std::size_t first) {
    return name + ";range=" + std::to_string(first) + "-*";
}

}  // namespace

Lookup::Lookup(std::string where,
               PersonSearch search,
               std::vector<std::string> attributes,
               std::string exclude,
               int page_size)
    : where_(std::move(where)),
      search_(std::move(search)),
      attributes_(std::move(attributes)),
      exclude_(std::move(exclude)),
      page_size_(page_size) {
    start_over();
}

void Lookup::start_over() {
    found_.clear();
    cookies_.clear();
    page_starts_.clear();
    page_is_new_ = false;
    page_is_empty_ = true;
    octets_ = 0;
    pages_ = 0;
    at_ = 0;
    phase_ = Phase::people;
    request_ = SearchRequest{.search = search_,
                             .attributes = {"objectGUID", "distinguishedName"},
                             .page_size = search_.reach == Reach::subtree ? page_size_ : 0,
                             .cookie = {}};
    std::copy_if(attributes_.begin(),
                 attributes_.end(),
                 std::back_inserter(request_.attributes),
                 is_attribute_description);
}

bool Lookup::asked_for(std::string_view name) const {
    return std::any_of(attributes_.begin(), attributes_.end(), [&](const std::string& asked) {
        return text::same_ignoring_case(asked, name) || asked == "*";
    });
}

void Lookup::take(Entry entry) {
    switch (phase_) {
        case Phase::people:
            return take_person(std::move(entry));
        case Phase::ranges:
            return take_range(entry);
        case Phase::exclusion:
            found_[at_].person.scope = engine::Scope::excluded;
            return;
    }
}

void Lookup::take_person(Entry entry) {
    if (page_is_empty_) {
        page_is_empty_ = false;
        page_is_new_ = page_starts_.insert(entry.dn).second;
    }
    if (found_.size() == max_people) return;
    Found found;
    found.dn = entry.dn;
    Person& person = found.person.person;
    person.distinguished_name = std::move(entry.dn);
    for (auto& [description, values] : entry.attributes) {
        if (text::same_ignoring_case(description, "objectGUID") && values.size() == 1)
            person.object_guid = guid_from_octets(values.front()).value_or(Guid{});
        else if (text::same_ignoring_case(description, "distinguishedName") && values.size() == 1)
            person.distinguished_name = values.front();
        else
            add_values(found, description, std::move(values));
        if ((text::same_ignoring_case(description, "objectGUID") ||
             text::same_ignoring_case(description, "distinguishedName")) &&
            asked_for(description) && values.size() == 1)
            person.attributes[description] = values;
    }
    found_.push_back(std::move(found));
}

void Lookup::add_values(Found& found, std::string_view description, std::vector<std::string> values) {
    const auto range = described(description);
    auto& kept = found.person.person.attributes[range.name];
    for (auto& value : values) {
        octets_ += value.size();
        if (octets_ <= max_octets) kept.push_back(std::move(value));
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

Progress Lookup::take(const SearchEnd& end) {
    const auto meaning = meaning_of_search(end.code);
    if (meaning == Meaning::later) return Progress::later;
    if (meaning == Meaning::elsewhere) return Progress::elsewhere;
    if (meaning == Meaning::refused && phase_ == Phase::people && search_.reach == Reach::entry &&
        end.code == 34) {  // invalidDNSyntax: what was typed names nobody
        outcome_ = Done<std::vector<engine::FoundPerson>>{};
        return Progress::finished;
    }
    if (meaning == Meaning::refused)
        return refuse(
            "the search at \"" + request_.search.base + "\" was refused with " + code_words(end.code),
            "Check base_dn, exclude and the service account's rights in the directory.");
    if (meaning == Meaning::nobody) {
        if (phase_ != Phase::people) {  // moved or deleted since: the names we hold are stale
            if (++moves_ > max_moves)
                return refuse("the entry \"" + request_.search.base + "\" moves away whenever it is read",
                              "Try again when nobody works on it.");
            start_over();
            return Progress::ask_on;
        }
        if (search_.reach == Reach::subtree)
            return refuse("base_dn \"" + search_.base + "\" does not exist", "Correct base_dn.");
        found_.clear();
        outcome_ = Done<std::vector<engine::FoundPerson>>{};
        return Progress::finished;
    }
    if (octets_ > max_octets)
        return refuse("an entry at \"" + request_.search.base + "\" has more than 16 MiB of values",
                      "Ask for fewer attributes in the profile.");
    if (++pages_ > max_pages)
        return refuse("the search at \"" + request_.search.base + "\" does not end",
                      "Check what stands between Uplift and the domain controller.");
    if (phase_ == Phase::people && !end.cookie.empty()) return after_page(end);
    if (phase_ == Phase::ranges && !range_came_)
        return refuse("\"" + range_wanted_ + "\" was asked for and something else came",
                      "Check what stands between Uplift and the domain controller.");
    if (phase_ == Phase::exclusion) ++at_;
    if (phase_ == Phase::people) at_ = 0;
    return next_chore();
}

// Samba gives every page of a search the same cookie; so a repeated cookie is a fault only where the page did
// not bring us further.
Progress Lookup::after_page(const SearchEnd& end) {
    const bool known_cookie = !cookies_.insert(end.cookie).second;
    if (known_cookie && !page_is_new_)
        return refuse("the search at \"" + request_.search.base + "\" runs in a circle: its cookie repeats",
                      "Check what stands between Uplift and the domain controller.");
    request_.cookie = end.cookie;
    page_is_empty_ = true;
    page_is_new_ = false;
    return Progress::ask_on;
}

// First all ranges, then the exclude filter, a request an entry.
Progress Lookup::next_chore() {
    if (phase_ != Phase::exclusion) {
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
            return Progress::ask_on;
        }
        phase_ = Phase::exclusion;
        at_ = 0;
    }
    if (!exclude_.empty() && at_ < found_.size()) {
        const auto& guid = found_[at_].person.person.object_guid;
        const auto entry = guid == Guid{} ? std::string("(objectClass=*)") : guid_filter(guid);
        request_ = SearchRequest{.search = {.base = found_[at_].dn,
                                            .reach = Reach::entry,
                                            .filter = "(&" + entry + exclude_ + ")"},
                                 .attributes = {"1.1"},
                                 .page_size = 0,
                                 .cookie = {}};
        return Progress::ask_on;
    }
    std::vector<engine::FoundPerson> people;
    for (auto& found : found_) {
        found.person.anchor = Anchor{found.person.person.object_guid};
        people.push_back(std::move(found.person));
    }
    found_.clear();
    outcome_ = Done<std::vector<engine::FoundPerson>>{std::move(people)};
    return Progress::finished;
}

Progress Lookup::refuse(std::string what, std::string cure) {
    found_.clear();
    outcome_ = Refused{.code = FaultCode::directory_refused,
                       .what = where_ + ": " + text::shown(what),
                       .cure = std::move(cure)};
    return Progress::finished;
}

void Lookup::refuse_filter() {
    refuse("the filter " + request_.search.filter + " is not valid", "Correct `exclude` of the directory.");
}

FindOutcome Lookup::outcome(const std::string& read_from) {
    if (auto* done = std::get_if<Done<std::vector<engine::FoundPerson>>>(&outcome_))
        for (auto& found : done->value) found.person.read_from = read_from;
    return std::move(outcome_);
}

}  // namespace uplift::ldap
