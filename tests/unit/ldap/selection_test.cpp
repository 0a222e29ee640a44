// From a selection to its searches, and anchors of another attribute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ldap/selection_search.hpp"

namespace uplift::ldap {
namespace {

using testing::HasSubstr;

const std::string base = "DC=corp,DC=example,DC=com";

struct FilterCase {
    std::string name;
    std::string filter;
    bool is_one;
};
void PrintTo(const FilterCase& row, std::ostream* out) { *out << row.name; }
class OneFilter : public testing::TestWithParam<FilterCase> {};

TEST_P(OneFilter, IsToldFromWhatWouldEndOurs) {
    EXPECT_EQ(is_one_filter(GetParam().filter), GetParam().is_one) << GetParam().filter;
}

const FilterCase filters[] = {
    {"Plain", "(department=Sales)", true},
    {"And", "(&(a=b)(!(c=d)))", true},
    {"Escaped", "(cn=a\\28b\\29)", true},
    {"EndsOurs", "(a=b))(|(objectClass=*)", false},
    {"Two", "(a=b)(c=d)", false},
    {"Open", "((a=b)", false},
    {"Behind", "(a=b)x", false},
    {"Before", "x(a=b)", false},
    {"Empty", "()", false},
    {"Nothing", "", false},
    {"BadEscape", "(a=\\zz)", false},
    {"CutEscape", "(a=\\2", false},
    {"Nul", std::string("(a=\0)", 5), false},
};
INSTANTIATE_TEST_SUITE_P(Selection, OneFilter, testing::ValuesIn(filters), [](const auto& row) {
    return row.param.name;
});

SelectionSearch taken(const Selection& selection) {
    auto search = search_for(selection, base, "directory corp");
    if (const auto* refused = std::get_if<Refused>(&search)) throw std::runtime_error(refused->what);
    return std::get<SelectionSearch>(std::move(search));
}
std::string refused(const Selection& selection) {
    const auto search = search_for(selection, base, "directory corp");
    const auto* why = std::get_if<Refused>(&search);
    return why == nullptr ? "" : why->what + " " + why->cure;
}

TEST(SelectionSearch, NothingChosenIsEverybodyBelowTheBase) {
    const auto search = taken({});

    ASSERT_EQ(search.searches.size(), 1u);
    EXPECT_EQ(search.searches.front(),
              (PersonSearch{.base = base,
                            .reach = Reach::subtree,
                            .filter = "(&(objectCategory=person)(objectClass=user))"}));
}

TEST(SelectionSearch, EachOuIsASearchWithTheFilter) {
    Selection selection;
    selection.ous = {"OU=A," + base, "ou=b," + base};
    selection.filter = "department=Sales";
    selection.scope = SelectionScope::onelevel;

    const auto search = taken(selection);

    ASSERT_EQ(search.searches.size(), 2u);
    EXPECT_EQ(search.searches[1],
              (PersonSearch{.base = "ou=b," + base,
                            .reach = Reach::children,
                            .filter = "(&(objectCategory=person)(objectClass=user)(department=Sales))"}));
}

TEST(SelectionSearch, WhatCannotBeMeantIsRefusedWithItsCure) {
    Selection elsewhere, no_filter, no_name;
    elsewhere.ous = {"OU=A,DC=other,DC=example,DC=com"};
    no_filter.filter = "(a=b))(|(objectClass=*)";
    no_name.exclude_ous = {"Vendors"};

    EXPECT_THAT(refused(elsewhere), HasSubstr("does not stand below"));
    EXPECT_THAT(refused(no_filter), HasSubstr("is not valid"));
    EXPECT_THAT(refused(no_name), HasSubstr("no distinguished name"));
}

struct AnchorCase {
    std::string name;
    std::vector<std::string> values;  // of mS-DS-ConsistencyGuid
    std::string anchor;               // empty: none
};
void PrintTo(const AnchorCase& row, std::ostream* out) { *out << row.name; }
class ConsistencyGuid : public testing::TestWithParam<AnchorCase> {};

TEST_P(ConsistencyGuid, IsTheAnchorOrThereIsNone) {
    Lookup lookup({.where = "directory corp",
                   .base_dn = base,
                   .search = {.base = base, .reach = Reach::subtree, .filter = "(a=b)"},
                   .attributes = {"mail"},
                   .exclude = {},
                   .anchor = "mS-DS-ConsistencyGuid",
                   .page_size = 500,
                   .many = Many::identity,
                   .named = {},
                   .takes = {}});
    EXPECT_THAT(lookup.request().attributes, testing::Contains("mS-DS-ConsistencyGuid"));
    Entry entry{.dn = "CN=Jane," + base, .attributes = {{"objectGUID", {std::string(16, 'g')}}}};
    if (!GetParam().values.empty()) entry.attributes.emplace_back("ms-ds-consistencyguid", GetParam().values);

    lookup.take(std::move(entry));
    ASSERT_EQ(lookup.take(SearchEnd{}), Progress::finished);
    const auto outcome = lookup.outcome("dc1");

    const auto& found = done_value(outcome)->at(0);
    EXPECT_EQ(found.anchor ? found.anchor->text() : "", GetParam().anchor);
    EXPECT_TRUE(found.person.attributes.empty()) << "it was not asked for";
}

const AnchorCase anchors[] = {
    {"Sixteen", {std::string(16, 'c')}, "Y2NjY2NjY2NjY2NjY2NjYw=="},
    {"AbsentIsObjectGuid", {}, "Z2dnZ2dnZ2dnZ2dnZ2dnZw=="},
    {"Fifteen", {std::string(15, 'c')}, ""},
    {"Several", {std::string(16, 'c'), std::string(16, 'd')}, ""},
};
INSTANTIATE_TEST_SUITE_P(Anchor, ConsistencyGuid, testing::ValuesIn(anchors), [](const auto& row) {
    return row.param.name;
});

TEST(Lookup, PersonWhoseObjectGuidCannotBeReadHasNoAnchor) {
    Lookup lookup({.where = "directory corp",
                   .base_dn = base,
                   .search = {.base = base, .reach = Reach::subtree, .filter = "(a=b)"},
                   .attributes = {},
                   .exclude = {},
                   .anchor = {},
                   .page_size = 500,
                   .many = Many::identity,
                   .named = {},
                   .takes = {}});

    lookup.take({.dn = "CN=Jane," + base, .attributes = {}});
    lookup.take(SearchEnd{});

    EXPECT_FALSE(done_value(lookup.outcome("dc1"))->at(0).anchor);
}

}  // namespace
}  // namespace uplift::ldap
