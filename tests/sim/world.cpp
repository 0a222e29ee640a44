#include "tests/sim/world.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <set>
#include <span>

#include "core/engine/ports/journal.hpp"

namespace uplift::sim {
namespace {

namespace asio = boost::asio;

class SilentJournal : public engine::Journal {
 public:
    void write(engine::Level, std::string_view, const engine::Facts&) override {}
};

constexpr std::string_view domain = "contoso.com";
constexpr std::size_t most_attempts_shown = 8;

Profile staff() {
    Profile profile;
    profile.name = ProfileName{"staff"};
    profile.directory = DirectoryName{"corp"};
    profile.tenant = TenantName{"contoso"};
    profile.domain = std::string(domain);
    profile.licenses = {LicenseWish{.sku = "SPE_E3", .disabled_plans = {"YAMMER"}, .enabled_plans = {}}};
    profile.groups = {"All Staff", "vpn@contoso.com"};
    return profile;
}

}  // namespace

std::string example(const EnrollmentDetail& detail, std::string_view what) {
    std::string text = std::string(what) + ": enrollment " + std::to_string(detail.enrollment.id.value) +
                       " " + (detail.enrollment.plan ? detail.enrollment.plan->user_principal_name : "?") +
                       " state " + std::string(word(detail.enrollment.state));
    for (const auto& step : detail.steps) {
        text += " | " + std::string(word(step.kind)) + "=" + std::string(word(step.state));
        if (step.fault) text += " " + to_line(*step.fault);
    }
    const auto shown = std::min<std::size_t>(detail.attempts.size(), most_attempts_shown);
    for (const auto& attempt : std::span(detail.attempts).first(shown))
        text += " | " + attempt.call + " " + to_rfc3339(attempt.sent_at) + " " +
                std::string(word(attempt.result));
    if (shown < detail.attempts.size())
        text += " | and " + std::to_string(detail.attempts.size() - shown) + " more attempts";
    return text;
}

// Members are destroyed from the bottom up: first the engine, then the executor with every coroutine on it,
// then what those coroutines point at.
struct World::Life {
    Life(World& world)
        : tenant(ablate_tenant(world.settings_.ablation,
                               world.tenant_,
                               world.vault_,
                               [&world](std::string_view upn) {
                                   const auto known = world.planned_.find(upn);
                                   return known == world.planned_.end() ? Anchor{} : known->second;
                               })),
          mailboxes(ablate_mailboxes(world.settings_.ablation, world.mailboxes_)),
          queue(*world.cellar_.queue, world.crash_, world.settings_.ablation),
          engine(std::make_unique<engine::Engine>(
              io.get_executor(),
              engine::EngineParts{
                  .clock = world.clock_,
                  .entropy = world.entropy_,
                  .queue = queue,
                  .vault = world.vault_,
                  .journal = journal,
                  .directories = {{DirectoryName{"corp"}, &world.directory_}},
                  .tenants = {
                      {TenantName{"contoso"},
                       engine::TenantPart{.tenant = tenant.get(),
                                          .mailboxes = mailboxes.get(),
                                          .settings = {.writes_per_second = world.settings_.writes_per_second,
                                                       .unknown_quiet = std::chrono::seconds{120}}}}}})) {}
    SilentJournal journal;
    std::unique_ptr<engine::Tenant> tenant;
    std::unique_ptr<engine::Mailboxes> mailboxes;
    ForgetfulQueue queue;
    asio::io_context io{1};
    std::unique_ptr<engine::Engine> engine;
};

World::World(WorldSettings settings, Cellar cellar)
    : settings_(settings),
      chance_(settings.seed),
      cellar_(std::move(cellar)),
      clock_(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}),
      crash_(Seed{settings.seed.value + 1}, settings.faults.crash_once_in),
      tenant_(clock_, crash_, settings.faults, Seed{settings.seed.value + 2}),
      mailboxes_(tenant_, clock_, crash_, settings.faults, settings.weather, Seed{settings.seed.value + 6}),
      directory_(clock_, crash_, settings.faults.read_fails, Seed{settings.seed.value + 3}),
      vault_(Seed{settings.seed.value + 4}),
      entropy_(Seed{settings.seed.value + 5}) {
    if (settings_.work == Work::everything)
        populate_everything();
    else
        populate();
    born();
}

