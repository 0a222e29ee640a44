#include "core/intake/job_file.hpp"

#include <algorithm>
#include <array>

#include "core/intake/cells.hpp"
#include "core/intake/columns.hpp"
#include "core/intake/seen.hpp"
#include "core/json/places.hpp"
#include "core/text/ldap.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::intake {
namespace {

constexpr unsigned max_depth = 8;
constexpr std::size_t max_faults = 1'000;
constexpr std::size_t max_text = 4'096;  // bytes of one value, as in a CSV

constexpr std::array<JobFileKey, 6> keys_of_job{
    {{"profile", "string", "the profile; absent: the folder's, or the default one"},
     {"select", "object", "people by OU and filter"},
     {"users", "array", "people one by one, each with an identity and overrides"},
     {"overrides", "object", "what everybody of this job gets instead of the profile's"},
     {"run_at", "string", "nothing is done before this moment (RFC 3339)"},
     {"label", "string", "a name for people to know the job by"}}};
constexpr std::array<JobFileKey, 4> keys_of_select{
    {{"ou", "array", "DNs of OUs; absent: the directory's base"},
     {"exclude_ou", "array", "DNs; nobody at or below them is taken"},
     {"filter", "string", "an LDAP filter (RFC 4515)"},
     {"scope", "string", "subtree or onelevel"}}};
constexpr std::array<JobFileKey, 8> keys_of_overrides{
    {{"domain", "string", "the Office 365 domain"},
     {"upn", "string", "the userPrincipalName of the account"},
     {"usageLocation", "string", "two letters of ISO 3166-1"},
     {"licenses", "array", "SKUs; [] for none"},
     {"groups", "array", "groups; [] for none"},
     {"aliases", "array", "e-mail addresses; [] for none"},
     {"litigationHold", "boolean", "whether the mailbox is put on hold"},
     {"archive", "boolean", "whether the mailbox gets an archive"}}};

// A value with the way to it.
struct Placed {
    const json::Value& value;
    json::Way way;

    [[nodiscard]] Placed inside(const json::Value& inner, std::size_t index) const {
        auto longer = way;
        longer.push_back(index);
        return {inner, std::move(longer)};
    }
};

// Overrides of the row, and those of the job where the row says nothing.
Overrides laid_over(const Overrides& job, const Overrides& row) {
    const auto choose = [](const auto& own, const auto& general) { return own ? own : general; };
    return {.domain = choose(row.domain, job.domain),
            .upn = choose(row.upn, job.upn),
            .usage_location = choose(row.usage_location, job.usage_location),
            .licenses = choose(row.licenses, job.licenses),
            .groups = choose(row.groups, job.groups),
            .aliases = choose(row.aliases, job.aliases),
            .litigation_hold = choose(row.litigation_hold, job.litigation_hold),
            .archive = choose(row.archive, job.archive)};
}

class Reading {
 public:
    explicit Reading(const Profile& profile) : profile_(profile), choices_(profile) {}

    JobFile read(const json::Value& value) {
        const Placed job{value, {}};
        if (!value.is_object()) {
            wrong_type(job, "the file", "an object", "Write { … }; `upliftctl sample json` shows one.");
            return {};
        }
        std::optional<Placed> users;
        each_member(job, keys_of_job, [&](std::string_view key, const Placed& member) {
            if (key == "profile") (void)text_of(member, key);
            if (key == "select") read_select(member);
            if (key == "users") users.emplace(member);
            if (key == "overrides") read_overrides(member, file_.overrides);
            if (key == "run_at") read_run_at(member);
            if (key == "label") read_label(member);
        });
        if (users) read_users(*users);
        if (!file_.selection && file_.rows.empty() && faults_.empty())
            add(job,
                FaultCode::csv_no_identity,
                "the file names nobody",
                "Give it \"users\" or \"select\"; `upliftctl sample json` shows both.");
        return std::move(file_);
    }

