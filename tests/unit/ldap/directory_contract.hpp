// The contract of engine::Directory, as one suite for whoever implements it.
//
// A WORLD is an empty domain with one Directory on it:
//     World();                                           nobody in it yet
//     void put(std::vector<DirectoryEntry>);             from now on they are there
//     Outcome<std::vector<engine::FoundPerson>> find(Identity, std::vector<std::string> attributes,
//     Duration);
//                                                        to its end; the Duration is the time until the
//                                                        deadline
//     Outcome<Nothing> list(Selection, std::vector<std::string> attributes, PageTaker, Duration);
//                                                        to its end; the Duration is the patience
//     Duration took();                                   the last call, in the world's time
//     void fall_silent();                                nobody answers any more
// Its base is contract_base, its netbios name CORP, its exclude filter (department=Vendors).
// Use: INSTANTIATE_TYPED_TEST_SUITE_P(Slapd, DirectoryContract, SlapdWorld);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/engine/ports/directory.hpp"
#include "core/text/ldap.hpp"

namespace uplift::engine::contract {

inline const std::string contract_base = "DC=corp,DC=example,DC=com";

enum class EntryKind { user, computer, contact, group };

struct DirectoryEntry {
    EntryKind kind = EntryKind::user;
    std::string cn;
    Attributes attributes;  // without cn and objectClass; objectGUID as octets
    [[nodiscard]] std::string dn() const { return "CN=" + text::dn_value(cn) + ",CN=Users," + contract_base; }
};

inline DirectoryEntry user(const std::string& name, std::uint8_t number) {
    Guid guid = *parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6200");
    guid.octets[15] = number;
    DirectoryEntry entry;
    entry.cn = name;
    entry.attributes["sAMAccountName"] = {name};
    entry.attributes["userPrincipalName"] = {name + "@corp.example.com"};
    entry.attributes["objectGUID"] = {std::string(guid.octets.begin(), guid.octets.end())};
    return entry;
}

template <class World>
class DirectoryContract : public testing::Test {
 public:
    static constexpr Duration soon = std::chrono::seconds{20};

    std::vector<FoundPerson> find(IdentityKind kind,
                                  std::string value,
                                  std::vector<std::string> attributes = {}) {
        const auto outcome =
            world.find(Identity{.kind = kind, .value = std::move(value)}, std::move(attributes), soon);
        const auto* found = done_value(outcome);
        EXPECT_NE(found, nullptr) << "another outcome: " << outcome.index();
        return found == nullptr ? std::vector<FoundPerson>{} : *found;
    }
    // sAMAccountNames of whom a listing gives, in order; with an x where excluded.
    std::vector<std::string> list(Selection selection) {
        std::vector<std::string> names;
        const PageTaker taker = [&](std::vector<FoundPerson> page) { return note(std::move(page), names); };
        const auto outcome = world.list(std::move(selection), {"sAMAccountName"}, taker, soon);
        EXPECT_NE(done_value(outcome), nullptr) << "another outcome: " << outcome.index();
        std::sort(names.begin(), names.end());
        return names;
    }
    static boost::asio::awaitable<Listing> note(std::vector<FoundPerson> page,
                                                std::vector<std::string>& names) {
        for (const auto& found : page)
            names.push_back(std::string(found.person.first("sAMAccountName")) +
                            (found.scope == Scope::excluded ? " x" : "") +
                            (found.anchor == Anchor{found.person.object_guid} ? "" : " without anchor"));
        co_return Listing::go_on;
    }
    std::size_t count(IdentityKind kind, std::string value) { return find(kind, std::move(value)).size(); }

