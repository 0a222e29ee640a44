// Directory: an AD domain, read for people. Nothing is ever written there.
//
// Implemented by ldap/ and tests/sim; both pass one contract suite (tests/unit/ldap/directory_contract.hpp).
// What an adapter promises: an answer is whole (final success and empty cookie) or it is not given at all;
// a domain controller that fails is left for the next one; every call ends by its deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/guid.hpp"
#include "core/model/identity.hpp"
#include "core/model/outcome.hpp"
#include "core/model/person.hpp"
#include "core/model/selection.hpp"

namespace uplift::engine {

// An entry that answers to an identity. `excluded`: the directory's exclude filter covers it.
enum class Scope : std::uint8_t { taken, excluded };
struct FoundPerson {
    Person person;
    Scope scope = Scope::taken;
    // What ties an account to the person: objectGUID, or the attribute that the directory names instead.
    // Absent: the person has no value there.
    std::optional<Anchor> anchor;
};

// Is given one page of a listing and waited for before the next is asked for. `enough` ends the listing: it
// is Done then. It does not throw.
enum class Listing : std::uint8_t { go_on, enough };
using PageTaker = std::function<boost::asio::awaitable<Listing>(std::vector<FoundPerson>)>;

class Directory {
 public:
    virtual ~Directory() = default;

    // Everybody who answers to `identity`: none, one, or several (at most 10 are returned; more than one is
    // "ambiguous" whoever they are). Entries of any class: the caller decides who is a person.
    // `attributes`: names to read beside objectGUID and distinguishedName.
    // NotSent: no domain controller answered in time (reads may be asked again, nothing is lost).
    // Unauthorized: the service account was refused. Refused: definite (base DN missing, referral, size
    // limit).
    virtual boost::asio::awaitable<Outcome<std::vector<FoundPerson>>> find(
        Identity identity, std::vector<std::string> attributes, TimePoint deadline) = 0;

    // Everybody whom `selection` names, in pages: users only, nobody below an excluded OU; who stands below
    // several of its OUs may come more than once. `patience`: for each page, not for the whole.
    // What the taker was given counts only where Done comes back: after any other outcome the listing is to
    // be started over (the next try may ask another domain controller). Refused: an OU that does not exist, a
    // filter that is none, a size limit of the server that pages do not lift.
    virtual boost::asio::awaitable<Outcome<Nothing>> list(Selection selection,
                                                          std::vector<std::string> attributes,
                                                          PageTaker taker,
                                                          Duration patience) = 0;
};

}  // namespace uplift::engine
