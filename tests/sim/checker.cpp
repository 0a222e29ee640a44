#include "tests/sim/checker.hpp"

#include <algorithm>

namespace uplift::sim {

Verdicts& Verdicts::operator+=(const Verdicts& other) {
    people += other.people;
    accounts += other.accounts;
    sent_to_a_person += other.sent_to_a_person;
    lost += other.lost;
    duplicated += other.duplicated;
    wrong_person += other.wrong_person;
    passwords_lost += other.passwords_lost;
    repeated_effects += other.repeated_effects;
    wrong_settings += other.wrong_settings;
    overpromised += other.overpromised;
    too_late += other.too_late;
    mailboxes += other.mailboxes;
    delays.insert(delays.end(), other.delays.begin(), other.delays.end());
    crashes += other.crashes;
    inside_retry_after += other.inside_retry_after;
    for (const auto& text : other.examples)
        if (examples.size() < 5) examples.push_back(text);
    return *this;
}

Duration Verdicts::delay(std::size_t share) const {
    if (delays.empty()) return {};
    auto sorted = delays;
    std::sort(sorted.begin(), sorted.end());
    return sorted[std::min(sorted.size() - 1, sorted.size() * share / 100)];
}

std::string to_string(const Verdicts& verdicts) {
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    std::string text = number(verdicts.people) + " people, " + number(verdicts.accounts) + " accounts, " +
                       number(verdicts.sent_to_a_person) + " sent to a person, " + number(verdicts.crashes) +
                       " crashes: lost " + number(verdicts.lost) + ", duplicated " +
                       number(verdicts.duplicated) + ", wrong person " + number(verdicts.wrong_person) +
                       ", passwords lost " + number(verdicts.passwords_lost) + ", repeated effects " +
                       number(verdicts.repeated_effects);
    if (verdicts.mailboxes + verdicts.wrong_settings + verdicts.overpromised + verdicts.too_late == 0)
        return text;
    const auto seconds = [&](std::size_t share) {
        return number(std::chrono::floor<std::chrono::seconds>(verdicts.delay(share)).count()) + " s";
    };
    text += ", wrong settings " + number(verdicts.wrong_settings) + ", seats promised twice " +
            number(verdicts.overpromised) + ", too late " + number(verdicts.too_late) + "; " +
            number(verdicts.mailboxes) + " mailboxes complete, after they were usable: p50 " + seconds(50) +
            ", p99 " + seconds(99) + ", longest " + seconds(100);
    return text;
}

}  // namespace uplift::sim