    World world;
};
TYPED_TEST_SUITE_P(DirectoryContract);

using enum IdentityKind;

TYPED_TEST_P(DirectoryContract, EachIdentityFindsThePersonAndNobodyElse) {
    const auto jane = user("jane", 1);
    this->world.put({jane, user("john", 2), user("janet", 3)});
    const auto guid = guid_from_octets(jane.attributes.at("objectGUID").front());

    for (const auto& [kind, value] : {Identity{objectGUID, to_string(*guid)},
                                      Identity{userPrincipalName, "jane@corp.example.com"},
                                      Identity{sAMAccountName, "jane"},
                                      Identity{sAMAccountName, "CORP\\jane"},
                                      Identity{distinguishedName, jane.dn()}}) {
        const auto found = this->find(kind, value);

        ASSERT_EQ(found.size(), 1u) << value;
        EXPECT_EQ(found.front().person.object_guid, guid) << value;
        EXPECT_TRUE(text::same_dn(found.front().person.distinguished_name, jane.dn())) << value;
        EXPECT_FALSE(found.front().person.read_from.empty());
        EXPECT_EQ(found.front().scope, Scope::taken);
    }
}

TYPED_TEST_P(DirectoryContract, LetterCaseDoesNotMatter) {
    this->world.put({user("Jane.Doe", 1)});

    EXPECT_EQ(this->count(userPrincipalName, "JANE.DOE@CORP.example.COM"), 1u);
    EXPECT_EQ(this->count(sAMAccountName, "jane.doe"), 1u);
    EXPECT_EQ(this->count(sAMAccountName, "corp\\JANE.doe"), 1u);
    EXPECT_EQ(this->count(distinguishedName, "cn=JANE.DOE,cn=users,dc=CORP,dc=example,dc=com"), 1u);
    EXPECT_EQ(this->count(objectGUID, "068692C4-5F55-4775-BFD1-A5E20A2B6201"), 1u);
}

TYPED_TEST_P(DirectoryContract, NobodyIsAnEmptyAnswer) {
    this->world.put({user("jane", 1)});

    for (const auto& [kind, value] :
         {Identity{objectGUID, "068692c4-5f55-4775-bfd1-a5e20a2b62ff"},
          Identity{objectGUID, "jane"},
          Identity{userPrincipalName, "jane@contoso.com"},
          Identity{userPrincipalName, ""},
          Identity{sAMAccountName, "jan"},
          Identity{sAMAccountName, "SALES\\jane"},
          Identity{sAMAccountName, "CORP\\"},
          Identity{distinguishedName, "CN=nobody,CN=Users," + contract_base},
          Identity{distinguishedName, "CN=jane,CN=Users,DC=other,DC=example,DC=com"},
          Identity{distinguishedName, "jane"}})
        EXPECT_EQ(this->count(kind, value), 0u) << value;
}

TYPED_TEST_P(DirectoryContract, WhatLooksLikeAFilterIsAName) {
    this->world.put({user("jane", 1), user("jan*", 2), user("a(b)c", 3), user("back\\slash", 4)});

    EXPECT_EQ(this->count(sAMAccountName, "*"), 0u);
    EXPECT_EQ(this->count(userPrincipalName, "*"), 0u);
    EXPECT_EQ(this->count(userPrincipalName, "jane@corp.example.com)(objectClass=*"), 0u);
    EXPECT_EQ(this->count(sAMAccountName, "jan*"), 1u);
    EXPECT_EQ(this->count(sAMAccountName, "a(b)c"), 1u);
    EXPECT_EQ(this->count(userPrincipalName, "back\\slash@corp.example.com"), 1u);
    EXPECT_EQ(this->count(sAMAccountName, "jane\\2a"), 0u);
}

TYPED_TEST_P(DirectoryContract, SpecialLettersAreFoundByEachIdentity) {
    std::vector<DirectoryEntry> people;
    std::uint8_t number = 0;
    for (const auto* cn : {"Doe, Jane",
                           "Doe \\ Jane",
                           "\"Jane\" Doe",
                           "Jane + Doe",
                           "<Jane>; Doe",
                           "#Jane = Doe",
                           "Jane O'Brien",
                           "Jürgen Müller",
                           "王小明",
                           "Jane 😀"}) {
        ++number;
        auto entry = user("p" + std::to_string(number), number);
        entry.cn = cn;
        entry.attributes["userPrincipalName"] = {"ü'" + std::to_string(number) + "@corp.example.com"};
        people.push_back(std::move(entry));
    }
    this->world.put(people);

    for (const auto& entry : people) {
        const auto guid = guid_from_octets(entry.attributes.at("objectGUID").front());
        for (const auto& [kind, value] :
             {Identity{objectGUID, to_string(*guid)},
              Identity{userPrincipalName, entry.attributes.at("userPrincipalName")[0]},
              Identity{sAMAccountName, entry.attributes.at("sAMAccountName")[0]},
              Identity{distinguishedName, entry.dn()}}) {
            const auto found = this->find(kind, value);

            ASSERT_EQ(found.size(), 1u) << entry.cn << " by " << value;
            EXPECT_EQ(found.front().person.object_guid, guid) << entry.cn << " by " << value;
        }
    }
}

TYPED_TEST_P(DirectoryContract, SeveralWithOneNameAreAllReturned) {
    auto one = user("jane", 1), other = user("jane2", 2);
    other.attributes["userPrincipalName"] = one.attributes["userPrincipalName"];
    this->world.put({one, other});

    EXPECT_EQ(this->count(userPrincipalName, "jane@corp.example.com"), 2u);
}

TYPED_TEST_P(DirectoryContract, ElevenWithOneNameAreTen) {
    std::vector<DirectoryEntry> people;
    for (std::uint8_t i = 1; i <= 11; ++i) {
        people.push_back(user("jane" + std::to_string(i), i));
        people.back().attributes["userPrincipalName"] = {"jane@corp.example.com"};
    }
    this->world.put(people);

    EXPECT_EQ(this->count(userPrincipalName, "jane@corp.example.com"), 10u);
}

TYPED_TEST_P(DirectoryContract, ExcludedOnesAreFoundAndMarked) {
    auto vendor = user("vera", 1), staff = user("stan", 2);
    vendor.attributes["department"] = {"Vendors"};
    staff.attributes["department"] = {"Sales"};
    this->world.put({vendor, staff, user("nora", 3)});

    EXPECT_EQ(this->find(sAMAccountName, "vera").at(0).scope, Scope::excluded);
    EXPECT_EQ(this->find(distinguishedName, vendor.dn()).at(0).scope, Scope::excluded);
    EXPECT_EQ(this->find(sAMAccountName, "stan").at(0).scope, Scope::taken);
    EXPECT_EQ(this->find(sAMAccountName, "nora").at(0).scope, Scope::taken);
}

TYPED_TEST_P(DirectoryContract, EntriesOfEveryClassAreFound) {
    auto computer = user("PC000009$", 1), contact = user("max", 2), group = user("sales", 3);
    computer.kind = EntryKind::computer;
    contact.kind = EntryKind::contact;
    group.kind = EntryKind::group;
    this->world.put({computer, contact, group});

    const auto found = this->find(sAMAccountName, "PC000009$", {"objectClass"});

    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found.front().person.attributes.at("objectClass"), testing::Contains("computer"));
    EXPECT_EQ(this->count(distinguishedName, contact.dn()), 1u);
    EXPECT_EQ(this->count(objectGUID, "068692c4-5f55-4775-bfd1-a5e20a2b6203"), 1u);
}

