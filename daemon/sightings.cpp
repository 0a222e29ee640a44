#include "daemon/sightings.hpp"

#include <algorithm>

namespace uplift::daemon {

template <class Change>
void Sightings::change(Known::iterator file, Change change) {
    auto& sighted = file->second;
    if (const auto turn = turn_of(sighted)) turns_.erase(*turn);
    if (!is_plain(sighted.sighting.facts)) --odd_;
    change(sighted);
    if (!is_plain(sighted.sighting.facts)) ++odd_;
    if (const auto turn = turn_of(sighted)) turns_.emplace(*turn, file->first);
}

std::optional<Sightings::Turn> Sightings::turn_of(const Sighted& sighted) const {
    if (sighted.left_alone) return std::nullopt;
    return Turn{std::max(ripe_at(sighted.sighting, times_), sighted.not_before), sighted.arrival};
}

void Sightings::add(const InboxFile& file, Sighting sighting) {
    const bool plain = is_plain(sighting.facts);
    if (!plain && odd_ >= bounds_.odd) return;
    if (known_.size() >= bounds_.files) {
        left_out_ = true;
        return;
    }
    Sighted sighted;
    sighted.sighting = sighting;
    sighted.arrival = ++arrivals_;
    const auto added = known_.emplace(file, sighted).first;
    if (!plain) ++odd_;
    turns_.emplace(*turn_of(added->second), file);
}

void Sightings::touched(const InboxFile& file, const FileFacts& facts, Writer writer, TimePoint now) {
    // Made, but not by somebody who writes: a link, a FIFO.
    if (writer == Writer::open && !is_plain(facts)) writer = Writer::unknown;
    const auto known = known_.find(file);
    if (known == known_.end()) {
        add(file, Sighting{.writer = writer, .facts = facts, .touched = now});
        return;
    }
    change(known, [&](Sighted& sighted) {
        const bool same = unchanged(sighted.sighting.facts, facts);
        if (writer == Writer::unknown) writer = sighted.sighting.writer;
        sighted.sighting = Sighting{.writer = writer, .facts = facts, .touched = now};
        sighted.left_alone = false;
        if (!same) {
            sighted.unmatched.reset();
            sighted.not_before = {};
        }
    });
}

void Sightings::looked(const InboxFile& file,
                       const FileFacts& facts,
                       const std::optional<FileFacts>& checksum,
                       TimePoint now) {
    const auto known = known_.find(file);
    if (known == known_.end()) {
        add(file, Sighting{.writer = Writer::unknown, .facts = facts, .touched = now});
        return;
    }
    change(known, [&](Sighted& sighted) {
        const bool same = unchanged(sighted.sighting.facts, facts);
        sighted.sighting = after_look(sighted.sighting, facts, now);
        if (!same) {
            sighted.left_alone = false;
            sighted.unmatched.reset();
            sighted.not_before = {};
        } else if (sighted.unmatched && (!checksum || !unchanged(sighted.unmatched->checksum, *checksum))) {
            sighted.not_before = {};
        }
    });
}

void Sightings::events_lost(TimePoint now) {
    for (auto file = known_.begin(); file != known_.end(); ++file) {
        if (file->second.sighting.writer != Writer::open) continue;
        change(file, [&](Sighted& sighted) {
            sighted.sighting.writer = Writer::unknown;
            sighted.sighting.touched = now;
        });
    }
}

void Sightings::checksum_changed(const InboxFile& file) {
    const auto known = known_.find(file);
    if (known == known_.end() || !known->second.unmatched) return;
    change(known, [](Sighted& sighted) { sighted.not_before = {}; });
}

void Sightings::postpone(const InboxFile& file, TimePoint until) {
    const auto known = known_.find(file);
    if (known == known_.end()) return;
    change(known, [&](Sighted& sighted) { sighted.not_before = until; });
}

int Sightings::changed_while_read(const InboxFile& file, const FileFacts& facts, TimePoint now) {
    const auto known = known_.find(file);
    if (known == known_.end()) return 0;
    change(known, [&](Sighted& sighted) {
        ++sighted.changes_while_read;
        sighted.sighting = Sighting{.writer = Writer::closed, .facts = facts, .touched = now};
    });
    return known->second.changes_while_read;
}

TimePoint Sightings::wait_for_checksum(const InboxFile& file, const FileFacts& checksum, TimePoint now) {
    const auto known = known_.find(file);
    if (known == known_.end()) return now;
    change(known, [&](Sighted& sighted) {
        if (!sighted.unmatched || !unchanged(sighted.unmatched->checksum, checksum))
            sighted.unmatched = Unmatched{.since = now, .checksum = checksum};
        sighted.not_before = sighted.unmatched->since + times_.unmatched;
    });
    return known->second.unmatched->since;
}

void Sightings::leave_alone(const InboxFile& file) {
    const auto known = known_.find(file);
    if (known == known_.end()) return;
    change(known, [](Sighted& sighted) { sighted.left_alone = true; });
}

bool Sightings::forget(const InboxFile& file) {
    const auto known = known_.find(file);
    if (known == known_.end()) return false;
    if (const auto turn = turn_of(known->second)) turns_.erase(*turn);
    if (!is_plain(known->second.sighting.facts)) --odd_;
    known_.erase(known);
    return true;
}

const Sighted* Sightings::find(const InboxFile& file) const {
    const auto known = known_.find(file);
    return known == known_.end() ? nullptr : &known->second;
}

std::optional<std::pair<TimePoint, InboxFile>> Sightings::next() const {
    if (turns_.empty()) return std::nullopt;
    const auto& [turn, file] = *turns_.begin();
    return std::pair{turn.first, file};
}

}  // namespace uplift::daemon
