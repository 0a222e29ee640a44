// SimDirectory: an AD domain in memory, behind a network that fails at times.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/directory.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/crash.hpp"

namespace uplift::sim {

class SimDirectory : public engine::Directory {
 public:
    SimDirectory(engine::Clock& clock, Crash& crash, unsigned fails_per_mille, Seed seed)
        : clock_(clock), crash_(crash), fails_per_mille_(fails_per_mille), chance_(seed) {}

    void put(Person person, engine::Scope scope = engine::Scope::taken);
    // Nobody answers before then.
    void away_until(TimePoint time) { away_until_ = time; }
    void calm() { fails_per_mille_ = 0; }

    boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> find(
        Identity identity, std::vector<std::string> attributes, TimePoint deadline) override;
    // Pages of 500. Of filters it knows (attribute=value); any other is refused.
    boost::asio::awaitable<Outcome<Nothing>> list(Selection selection,
                                                  std::vector<std::string> attributes,
                                                  engine::PageTaker taker,
                                                  Duration patience) override;

 private:
    // Time passes; false where nobody answers by `deadline`.
    boost::asio::awaitable<bool> answers_by(TimePoint deadline);
    // With the attributes asked for only.
    static engine::FoundPerson shown(const engine::FoundPerson& entry,
                                     const std::vector<std::string>& attributes);

    engine::Clock& clock_;
    Crash& crash_;
    unsigned fails_per_mille_;
    Chance chance_;
    TimePoint away_until_{};
    std::vector<engine::FoundPerson> people_;
    std::unordered_multimap<std::string, std::size_t> index_;  // "kind value", folded
};

}  // namespace uplift::sim
