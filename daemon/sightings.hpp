// Sightings: the files of the inbox that are known, when each is looked at closely, and who comes first.
//
// Pure: facts and times in. Bounded: what finds no room is seen at a later look. In order of arrival: of the
// files that are ripe, the one that was ripe first, then the one that was seen first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/folder_rules.hpp"
#include "daemon/inbox_file.hpp"

namespace uplift::daemon {

// Since when FILE waits for its .sha256, and which one it did not match.
struct Unmatched {
    TimePoint since;
    FileFacts checksum;
};

struct Sighted {
    Sighting sighting;
    std::uint64_t arrival = 0;
    int changes_while_read = 0;
    TimePoint not_before{};   // after a postponement
    bool left_alone = false;  // untouched, people have been told
    std::optional<Unmatched> unmatched;
};

class Sightings {
 public:
    struct Bounds {
        std::size_t files = 10'000;
        std::size_t odd = 1'000;  // links, directories …: they never go by themselves and must not fill it
    };
    Sightings(FolderTimes times, Bounds bounds) : times_(times), bounds_(bounds) {}

    // An event says that the file was touched. `writer` is unknown where the event does not tell.
    void touched(const InboxFile& file, const FileFacts& facts, Writer writer, TimePoint now);
    // A look shows this of the file; of its .sha256 too, where it waits for one.
    void looked(const InboxFile& file,
                const FileFacts& facts,
                const std::optional<FileFacts>& checksum,
                TimePoint now);
    // Events are lost: nothing is known any more of who writes what.
    void events_lost(TimePoint now);
    // FILE.sha256 came, changed or went.
    void checksum_changed(const InboxFile& file);

    // The file waits until `until`, then it is looked at again.
    void postpone(const InboxFile& file, TimePoint until);
    // It is looked at again once it is quiet. How often that was so.
    int changed_while_read(const InboxFile& file, const FileFacts& facts, TimePoint now);
    // It waits for its .sha256 to change, for as long as people are given. Since when.
    TimePoint wait_for_checksum(const InboxFile& file, const FileFacts& checksum, TimePoint now);
    void leave_alone(const InboxFile& file);
    // False where it was not known.
    bool forget(const InboxFile& file);

    [[nodiscard]] const Sighted* find(const InboxFile& file) const;
    // The next file to look at closely, and when.
    [[nodiscard]] std::optional<std::pair<TimePoint, InboxFile>> next() const;
    [[nodiscard]] const std::map<InboxFile, Sighted>& all() const { return known_; }
    [[nodiscard]] std::size_t room() const { return bounds_.files - known_.size(); }
    [[nodiscard]] std::size_t odd_room() const { return bounds_.odd - odd_; }
    // Whether files had to be left out since the last look, and there is room for them now.
    [[nodiscard]] bool should_look() const { return left_out_ && known_.size() <= bounds_.files / 2; }
    void about_to_look() { left_out_ = false; }
    void left_out() { left_out_ = true; }

 private:
    using Known = std::map<InboxFile, Sighted>;
    using Turn = std::pair<TimePoint, std::uint64_t>;

    void add(const InboxFile& file, Sighting sighting);
    // Changes what is known of a file, and its turn with it.
    template <class Change>
    void change(Known::iterator file, Change change);
    [[nodiscard]] std::optional<Turn> turn_of(const Sighted& sighted) const;

    FolderTimes times_;
    Bounds bounds_;
    Known known_;
    std::map<Turn, InboxFile> turns_;
    std::uint64_t arrivals_ = 0;
    std::size_t odd_ = 0;
    bool left_out_ = false;
};

}  // namespace uplift::daemon