TYPED_TEST_P(DirectoryContract, AttributesAskedForComeAsTheyAreAndNoOthers) {
    auto jane = user("jane", 1);
    const std::string picture("\xFF\xD8\x00\x0A\xC3\x28", 6);
    jane.attributes["thumbnailPhoto"] = {picture};
    jane.attributes["proxyAddresses"] = {"SMTP:jane@corp.example.com", "smtp:j@corp.example.com"};
    jane.attributes["department"] = {"Sales"};
    jane.attributes["displayName"] = {"Jane Müller"};
    this->world.put({jane});

    const auto found =
        this->find(sAMAccountName,
                   "jane",
                   {"thumbnailphoto", "proxyAddresses", "DISPLAYNAME", "title", "noSuchAttribute"});

    ASSERT_EQ(found.size(), 1u);
    const auto& person = found.front().person;
    EXPECT_EQ(person.first("thumbnailPhoto"), picture);
    EXPECT_EQ(person.first("displayName"), "Jane Müller");
    ASSERT_TRUE(person.attributes.contains("proxyAddresses"));
    EXPECT_THAT(person.attributes.at("proxyAddresses"),
                testing::UnorderedElementsAre("SMTP:jane@corp.example.com", "smtp:j@corp.example.com"));
    EXPECT_EQ(person.attributes.size(), 3u);
}

