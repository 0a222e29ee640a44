// Lookup: everybody who answers to one question, gathered from as many search requests as it takes.
//
// Pure: it says what to ask next and is told what came; it knows no connection. Trap T9: nothing counts
// before the final success with an empty cookie of the last page, and start_over() forgets everything.
// Then attributes that came in ranges are completed ([MS-ADTS] 3.1.1.3.1.3.3), and the exclude filter is
// asked about the entries found: of an identity's each by itself, of many people in groups by objectGUID.
// A listing (Many::pages) does so page by page: finished, outcome(), and next_page() while there is more().
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/ports/directory.hpp"
#include "core/ldap/person_search.hpp"

namespace uplift::ldap {

// An entry as it came, names of attributes with their options.
struct Entry {
    std::string dn;
    std::vector<std::pair<std::string, std::vector<std::string>>> attributes;
};

// The last message of a search request.
struct SearchEnd {
    int code = 0;
    std::string cookie;
};

enum class Progress : std::uint8_t {
    ask_on,    // request() is to be sent now
    finished,  // outcome() has the answer
    later,     // busy: start over after a pause
    elsewhere  // this domain controller cannot: start over with the next
};

using FindOutcome = Outcome<std::vector<engine::FoundPerson>>;

// At most this many people are named in one filter.
inline constexpr std::size_t max_named = 50;

enum class Many : std::uint8_t {
    identity,  // who answers to an identity: ten at most
    named,     // who have one of the GUIDs named: ten at most of each
    pages      // a listing
};

struct Question {
    std::string where;  // names the directory in faults
    std::string base_dn;
    PersonSearch search;
    std::vector<std::string> attributes;  // beside objectGUID and distinguishedName
    std::string exclude;                  // a filter, or empty
    std::string anchor;                   // the attribute that is the anchor; empty: objectGUID
    int page_size = 500;
    Many many = Many::identity;
    std::vector<Guid> named;
    std::function<bool(const Entry&)> takes;  // entries to keep; empty: all
};

class Lookup {
 public:
    explicit Lookup(Question question);

    [[nodiscard]] const SearchRequest& request() const { return request_; }
    [[nodiscard]] const Question& question() const { return question_; }
    void take(Entry entry);
    Progress take(const SearchEnd& end);
    // The request cannot even be sent: its filter is not one.
    void refuse_filter();
    void start_over();

    // The answer, once finished. `read_from`: the domain controller that gave it.
    FindOutcome outcome(const std::string& read_from);
    // Of a listing, once a page is finished: there may be another one.
    [[nodiscard]] bool more() const { return !next_cookie_.empty(); }
    void next_page();

    // At most this many people are returned of an identity; more than one is ambiguous anyway.
    static constexpr std::size_t max_people = 10;

 private:
    enum class Phase : std::uint8_t { people, ranges, exclusion };
    struct Found {
        std::string dn;  // as the server wrote it: what further requests are based on
        engine::FoundPerson person;
        std::vector<std::pair<std::string, std::size_t>> incomplete;  // attribute, first value still missing
    };

    void ask_for_people();
    void take_person(Entry entry);
    bool is_wanted(const Guid& guid);
    void take_range(const Entry& entry);
    void take_excluded(const Entry& entry);
    Progress refused(int code);
    Progress nobody();
    bool ask_smaller_pages(int code);
    Progress after_page(const SearchEnd& end);
    Progress next_chore();
    bool ask_next_range();
    bool ask_next_exclusion();
    Progress finish();
    Progress refuse(std::string what, std::string cure);
    void add_values(Found& found, std::string_view description, std::vector<std::string> values);
    [[nodiscard]] bool asked_for(std::string_view name) const;
    [[nodiscard]] std::optional<Anchor> anchor_of(const Person& person) const;
    [[nodiscard]] std::size_t max_octets() const;

    Question question_;
    SearchRequest request_;
    Phase phase_ = Phase::people;
    std::vector<Found> found_;
    std::map<Guid, std::size_t> times_;  // of each GUID named: how often it was found
    std::size_t at_ = 0;                 // of found_: whom the chore is about
    std::size_t until_ = 0;              // of found_: behind the last one that it is about
    std::set<std::string> cookies_;
    std::set<std::string> page_starts_;  // the first DN of every page
    std::string next_cookie_;
    bool page_is_new_ = false;
    bool page_is_empty_ = true;
    std::size_t octets_ = 0;
    int pages_ = 0;
    int chores_ = 0;
    int moves_ = 0;
    std::string range_wanted_;
    bool range_came_ = false;
    FindOutcome outcome_ = Done<std::vector<engine::FoundPerson>>{};
};

}  // namespace uplift::ldap
