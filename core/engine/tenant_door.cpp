#include "core/engine/tenant_door.hpp"

namespace uplift::engine {
namespace {

// Catalogues change rarely; a refusal that contradicts one makes it be read again at once.
constexpr Duration catalogue_age = std::chrono::minutes{5};

}  // namespace

template <class T, class Read>
boost::asio::awaitable<Outcome<std::vector<T>>> TenantDoor::fetch(Shelf<T>& shelf, Read read) {
    using Reading = typename Shelf<T>::Reading;
    while (shelf.reading == Reading::under_way) co_await fetched_.wait();
    if (shelf.read_at && clock_.now() < *shelf.read_at + catalogue_age) {
        Outcome<std::vector<T>> known = Done<std::vector<T>>{shelf.things};
        co_return known;
    }
    shelf.reading = Reading::under_way;
    const auto later = co_await admit(Traffic::read);
    auto outcome = not_admitted<std::vector<T>>(later.value_or(TimePoint{}));
    if (!later) {
        outcome = co_await read();
        saw(outcome);
    }
    if (const auto* things = done_value(outcome)) {
        shelf.things = *things;
        shelf.read_at = clock_.now();
    }
    shelf.reading = Reading::idle;
    fetched_.notify_all();
    co_return outcome;
}

boost::asio::awaitable<Outcome<std::vector<Sku>>> TenantDoor::skus() {
    const auto before = skus_.read_at;
    auto read = [this] { return tenant_.get_skus(deadline()); };
    auto outcome = co_await fetch(skus_, read);
    skus_are_news_ = skus_are_news_ || skus_.read_at != before;
    co_return outcome;
}

boost::asio::awaitable<Outcome<std::vector<Domain>>> TenantDoor::domains() {
    auto read = [this] { return tenant_.get_domains(deadline()); };
    return fetch(domains_, read);
}

boost::asio::awaitable<Outcome<std::vector<Group>>> TenantDoor::groups(std::string name) {
    auto& shelf = groups_[name];
    auto read = [this, name] { return tenant_.find_groups(name, deadline()); };
    return fetch(shelf, std::move(read));
}

}  // namespace uplift::engine
