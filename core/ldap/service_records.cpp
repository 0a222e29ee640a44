#include "core/ldap/service_records.hpp"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

constexpr int asked_again_after = 2;  // seconds
constexpr int asked_times = 2;
constexpr std::size_t most_records = 64;
constexpr int rank_of_no_site = 1 << 16;  // above every priority

// A name as it may stand in a URI; DNS may hold any octets.
bool is_host_name(std::string_view name) {
    return !name.empty() && name.size() <= 253 && name.front() != '-' && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

bool is_of_domain(std::string_view host, std::string_view domain) {
    if (host.size() < domain.size()) return false;
    const auto end = host.substr(host.size() - domain.size());
    const auto before = host.substr(0, host.size() - domain.size());
    return text::same_ignoring_case(end, domain) && (before.empty() || before.back() == '.');
}

std::vector<ServiceRecord> read_records(ns_msg& message) {
    std::vector<ServiceRecord> records;
    for (int i = 0; i < ns_msg_count(message, ns_s_an) && records.size() < most_records; ++i) {
        ns_rr record;
        if (::ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_srv) continue;
        constexpr int head = 6;
        if (ns_rr_rdlen(record) <= head) continue;
        const auto* data = ns_rr_rdata(record);
        std::array<char, NS_MAXDNAME> target{};
        if (::ns_name_uncompress(
                ns_msg_base(message), ns_msg_end(message), data + head, target.data(), target.size()) < 0)
            continue;
        records.push_back({.target = target.data(),
                           .port = static_cast<std::uint16_t>(ns_get16(data + 4)),
                           .priority = static_cast<std::uint16_t>(ns_get16(data)),
                           .weight = static_cast<std::uint16_t>(ns_get16(data + 2))});
    }
    return records;
}

}  // namespace

std::variant<std::vector<ServiceRecord>, std::string> DnsResolver::look_up(const std::string& name) {
    struct __res_state state {};
    if (::res_ninit(&state) != 0) return std::string("resolv.conf cannot be read");
    state.retrans = asked_again_after;
    state.retry = asked_times;
    std::vector<unsigned char> answer(NS_MAXMSG);
    const int size =
        ::res_nquery(&state, name.c_str(), ns_c_in, ns_t_srv, answer.data(), static_cast<int>(answer.size()));
    const int error = state.res_h_errno;
    ::res_nclose(&state);
    if (size < 0 && (error == HOST_NOT_FOUND || error == NO_DATA)) return std::vector<ServiceRecord>{};
    ns_msg message;
    if (size < 0) return "no name server answers for " + name;
    if (::ns_initparse(answer.data(), size, &message) != 0)
        return "the name server's answer for " + name + " cannot be read";
    return read_records(message);
}

// RFC 2782: one after the other is drawn, each with a chance as large as its weight.
std::vector<ServiceRecord> in_order(std::vector<ServiceRecord> records, const Draw& draw) {
    std::stable_sort(records.begin(), records.end(), [](const ServiceRecord& a, const ServiceRecord& b) {
        return std::pair(a.priority, a.weight) < std::pair(b.priority, b.weight);
    });
    for (auto from = records.begin(); from != records.end(); ++from) {
        const auto to = std::find_if(
            from, records.end(), [&](const ServiceRecord& r) { return r.priority != from->priority; });
        std::uint32_t sum = 0;
        std::for_each(from, to, [&](const ServiceRecord& r) { sum += r.weight; });
        const auto drawn = draw(sum);
        std::uint32_t running = 0;
        const auto chosen =
            std::find_if(from, to, [&](const ServiceRecord& r) { return (running += r.weight) >= drawn; });
        if (chosen != to) std::rotate(from, chosen, chosen + 1);
    }
    return records;
}

std::variant<std::vector<DomainController>, std::string> discover(ServiceResolver& resolver,
                                                                  const std::string& domain,
                                                                  const std::string& site,
                                                                  Tls tls,
                                                                  const Draw& draw) {
    const std::string behind = "dc._msdcs." + domain;
    std::vector<std::pair<std::string, int>> names;
    if (!site.empty()) names.emplace_back("_ldap._tcp." + site + "._sites." + behind, 0);
    names.emplace_back("_ldap._tcp." + behind, rank_of_no_site);

    std::vector<DomainController> controllers;
    std::string why = "DNS names no domain controller of " + domain;
    for (const auto& [name, rank] : names) {
        auto answer = resolver.look_up(name);
        if (auto* failed = std::get_if<std::string>(&answer)) {
            why = std::move(*failed);
            continue;
        }
        for (const auto& record : in_order(std::get<std::vector<ServiceRecord>>(std::move(answer)), draw)) {
            const auto host = record.target.ends_with('.') ? record.target.substr(0, record.target.size() - 1)
                                                           : record.target;
            if (!is_host_name(host)) continue;
            if (!is_of_domain(host, domain)) {
                why = "DNS names " + host + ", which does not belong to " + domain;
                continue;
            }
            const std::string port = tls == Tls::ldaps ? "636" : std::to_string(record.port);
            const std::string uri = (tls == Tls::ldaps ? "ldaps://" : "ldap://") + host + ":" + port;
            const bool known = std::any_of(
                controllers.begin(), controllers.end(), [&](const auto& c) { return c.uri == uri; });
            if (known) continue;
            controllers.push_back(
                {.uri = uri, .host = host, .port = port, .name = host, .rank = rank + record.priority});
        }
    }
    if (controllers.empty()) return why;
    return controllers;
}

}  // namespace uplift::ldap