World::~World() { die(); }

void World::populate() {
    tenant_.put_domain(Domain{.name = std::string(domain), .verified = true, .federated = false});
    tenant_.put_sku(
        Sku{.id = SkuId{"05e9a617-0261-4cee-bb44-138d3ef5d965"},
            .part_number = "SPE_E3",
            .product_name = {},
            .owned = 1'000'000,
            .used = 0,
            .plans = {{.id = PlanId{"7547a3fe-08ee-4ccb-b430-5077c5041653"}, .name = "YAMMER"},
                      {.id = PlanId{"efb87545-963c-4e0d-99df-69c6916d9eb0"}, .name = "EXCHANGE"}}});
    tenant_.put_group(Group{.id = GroupId{"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"},
                            .display_name = "All Staff",
                            .mail = {},
                            .kind = GroupKind::security});
    tenant_.put_group(Group{.id = GroupId{"c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f"},
                            .display_name = "VPN",
                            .mail = "vpn@contoso.com",
                            .kind = GroupKind::microsoft_365});
    std::vector<std::size_t> first, second;
    for (std::int64_t i = 0; i < settings_.people; ++i) {
        const auto name = "user" + std::to_string(i);
        Row row;
        for (std::size_t at = 0; at < 16; at += 8) {
            const auto half = chance_.next();
            std::memcpy(row.person.octets.data() + at, &half, 8);
        }
        row.anchor = Anchor{row.person};
        row.upn = name + "@" + std::string(domain);
        row.expect = Expect::account;
        planned_[row.upn] = row.anchor;
        if (chance_.happens(settings_.unknown_per_mille)) {
            row.expect = Expect::nobody;
        } else {
            Person person;
            person.object_guid = row.person;
            person.distinguished_name = "CN=" + name + ",OU=IT,DC=corp,DC=example,DC=com";
            person.attributes = {{"userPrincipalName", {name + "@corp.example.com"}},
                                 {"sAMAccountName", {name}},
                                 {"displayName", {"User " + std::to_string(i)}},
                                 {"cn", {name}},
                                 {"c", {"DE"}},
                                 {"objectClass", {"top", "person", "user"}},
                                 {"userAccountControl", {"512"}}};
            directory_.put(std::move(person));
            if (chance_.happens(settings_.strangers_per_mille)) {
                row.expect = Expect::conflict;
                tenant_.put_account(row.upn,
                                    chance_.happens(500) ? Anchor{} : Anchor::from_text("somebody-elses"));
            } else if (chance_.happens(settings_.existing_per_mille)) {
                tenant_.put_account(row.upn, row.anchor);
            }
        }
        first.push_back(rows_.size());
        rows_.push_back(row);
        if (chance_.happens(settings_.twice_per_mille)) {
            second.push_back(rows_.size());
            rows_.push_back(row);
        }
    }
    submit(first, "first", staff());
    if (!second.empty()) submit(second, "second", staff());
}

JobId World::submit(const std::vector<std::size_t>& rows, const std::string& label, Profile profile) {
    asio::io_context io{1};
    JobId id;
    auto accept = [&]() -> asio::awaitable<void> {
        NewJob job;
        job.profile = std::move(profile);
        job.label = label;
        job.source = label + ".csv";
        job.fingerprint = label;
        job.submitter = Actor{.uid = 1000, .name = "jo"};
        job.accepted_at = clock_.now();
        const auto begun = co_await cellar_.queue->begin_job(std::move(job));
        id = *begun;
        std::vector<IntakeRow> chunk;
        std::int64_t number = 0;
        for (const auto at : rows) {
            Identity identity{.kind = IdentityKind::objectGUID, .value = to_string(rows_[at].person)};
            IntakeRow row{.row = ++number, .given = {identity}, .overrides = {}, .carried = {}};
            chunk.push_back(std::move(row));
            if (chunk.size() == 1000) {
                (void)co_await cellar_.queue->add_rows(id, std::exchange(chunk, {}));
            }
        }
        (void)co_await cellar_.queue->add_rows(id, std::move(chunk));
        (void)co_await cellar_.queue->show_job(id);
    };
    asio::co_spawn(io, accept(), asio::detached);
    io.run();
    for (const auto at : rows) rows_[at].job = id;
    jobs_[id] = rows;
    return id;
}

