#include <algorithm>
#include <array>
#include <utility>

#include "config/sections.hpp"
#include "config/shapes.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

constexpr std::array<std::pair<std::string_view, ApprovalBy>, 2> approval_words{
    {{"other", ApprovalBy::other}, {"anyone", ApprovalBy::anyone}}};
constexpr std::array<std::pair<std::string_view, HandoverMode>, 2> handover_modes{
    {{"reveal", HandoverMode::reveal}, {"encrypt", HandoverMode::encrypt}}};
constexpr std::array<std::string_view, 5> event_words{"job_end", "overdue", "seats", "certificate", "pause"};

// sockaddr_un's sun_path, with its final zero.
constexpr std::size_t longest_socket_path = 107;
constexpr std::size_t longest_recipient_name = 64;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// ["1m", "15m"]: shortest and longest.
void read_mailbox_poll(Section& section, ServiceConfig& service) {
    const auto given = section.texts("mailbox_poll");
    if (!given) return;
    constexpr auto cure = "Write the shortest and the longest time, for example [\"1m\", \"15m\"].";
    if (given->size() != 2) return section.bad_value("mailbox_poll", "must have two durations", cure);
    const auto shortest = parse_duration((*given)[0].text), longest = parse_duration((*given)[1].text);
    if (!shortest || !longest)
        return section.bad_value(
            (*given)[shortest ? 1 : 0].place, "mailbox_poll", "has no duration with its unit here", cure);
    if (*shortest < std::chrono::seconds{1} || *longest < *shortest || *longest > std::chrono::hours{24})
        return section.bad_value("mailbox_poll", "is out of range or order", cure);
    service.mailbox_poll_shortest = *shortest;
    service.mailbox_poll_longest = *longest;
}

void read_limits(Section& section, ServiceConfig& service) {
    using std::chrono::hours;
    using std::chrono::minutes;
    service.approval_above =
        section.number("approval_above", {.least = 0, .most = 10'000'000}).value_or(service.approval_above);
    service.approval_by =
        section.word<ApprovalBy>("approval_by", approval_words).value_or(service.approval_by);
    service.creates_per_day =
        section.number("creates_per_day", {.least = 1, .most = 10'000'000}).value_or(service.creates_per_day);
    service.max_file =
        section.size("max_file", std::uint64_t{1} << 10, std::uint64_t{4} << 30).value_or(service.max_file);
    service.retention =
        section.duration("retention", hours{24}, hours{24 * 36'500}).value_or(service.retention);
    read_mailbox_poll(section, service);
    service.mailbox_overdue =
        section.duration("mailbox_overdue", minutes{1}, hours{24 * 365}).value_or(service.mailbox_overdue);
    service.mailbox_timeout =
        section.duration("mailbox_timeout", minutes{1}, hours{24 * 365}).value_or(service.mailbox_timeout);
    if (service.mailbox_timeout < service.mailbox_overdue)
        section.bad_value("mailbox_timeout",
                          "is shorter than mailbox_overdue",
                          "Choose a longer timeout, or a shorter mailbox_overdue.");
    for (const auto* const key : {"approval_above", "approval_by", "creates_per_day"}) section.no_effect(key);
}

// A file of passwords is named after its recipient, and a further one ends in -2: two recipients must never
// come to one name.
void check_recipient_name(Section& section,
                          const PlacedText& recipient,
                          const std::vector<std::string>& others) {
    const auto name = recipient_name(recipient.text);
    const auto plain = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; };
    const auto say = [&](const std::string& what, std::string cure) {
        section.bad_value(recipient.place,
                          "recipients",
                          "has " + text::quoted(recipient.text) + ", " + what,
                          std::move(cure));
    };
    if (name.empty() || name.size() > longest_recipient_name || !is_letter_or_digit(name.front()) ||
        !std::all_of(name.begin(), name.end(), plain))
        return say("whose name does not fit into that of a file",
                   "Rename it: up to 64 letters, digits, - _ and ., a letter or digit first.");
    const auto digits = name.find_last_not_of("0123456789");
    if (digits != std::string::npos && digits + 1 < name.size() && name[digits] == '-')
        return say("which ends in a number as further files do", "Rename it without the number.");
    for (const auto& other : others)
        if (text::same_ignoring_case(recipient_name(other), name))
            return say("which is named as " + text::quoted(other) + " is",
                       "Rename one of them: each names the files of its recipient.");
}

}  // namespace

std::string recipient_name(std::string_view path) {
    const auto slash = path.rfind('/');
    auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    for (const std::string_view ending : {".pem", ".crt", ".cer"})
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.remove_suffix(ending.size());
            break;
        }
    return std::string(name);
}

ServiceConfig read_service(Section section) {
    ServiceConfig service;
    service.state_dir = section.path("state_dir").value_or(service.state_dir);
    if (const auto socket = section.path("socket")) {
        service.socket = *socket;
        if (socket->size() > longest_socket_path)
            section.bad_value(
                "socket", "is longer than 107 bytes", "Choose a shorter path: the kernel takes no more.");
    }
    if (auto name = section.text("default_profile")) service.default_profile = ProfileName{std::move(*name)};
    section.require(
        "sealing_key",
        "Add sealing_key = { credential = \"sealing-key\" }: 32 random bytes that seal passwords.");
    service.sealing_key = section.secret("sealing_key").value_or(SecretRef{});
    read_limits(section, service);
    section.finish();
    return service;
}

HandoverConfig read_handover(Section section) {
    HandoverConfig handover;
    handover.mode = section.word<HandoverMode>("mode", handover_modes).value_or(HandoverMode::reveal);
    for (const auto& recipient : section.texts("recipients").value_or(std::vector<PlacedText>{})) {
        if (!is_absolute_path(recipient.text))
            section.bad_value(recipient.place,
                              "recipients",
                              "has " + text::quoted(recipient.text) + ", which is no absolute path",
                              "Name each certificate's file from / on.");
        check_recipient_name(section, recipient, handover.recipients);
        handover.recipients.push_back(recipient.text);
    }
    if (handover.mode == HandoverMode::encrypt && handover.recipients.empty())
        section.bad_value("mode",
                          "is \"encrypt\", and recipients names nobody",
                          "Add recipients = [\"/etc/uplift/helpdesk.pem\"]: a certificate for each file.");
    section.finish();
    return handover;
}

NotifyConfig read_notify(Section section) {
    NotifyConfig notify;
    for (const auto& address : section.texts("mail_to").value_or(std::vector<PlacedText>{})) {
        if (!is_mail_address(address.text))
            section.bad_value(address.place,
                              "mail_to",
                              "has " + text::quoted(address.text) + ", which is no mail address",
                              "Write it like \"ops@contoso.com\".");
        notify.mail_to.push_back(address.text);
    }
    if (const auto webhook = section.text("webhook")) {
        notify.webhook = *webhook;
        const auto url = parse_url(*webhook);
        if (!url || url->scheme != "https")
            section.bad_value(
                "webhook", text::quoted(*webhook) + " is no https URL", "Write \"https://HOST/PATH\".");
    }
    notify.webhook_key = section.secret("webhook_key");
    for (const auto& event : section.texts("events").value_or(std::vector<PlacedText>{})) {
        if (std::find(event_words.begin(), event_words.end(), event.text) == event_words.end())
            section.not_one_of(event.place, "events", event.text, event_words);
        notify.events.push_back(event.text);
    }
    for (const auto* const key : {"mail_to", "webhook", "webhook_key", "events"}) section.no_effect(key);
    section.finish();
    return notify;
}

}  // namespace uplift::config