TYPED_TEST_P(DirectoryContract, ListingGivesUsersOnlyAndMarksExcludedOnes) {
    auto vendor = user("vera", 1), computer = user("PC000009$", 3), contact = user("max", 4),
         group = user("sales", 5);
    vendor.attributes["department"] = {"Vendors"};
    computer.kind = EntryKind::computer;
    contact.kind = EntryKind::contact;
    group.kind = EntryKind::group;
    this->world.put({vendor, user("stan", 2), computer, contact, group});
    Selection everybody;
    everybody.ous = {"CN=Users," + contract_base};

    EXPECT_THAT(this->list(everybody), testing::ElementsAre("stan", "vera x"));
}

TYPED_TEST_P(DirectoryContract, ListingKeepsToFilterScopeAndOus) {
    auto jane = user("jane", 1), john = user("john", 2);
    jane.attributes["department"] = {"Sales"};
    this->world.put({jane, john});
    Selection below, beside, of_sales, children;
    below.ous = {"cn=USERS, " + contract_base};
    beside.ous = below.ous;
    beside.exclude_ous = {"CN=Users," + contract_base};
    of_sales.ous = below.ous;
    of_sales.filter = "(department=sales)";
    children.ous = below.ous;
    children.scope = SelectionScope::onelevel;

    EXPECT_THAT(this->list(below), testing::ElementsAre("jane", "john"));
    EXPECT_THAT(this->list(beside), testing::ElementsAre());
    EXPECT_THAT(this->list(of_sales), testing::ElementsAre("jane"));
    EXPECT_THAT(this->list(children), testing::ElementsAre("jane", "john"));
    children.ous.clear();
    EXPECT_THAT(this->list(children), testing::ElementsAre());
}

TYPED_TEST_P(DirectoryContract, ListingOfNoFilterIsRefused) {
    Selection selection;
    selection.filter = "(a=b))(|(objectClass=*)";
    const PageTaker taker = [](std::vector<FoundPerson>) -> boost::asio::awaitable<Listing> {
        co_return Listing::go_on;
    };

    const auto outcome = this->world.list(selection, {}, taker, this->soon);

    EXPECT_TRUE(std::holds_alternative<Refused>(outcome));
}

TYPED_TEST_P(DirectoryContract, ListingThatNobodyAnswersIsNotSent) {
    this->world.put({user("jane", 1)});
    this->world.fall_silent();
    const Duration patience = std::chrono::milliseconds{400};
    std::vector<std::string> names;
    const PageTaker taker = [&](std::vector<FoundPerson> page) { return this->note(std::move(page), names); };

    const auto outcome = this->world.list(Selection{}, {}, taker, patience);

    EXPECT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_TRUE(names.empty());
    EXPECT_LE(this->world.took(), patience + std::chrono::seconds{2});
}

TYPED_TEST_P(DirectoryContract, NobodyAnsweringIsNotSentByTheDeadline) {
    this->world.put({user("jane", 1)});
    this->world.fall_silent();
    const Duration time = std::chrono::milliseconds{400};

    const auto outcome = this->world.find(Identity{.kind = sAMAccountName, .value = "jane"}, {}, time);

    const auto* not_sent = std::get_if<NotSent>(&outcome);
    ASSERT_NE(not_sent, nullptr);
    EXPECT_EQ(not_sent->code, FaultCode::directory_unreachable);
    EXPECT_FALSE(not_sent->why.empty());
    EXPECT_LE(this->world.took(), time + std::chrono::seconds{1});
}

REGISTER_TYPED_TEST_SUITE_P(DirectoryContract,
                            EachIdentityFindsThePersonAndNobodyElse,
                            LetterCaseDoesNotMatter,
                            NobodyIsAnEmptyAnswer,
                            WhatLooksLikeAFilterIsAName,
                            SpecialLettersAreFoundByEachIdentity,
                            SeveralWithOneNameAreAllReturned,
                            ElevenWithOneNameAreTen,
                            ExcludedOnesAreFoundAndMarked,
                            EntriesOfEveryClassAreFound,
                            AttributesAskedForComeAsTheyAreAndNoOthers,
                            ListingGivesUsersOnlyAndMarksExcludedOnes,
                            ListingKeepsToFilterScopeAndOus,
                            ListingOfNoFilterIsRefused,
                            ListingThatNobodyAnswersIsNotSent,
                            NobodyAnsweringIsNotSentByTheDeadline);

}  // namespace uplift::engine::contract