void World::born() {
    life_ = std::make_unique<Life>(*this);
    life_->engine->start();
}

void World::die() {
    // Whoever sleeps or waits in a crash goes back to the executor, and goes down with it.
    clock_.forget_waiting();
    crash_.forget_waiting();
    life_.reset();
}

std::map<ObjectId, std::set<std::string>> World::reveal(JobId job,
                                                        const std::vector<EnrollmentDetail>& details) {
    std::map<EnrollmentId, const EnrollmentDetail*> by_id;
    for (const auto& detail : details) by_id[detail.enrollment.id] = &detail;
    std::map<ObjectId, std::set<std::string>> shown;
    auto read_pages = [&]() -> asio::awaitable<void> {
        const Actor reader{.uid = 0, .name = "root"};
        for (;;) {
            const auto page = co_await cellar_.queue->open_password_page(job, reader, 1000, clock_.now());
            if (!page || page->rows.empty()) co_return;
            for (const auto& row : page->rows) {
                const auto context = person_password_context(job, row.row, row.person);
                const auto password = vault_.open(row.sealed_password, context);
                const auto* detail = by_id.at(row.enrollment);
                if (password && detail->enrollment.made)
                    shown[detail->enrollment.made->id].insert(std::string(password->view()));
            }
            (void)co_await cellar_.queue->close_password_page(job, page->page, reader, clock_.now());
        }
    };
    asio::io_context io{1};
    asio::co_spawn(io, read_pages(), asio::detached);
    io.run();
    return shown;
}

void World::run(Duration limit) {
    const auto give_up = clock_.now() + limit;
    // Asked now and then only: the timers of an idle engine would run for ever.
    auto next_look = clock_.now() + std::chrono::minutes{1};
    while (clock_.now() < give_up) {
        while (!crash_.happened() && life_->io.poll_one() > 0) {
        }
        if (crash_.happened()) {
            die();
            crash_.recover();
            clock_.pass(std::chrono::seconds{5});
            cellar_.restart();
            born();
            continue;
        }
        if (!clock_.anybody_waits()) break;
        what_happens_by_now();
        if (clock_.next_time() > next_look) {
            if (cellar_.open() == 0) break;
            next_look = clock_.next_time() + std::chrono::minutes{1};
        }
        clock_.advance();
    }
    tenant_.settle_all();
    mailboxes_.settle_all();
}

void World::what_happens_by_now() {
    while (!events_.empty() && events_.front().at <= clock_.now()) {
        const auto happens = std::move(events_.front().happens);
        events_.erase(events_.begin());
        happens();
    }
}

bool World::is_renamed(const Row& row) const {
    const auto accounts = tenant_.accounts_with(row.anchor);
    return !accounts.empty() && accounts.front()->rename.has_value();
}

