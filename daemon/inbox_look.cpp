#include "daemon/inbox_look.hpp"

#include <algorithm>
#include <string>

#include "daemon/checksum_file.hpp"

namespace uplift::daemon {
namespace {

bool is_older(const SeenFile& one, const SeenFile& other) {
    return std::tie(one.facts.changed_ns, one.file) < std::tie(other.facts.changed_ns, other.file);
}

// The oldest of all that are offered.
class Oldest {
 public:
    explicit Oldest(std::size_t room) : room_(room) {}
    void offer(SeenFile file) {
        if (room_ == 0) {
            left_out_ = true;
            return;
        }
        if (files_.size() == room_) {
            left_out_ = true;
            if (!is_older(file, files_.front())) return;
            std::pop_heap(files_.begin(), files_.end(), is_older);
            files_.pop_back();
        }
        files_.push_back(std::move(file));
        std::push_heap(files_.begin(), files_.end(), is_older);
    }
    [[nodiscard]] std::vector<SeenFile> take() {
        std::sort(files_.begin(), files_.end(), is_older);
        return std::move(files_);
    }
    [[nodiscard]] bool left_out() const { return left_out_; }

 private:
    std::size_t room_;
    std::vector<SeenFile> files_;  // a heap, the youngest on top
    bool left_out_ = false;
};

}  // namespace

InboxLook look_around(const IntakeRooms& rooms, LookRequest request) {
    InboxLook look;
    Oldest oldest(request.room);
    std::size_t odd_room = request.odd_room;
    auto places = request.profiles;
    places.insert(ProfileName{});
    for (const auto& place : places) {
        const auto directory = rooms.open_inbox(place);
        if (!directory) continue;
        for_each_name(directory->get(), [&](std::string_view name) {
            if (is_left_alone(name)) return;
            if (place.value.empty() && request.profiles.contains(ProfileName{std::string(name)})) return;
            SeenFile file{.file = {.profile = place, .name = std::string(name)}, .facts = {}, .checksum = {}};
            const auto facts = look_at(directory->get(), file.file.name);
            if (!facts) return;
            file.facts = *facts;
            if (request.known.erase(file.file) > 0) {
                file.checksum = checksum_facts(directory->get(), file.file.name);
                look.seen.push_back(std::move(file));
                return;
            }
            if (!is_plain(*facts)) {
                if (odd_room == 0) return;
                --odd_room;
            }
            oldest.offer(std::move(file));
        });
    }
    auto fresh = oldest.take();
    std::move(fresh.begin(), fresh.end(), std::back_inserter(look.seen));
    look.gone.assign(request.known.begin(), request.known.end());
    look.left_out = oldest.left_out();
    return look;
}

}  // namespace uplift::daemon