    // In the order of the text, with their places.
    JobFileFaults faults(std::string_view text, const std::string& name) {
        std::set<json::Way> ways;
        for (const auto& [way, fault] : faults_) ways.insert(way);
        const auto places = json::places_of(text, ways);
        std::stable_sort(
            faults_.begin(), faults_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        JobFileFaults listed{.faults = {}, .count = count_};
        for (auto& [way, fault] : faults_) {
            if (const auto place = places.find(way); place != places.end())
                fault.where = name + ':' + std::to_string(place->second.line) + ':' +
                              std::to_string(place->second.column);
            listed.faults.push_back(std::move(fault));
        }
        return listed;
    }
    [[nodiscard]] bool any_fault() const { return count_ > 0; }

 private:
    void add(const Placed& at, FaultCode code, std::string what, std::string cure) {
        add(at, Fault{code, {}, std::move(what), std::move(cure)});
    }
    void add(const Placed& at, Fault fault) {
        ++count_;
        if (faults_.size() < max_faults) faults_.emplace_back(at.way, std::move(fault));
    }
    void wrong_type(const Placed& at, std::string_view name, std::string_view wanted, std::string cure) {
        add(at,
            FaultCode::job_file_wrong_type,
            std::string(name) + " is " + std::string(at.value.kind()) + ", it must be " + std::string(wanted),
            std::move(cure));
    }
    void bad_value(const Placed& at, std::string_view key, const std::string& why, std::string cure) {
        add(at, FaultCode::job_file_bad_value, text::quoted(key) + " " + why, std::move(cure));
    }

    template <std::size_t n, class Take>
    void each_member(const Placed& object, const std::array<JobFileKey, n>& known, Take take) {
        std::vector<std::string_view> names;
        for (const auto& entry : known) names.push_back(entry.key);
        each_member(object, std::span<const std::string_view>(names), take);
    }

    template <class Take>
    void each_member(const Placed& object, std::span<const std::string_view> known, Take take) {
        std::size_t index = 0;
        for (const auto& member : object.value.members()) {
            const auto placed = object.inside(member.value, index++);
            if (std::find(known.begin(), known.end(), member.key) == known.end())
                unknown_key(placed, member.key, known);
            else
                take(std::string_view(member.key), placed);
        }
    }

    void unknown_key(const Placed& at, const std::string& key, std::span<const std::string_view> known) {
        const auto column = read_column(key, {}, profile_);
        if (column.fault && column.fault->code == FaultCode::csv_password_column) {
            add(at,
                FaultCode::csv_password_column,
                "key " + text::quoted(key) + ": passwords do not travel in files",
                "Remove it; `upliftctl submit --ask-password` takes a typed one.");
            return;
        }
        std::string list;
        for (const auto name : known) list += (list.empty() ? "" : ", ") + std::string(name);
        const auto meant = text::nearest(key, known);
        add(at,
            FaultCode::job_file_unknown_key,
            "key " + text::quoted(key) + " is not known" +
                (meant ? "; the nearest is " + text::quoted(*meant) : "; known are " + list),
            "Correct the name or remove the key.");
    }

    std::optional<std::string> text_of(const Placed& at, std::string_view key) {
        const auto value = at.value.as_string();
        if (!value) {
            wrong_type(at, text::quoted(key), "a text", "Write it in quotation marks.");
            return std::nullopt;
        }
        if (value->size() > max_text) {
            bad_value(at, key, "is longer than " + std::to_string(max_text) + " bytes", "Shorten it.");
            return std::nullopt;
        }
        if (auto unseen = unseen_fault(ColumnKind::carried, *value, Strictness::value)) {
            unseen->what = text::quoted(key) + " holds a character that nobody sees";
            unseen->cure = "Remove it.";
            add(at, std::move(*unseen));
            return std::nullopt;
        }
        return std::string(text::trim(*value));
    }

    std::vector<std::pair<std::string, Placed>> texts_of(const Placed& at, std::string_view key) {
        std::vector<std::pair<std::string, Placed>> texts;
        if (!at.value.is_array()) {
            wrong_type(at, text::quoted(key), "a list of texts", "Write it as [\"…\", \"…\"].");
            return texts;
        }
        std::size_t index = 0;
        for (const auto& item : at.value.items()) {
            const auto placed = at.inside(item, index++);
            if (auto value = text_of(placed, key)) texts.emplace_back(std::move(*value), placed);
        }
        return texts;
    }

    // ---- select ------------------------------------------------------------------------------------

    void read_select(const Placed& at) {
        if (!at.value.is_object()) {
            wrong_type(at, "\"select\"", "an object", "Write { \"ou\": [\"…\"] }.");
            return;
        }
        Selection selection;
        each_member(at, keys_of_select, [&](std::string_view key, const Placed& member) {
            if (key == "ou") selection.ous = dns_of(member, key);
            if (key == "exclude_ou") selection.exclude_ous = dns_of(member, key);
            if (key == "filter") selection.filter = text_of(member, key).value_or("");
            if (key == "scope") read_scope(member, selection);
            if (key == "ou") bound_by_allow(member, selection.ous);
        });
        // Without OUs of its own a selection reaches as far as the profile lets it.
        if (selection.ous.empty()) selection.ous = profile_.allow.ous;
        file_.selection = std::move(selection);
    }

    std::vector<std::string> dns_of(const Placed& at, std::string_view key) {
        std::vector<std::string> names;
        for (auto& [value, placed] : texts_of(at, key)) {
            const auto parts = text::parse_dn(value);
            if (!parts || parts->empty())
                bad_value(placed,
                          key,
                          "has " + text::quoted(value) + ", which is no distinguished name",
                          "Write it as in AD: \"OU=IT Department,DC=corp,DC=example,DC=com\".");
            else
                names.push_back(std::move(value));
        }
        return names;
    }

    void bound_by_allow(const Placed& at, const std::vector<std::string>& ous) {
        const auto& allowed = profile_.allow.ous;
        if (allowed.empty()) return;
        for (const auto& ou : ous) {
            const auto covers = [&](const std::string& base) { return text::dn_below(ou, base); };
            if (std::any_of(allowed.begin(), allowed.end(), covers)) continue;
            add(at,
                FaultCode::csv_not_allowed_value,
                "profile " + text::quoted(profile_.name.value) + " takes nobody from " + text::quoted(ou),
                "Choose an OU at or below one of its allow.ous, or add this one there.");
        }
    }

    void read_scope(const Placed& at, Selection& selection) {
        const auto scope = text_of(at, "scope");
        if (!scope) return;
        if (*scope == "onelevel")
            selection.scope = SelectionScope::onelevel;
        else if (*scope != "subtree")
            bad_value(
                at,
                "scope",
                "is " + text::quoted(*scope),
                "Write subtree (an OU and all below it) or onelevel (only what stands directly in it).");
    }

    // ---- users -------------------------------------------------------------------------------------

    void read_users(const Placed& at) {
        if (!at.value.is_array()) {
            wrong_type(at, "\"users\"", "a list", "Write [ {\"sAMAccountName\": \"jdoe\"} ].");
            return;
        }
        std::size_t index = 0;
        for (const auto& item : at.value.items()) {
            const auto placed = at.inside(item, index++);
            if (!item.is_object())
                wrong_type(placed, "a user", "an object", "Write {\"sAMAccountName\": \"jdoe\"}.");
            else
                read_user(placed, static_cast<std::int64_t>(index));
        }
    }

    void read_user(const Placed& at, std::int64_t number) {
        IntakeRow row;
        row.row = number;
        Overrides own;
        const auto before = count_;
        each_member(at, known_columns(), [&](std::string_view key, const Placed& member) {
            if (const auto kind = parse_identity_kind(key))
                read_identity_of(member, *kind, row);
            else
                read_override(member, key, own);
        });
        if (row.given.empty() && count_ == before)
            add(at,
                FaultCode::csv_no_identity_in_row,
                "the user is not named",
                "Give objectGUID, userPrincipalName, sAMAccountName or distinguishedName.");
        std::stable_sort(row.given.begin(), row.given.end(), [](const Identity& a, const Identity& b) {
            return a.kind < b.kind;
        });
        row.overrides = laid_over(file_.overrides, own);
        if (count_ == 0) file_.rows.push_back(std::move(row));
    }

    void read_identity_of(const Placed& at, IdentityKind kind, IntakeRow& row) {
        const auto value = text_of(at, word(kind));
        if (!value) return;
        auto identity = read_identity(kind, *value);
        if (!identity) {
            add(at, identity.error());
            return;
        }
        row.given.push_back(Identity{kind, std::move(*identity)});
        if (const auto first = seen_.add(identity_key(row.given.back()), row.row))
            add(at,
                FaultCode::csv_duplicate_person,
                std::string(word(kind)) + " " + text::quoted(*value) + " is user " + std::to_string(*first) +
                    " of the list already",
                "Name each person once.");
    }

    // ---- overrides ---------------------------------------------------------------------------------

    void read_overrides(const Placed& at, Overrides& overrides) {
        if (!at.value.is_object()) {
            wrong_type(at, "\"overrides\"", "an object", "Write { \"archive\": true }.");
            return;
        }
        each_member(at, keys_of_overrides, [&](std::string_view key, const Placed& member) {
            read_override(member, key, overrides);
        });
    }

    template <class T>
    void keep(const Placed& at, Result<T> read, std::optional<T>& into) {
        if (read)
            into = std::move(*read);
        else
            add(at, std::move(read.error()));
    }

    void read_override(const Placed& at, std::string_view key, Overrides& overrides) {
        if (const auto column = read_column(key, {}, profile_); column.fault) {
            add(at,
                FaultCode::csv_not_allowed_column,
                "profile " + text::quoted(profile_.name.value) + " does not let a job choose " +
                    text::quoted(key),
                "Remove it, or add " + text::quoted(key) + " to allow.columns of the profile.");
            return;
        }
        if (key == "litigationHold") return read_flag(at, key, overrides.litigation_hold);
        if (key == "archive") return read_flag(at, key, overrides.archive);
        if (key == "licenses") return read_list(at, key, overrides.licenses, &Choices::licenses);
        if (key == "groups") return read_list(at, key, overrides.groups, &Choices::groups);
        if (key == "aliases") return read_list(at, key, overrides.aliases, &Choices::aliases);
        const auto value = text_of(at, key);
        if (!value) return;
        if (key == "domain") keep(at, choices_.domain(*value), overrides.domain);
        if (key == "upn") keep(at, choices_.upn(*value), overrides.upn);
        if (key == "usageLocation") keep(at, read_country(*value), overrides.usage_location);
    }

    void read_flag(const Placed& at, std::string_view key, std::optional<bool>& flag) {
        flag = at.value.as_bool();
        if (!flag) wrong_type(at, text::quoted(key), "true or false", "Write true or false.");
    }

    using ChoiceOfSeveral = Result<std::vector<std::string>> (Choices::*)(std::string_view) const;
    void read_list(const Placed& at,
                   std::string_view key,
                   std::optional<std::vector<std::string>>& list,
                   ChoiceOfSeveral choose) {
        std::vector<std::string> chosen;
        for (const auto& [value, placed] : texts_of(at, key)) {
            // In a CSV ; separates the entries of a list: no entry has one.
            if (value.empty() || value.find(';') != std::string::npos) {
                bad_value(placed, key, "has an entry that is empty or holds ;", "Write one name an entry.");
                continue;
            }
            auto one = (choices_.*choose)(value);
            if (!one)
                add(placed, one.error());
            else if (std::find(chosen.begin(), chosen.end(), one->front()) == chosen.end())
                chosen.push_back(one->front());
        }
        list = std::move(chosen);
    }

    // ---- the job -----------------------------------------------------------------------------------

    void read_run_at(const Placed& at) {
        const auto value = text_of(at, "run_at");
        if (!value) return;
        file_.run_at = parse_rfc3339(*value);
        if (!file_.run_at)
            bad_value(at,
                      "run_at",
                      "is " + text::quoted(*value) + ", which is no moment",
                      "Write date, time and zone: 2026-12-01T06:00:00Z or 2026-12-01T06:00:00+01:00.");
    }

    void read_label(const Placed& at) {
        auto value = text_of(at, "label");
        if (!value) return;
        if (text::count_code_points(*value) > max_job_label)
            bad_value(at,
                      "label",
                      "is longer than " + std::to_string(max_job_label) + " characters",
                      "Shorten it.");
        file_.label = std::move(*value);
    }

    const Profile& profile_;
    Choices choices_;
    JobFile file_;
    Seen seen_;
    std::vector<std::pair<json::Way, Fault>> faults_;
    std::int64_t count_ = 0;
};

}  // namespace

std::span<const JobFileKey> job_keys() { return keys_of_job; }
std::span<const JobFileKey> select_keys() { return keys_of_select; }
std::span<const JobFileKey> override_keys() { return keys_of_overrides; }

Result<JobFileText> JobFileText::parse(std::string text, std::string_view shown_name) {
    // Editors on Windows write one.
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    std::string name = text::shown(shown_name);
    const json::Reading reading{
        .where = name, .code = FaultCode::job_file_syntax, .max_bytes = max_job_file, .max_depth = max_depth};
    auto value = json::parse(text, reading);
    if (!value) return value.error();
    return JobFileText(std::move(text), std::move(name), std::move(*value));
}

std::optional<std::string> JobFileText::profile() const {
    const auto named = value_.get_string("profile");
    if (!named) return std::nullopt;
    return std::string(*named);
}

std::variant<JobFile, JobFileFaults> JobFileText::read(const Profile& profile) const {
    Reading reading(profile);
    auto file = reading.read(value_);
    if (reading.any_fault()) return reading.faults(text_, name_);
    return file;
}

}  // namespace uplift::intake