void World::check_row(const Row& row, const EnrollmentDetail& detail, Verdicts& verdicts) {
    const auto complain = [&](std::int64_t& count, std::string_view what) {
        ++count;
        if (verdicts.examples.size() < 5) verdicts.examples.push_back(example(detail, what));
    };
    ++verdicts.people;
    const auto& enrollment = detail.enrollment;
    if (!ended(enrollment.state)) return complain(verdicts.lost, "not ended");
    if (settings_.work == Work::everything && enrollment.made) return check_tasks(row, detail, verdicts);
    if (enrollment.state != EnrollmentState::done) {
        const auto code = [&]() -> std::optional<FaultCode> {
            for (const auto& step : detail.steps)
                if (step.fault && (step.state == StepState::failed || step.state == StepState::skipped))
                    return step.fault->code;
            return std::nullopt;
        }();
        const bool true_reason =
            (row.expect == Expect::conflict &&
             (code == FaultCode::upn_taken || code == FaultCode::account_not_adoptable)) ||
            (row.expect == Expect::nobody && code == FaultCode::person_not_found) ||
            (row.expect == Expect::alias_taken && code == FaultCode::address_taken) ||
            // Renamed by hand before the second job looked: the name differs, and that is said; or that the
            // renamed account holds the alias.
            (row.expect == Expect::account && code == FaultCode::address_taken && is_renamed(row)) ||
            (row.expect == Expect::account && code == FaultCode::account_upn_differs);
        if (!true_reason) return complain(verdicts.lost, "no true reason");
        ++verdicts.sent_to_a_person;
        return;
    }
    const auto* account = enrollment.made ? tenant_.account(enrollment.made->id) : nullptr;
    if (account == nullptr) return complain(verdicts.lost, "done without an account");
    if (account->account.anchor != row.anchor) return complain(verdicts.wrong_person, "wrong person");
    if (account->licenses.empty() || account->groups.size() != 2) return complain(verdicts.lost, "half made");
    ++verdicts.accounts;
}

Verdicts World::check() {
    Verdicts verdicts;
    // Which passwords can be handed over, by account.
    std::map<ObjectId, std::set<std::string>> deliverable;
    for (const auto& [job, rows] : jobs_) {
        const auto details = cellar_.details(job);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i >= details.size()) {
                ++verdicts.lost;
                continue;
            }
            const auto& row = rows_[rows[i]];
            check_row(row, details[i], verdicts);
        }
        for (auto& [id, passwords] : reveal(job, details)) deliverable[id].merge(passwords);
    }
    std::set<Anchor> seen;
    for (const auto& row : rows_) {
        if (!seen.insert(row.anchor).second) continue;
        const auto accounts = tenant_.accounts_with(row.anchor);
        if (accounts.size() > 1) ++verdicts.duplicated;
        for (const auto* account : accounts) {
            if (account->made_by != MadeBy::uplift) continue;
            if (!deliverable[account->account.id].contains(account->password)) {
                ++verdicts.passwords_lost;
                if (verdicts.examples.size() < 5)
                    verdicts.examples.push_back("password lost: " + account->account.user_principal_name);
            }
        }
    }
    verdicts.repeated_effects = tenant_.repeated_effects() + mailboxes_.repeated_effects();
    verdicts.wrong_settings += tenant_.anchors_overwritten();
    verdicts.overpromised = tenant_.seats_overpromised();
    verdicts.crashes = crash_.count();
    verdicts.inside_retry_after = tenant_.inside_retry_after();
    return verdicts;
}

std::string World::fingerprint() {
    std::string text = to_rfc3339(clock_.now()) + " calls=" + std::to_string(tenant_.calls()) +
                       " writes=" + std::to_string(tenant_.writes());
    std::uint64_t hash = 14695981039346656037ULL;
    const auto mix = [&](std::string_view part) {
        for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    };
    for (const auto& account : tenant_.accounts()) {
        mix(account.account.id.value);
        mix(account.account.user_principal_name);
        mix(account.password);
    }
    for (const auto& [job, rows] : jobs_)
        for (auto& detail : cellar_.details(job)) {
            // Delayed tasks of one person run side by side: two may send in the same millisecond.
            std::sort(detail.attempts.begin(), detail.attempts.end(), [](const Attempt& a, const Attempt& b) {
                return std::pair{a.sent_at, a.id} < std::pair{b.sent_at, b.id};
            });
            for (const auto& attempt : detail.attempts) {
                mix(attempt.id.value);
                mix(to_rfc3339(attempt.sent_at));
                mix(word(attempt.result));
            }
        }
    return text + " hash=" + std::to_string(hash);
}

}  // namespace uplift::sim
