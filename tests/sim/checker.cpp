#include "tests/sim/checker.hpp"

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
    crashes += other.crashes;
    inside_retry_after += other.inside_retry_after;
    for (const auto& text : other.examples)
        if (examples.size() < 5) examples.push_back(text);
    return *this;
}

std::string to_string(const Verdicts& verdicts) {
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    std::string text = number(verdicts.people) + " people, " + number(verdicts.accounts) + " accounts, " +
                       number(verdicts.sent_to_a_person) + " sent to a person, " + number(verdicts.crashes) +
                       " crashes: lost " + number(verdicts.lost) + ", duplicated " +
                       number(verdicts.duplicated) + ", wrong person " + number(verdicts.wrong_person) +
                       ", passwords lost " + number(verdicts.passwords_lost) + ", repeated effects " +
                       number(verdicts.repeated_effects);
    return text;
}

}  // namespace uplift::sim
