// uplift-sim: runs simulated companies and prints what the checker found.
//
//   uplift-sim [--people N] [--world N] [--seed N] [--tasks] [--ablation WORD] [--queue memory|sqlite]
//
// Exit 0: the protocol held (or the ablation was caught); 1: it did not. A failing seed is printed and
// reproduces the same history.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/sim/world.hpp"

int main(int argc, char** argv) {
    using namespace uplift::sim;
    std::int64_t people = 200'000;
    std::int64_t a_world = 2'000;
    std::uint64_t seed = 1;
    std::string ablation_word = "none";
    std::string queue = "memory";
    bool tasks = false;
    unsigned strangers = WorldSettings{}.strangers_seats_per_mille;
    CLI::App app{"Uplift under virtual time"};
    app.add_option("--people", people, "people in all");
    app.add_option("--world", a_world, "people in one company");
    app.add_option("--seed", seed, "seed of the first company; the others follow");
    app.add_option("--ablation", ablation_word, "a known bug to plant");
    app.add_option("--queue", queue, "memory or sqlite")->check(CLI::IsMember({"memory", "sqlite"}));
    app.add_option("--strangers-seats", strangers, "of 1000 seats, those that a stranger takes");
    app.add_flag("--tasks", tasks, "with managers, seats and mailboxes, to the last delayed task");
    CLI11_PARSE(app, argc, argv);
    const auto ablation = parse_ablation(ablation_word);
    if (!ablation) {
        std::fprintf(stderr, "uplift-sim: no ablation is called %s\n", ablation_word.c_str());
        return 2;
    }

    Verdicts all;
    for (std::int64_t done = 0; done < people; done += a_world, ++seed) {
        WorldSettings settings;
        settings.people = std::min(a_world, people - done);
        settings.seed = Seed{seed};
        settings.ablation = *ablation;
        settings.strangers_seats_per_mille = strangers;
        if (tasks || of_tasks(*ablation)) settings.work = Work::everything;
        World world{settings, queue == "memory" ? memory_cellar() : sqlite_cellar(":memory:")};
        world.run(std::chrono::days{30});
        const auto verdicts = world.check();
        if (!verdicts.clean())
            std::printf(
                "seed %llu: %s\n", static_cast<unsigned long long>(seed), to_string(verdicts).c_str());
        all += verdicts;
    }
    std::printf("%s\n", to_string(all).c_str());
    for (const auto& text : all.examples) std::printf("  %s\n", text.c_str());
    return all.clean() == (*ablation == Ablation::none) ? 0 : 1;
}
