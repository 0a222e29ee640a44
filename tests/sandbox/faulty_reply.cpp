#include "tests/sandbox/faulty_reply.hpp"

#include <nlohmann/json.hpp>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view html_page =
    "<html><head><title>Sign in</title></head><body><p>Please accept the terms of use.</p></body></html>";

struct UsualError {
    int status;
    std::string_view code;
    std::string_view message;
};
constexpr UsualError usual_errors[] = {
    {429, "TooManyRequests", "Too many requests."},
    {500, "InternalServerError", "An internal server error occurred while processing the request."},
    {502, "BadGateway", "Bad gateway."},
    {503, "serviceNotAvailable", "The service is temporarily unavailable."},
    {504, "UnknownError", "Gateway timeout."},
};

Refusal usual_refusal(int status) {
    for (const auto& row : usual_errors)
        if (row.status == status) return {status, std::string(row.code), std::string(row.message), {}, {}};
    return {status, "UnknownError", "", {}, {}};
}

void replace_body(Reply& reply, std::string body, std::string content_type) {
    std::erase_if(reply.headers,
                  [](const auto& header) { return same_ignoring_case(header.first, "content-type"); });
    reply.headers.emplace_back("Content-Type", std::move(content_type));
    reply.body = std::move(body);
}

void answer_status(const FaultAction& action, Random& random, TimePoint now, Reply& reply) {
    reply = Reply{};
    reply.status = action.status;
    if (action.retry_after) reply.headers.emplace_back("Retry-After", *action.retry_after);
    if (!action.body.empty()) return replace_body(reply, action.body, action.content_type);
    const std::string id = random.guid();
    const RequestIds ids{id, id};
    replace_body(reply, envelope_of(usual_refusal(action.status), ids, now).dump(), "application/json");
}

}  // namespace

bool does_the_work(const FaultAction& action) {
    switch (action.kind) {
        case FaultKind::drop_before:
        case FaultKind::apply_later:
        case FaultKind::redirect:
            return false;
        case FaultKind::status:
        case FaultKind::html200:
        case FaultKind::garbage:
            return action.applied == Applied::yes;
        default:
            return true;
    }
}

void rewrite(const FaultAction& action, json& body, Random& random) {
    if (!body.is_object()) return;
    if (action.kind == FaultKind::wrong_id && body.contains("id")) body["id"] = random.guid();
    if (!action.set.empty()) body.merge_patch(json::parse(action.set));
}

Answer item_answer(const FaultAction& action) {
    Answer answer;
    answer.status = action.status;
    if (action.retry_after) answer.headers.emplace_back("Retry-After", *action.retry_after);
    const Refusal refusal = usual_refusal(action.status);
    answer.body = json::parse(action.body, nullptr, false);
    if (answer.body.is_discarded())
        answer.body = {{"error", {{"code", refusal.code}, {"message", refusal.message}}}};
    return answer;
}

void spoil(const FaultAction& action, Random& random, TimePoint now, Delivery& delivery) {
    Reply& reply = delivery.reply;
    switch (action.kind) {
        case FaultKind::apply_later:
            delivery.apply_after = action.delay;
            [[fallthrough]];
        case FaultKind::drop_before:
        case FaultKind::drop_after:
            delivery.kind = Delivery::Kind::drop;
            delivery.closing = action.closing;
            return;
        case FaultKind::late:
            delivery.delay = action.delay;
            return;
        case FaultKind::status:
            return answer_status(action, random, now, reply);
        case FaultKind::truncate:
            delivery.cut_after = action.bytes;
            return;
        case FaultKind::html200:
            reply.status = 200;
            return replace_body(reply, std::string(html_page), "text/html; charset=utf-8");
        case FaultKind::garbage:
            reply.status = 200;
            return replace_body(reply, "{\"value\":[{\"id\":", "application/json");
        case FaultKind::slow_loris:
            delivery.slow = SlowBytes{std::max<std::size_t>(1, action.bytes), action.delay};
            return;
        case FaultKind::redirect:
            reply = Reply{};
            reply.status = 302;
            reply.headers.emplace_back("Location",
                                       action.location.empty() ? "https://example.com/" : action.location);
            return;
        case FaultKind::wrong_id:
        case FaultKind::rewrite: {
            json body = json::parse(reply.body, nullptr, false);
            if (!body.is_object()) return;
            rewrite(action, body, random);
            reply.body = body.dump();
            return;
        }
    }
}

}  // namespace uplift::sandbox
