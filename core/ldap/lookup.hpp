// Lookup: everybody who answers to one identity, gathered from as many search requests as it takes.
//
// Pure: it says what to ask next and is told what came; it knows no connection. Trap T9: nothing counts
// before the final success with an empty cookie of the last page, and start_over() forgets everything.
// Then attributes that came in ranges are completed ([MS-ADTS] 3.1.1.3.1.3.3), and the exclude filter is
// asked about each entry found.
#pragma once

#include <cstddef>
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

class Lookup {
 public:
    // `where` names the directory in faults. `attributes`: beside objectGUID and distinguishedName.
    Lookup(std::string where,
           PersonSearch search,
           std::vector<std::string> attributes,
           std::string exclude,
           int page_size);

    [[nodiscard]] const SearchRequest& request() const { return request_; }
    void take(Entry entry);
    Progress take(const SearchEnd& end);
    // The request cannot even be sent: its filter is not one.
    void refuse_filter();
    void start_over();

    // The answer, once finished. `read_from`: the domain controller that gave it.
    FindOutcome outcome(const std::string& read_from);

    // At most this many people are returned; more than one is ambiguous anyway.
    static constexpr std::size_t max_people = 10;

 private:
    enum class Phase : std::uint8_t { people, ranges, exclusion };
    struct Found {
        std::string dn;  // as the server wrote it: what further requests are based on
        engine::FoundPerson person;
        std::vector<std::pair<std::string, std::size_t>> incomplete;  // attribute, first value still missing
    };

    void take_person(Entry entry);
    void take_range(const Entry& entry);
    Progress after_page(const SearchEnd& end);
    Progress next_chore();
    Progress refuse(std::string what, std::string cure);
    void add_values(Found& found, std::string_view description, std::vector<std::string> values);
    [[nodiscard]] bool asked_for(std::string_view name) const;

    std::string where_;
    PersonSearch search_;
    std::vector<std::string> attributes_;
    std::string exclude_;
    int page_size_;

    SearchRequest request_;
    Phase phase_ = Phase::people;
    std::vector<Found> found_;
    std::size_t at_ = 0;  // of found_: whom the chore is about
    std::set<std::string> cookies_;
    std::set<std::string> page_starts_;  // the first DN of every page
    bool page_is_new_ = false;
    bool page_is_empty_ = true;
    std::size_t octets_ = 0;
    int pages_ = 0;
    int moves_ = 0;
    std::string range_wanted_;
    bool range_came_ = false;
    FindOutcome outcome_ = Done<std::vector<engine::FoundPerson>>{};
};

}  // namespace uplift::ldap
