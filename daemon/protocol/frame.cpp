#include "daemon/protocol/frame.hpp"

#include <utility>

namespace uplift::protocol {
namespace {

Fault bad_frame(std::string what) {
    return Fault{.code = FaultCode::bad_request,
                 .where = "control socket",
                 .what = std::move(what),
                 .cure = "Use an upliftctl of the daemon's version."};
}

Result<json::Value> parse_frame(std::string_view frame) {
    if (!frame.empty() && frame.back() == '\n') frame.remove_suffix(1);
    const json::Reading reading{
        .where = "control socket", .code = FaultCode::bad_request, .max_bytes = max_frame};
    auto value = json::parse(frame, reading);
    if (!value) return value.error();
    if (!value->is_object()) return bad_frame("a frame is not an object");
    return value;
}

template <class T>
Result<Request> request_from(const json::Value& value) {
    // The verb is the variant's, not a field of the request.
    auto fields = json::Value::object();
    for (const auto& member : value.members())
        if (member.key != "verb") fields.set(member.key, member.value);
    T request;
    ReadTrouble trouble;
    if (read_value(fields, request, UnknownKeys::refused, trouble)) return Request{std::move(request)};
    return bad_frame(trouble.what);
}

using Reader = Result<Request> (*)(const json::Value&);

// By walking the variant: a new request cannot be forgotten here.
template <std::size_t at = 0>
Reader reader_of(Verb verb) {
    if constexpr (at == std::variant_size_v<Request>) {
        return nullptr;
    } else {
        using Candidate = std::variant_alternative_t<at, Request>;
        return Candidate::verb == verb ? &request_from<Candidate> : reader_of<at + 1>(verb);
    }
}

}  // namespace

std::string hello_frame(const Hello& hello) { return json::dump(value_of(hello)) + "\n"; }

Result<Hello> read_hello(std::string_view frame) {
    auto value = parse_frame(frame);
    if (!value) return value.error();
    Hello hello;
    hello.uplift = 0;
    ReadTrouble trouble;
    // Keys that a later version adds must not hide that it is another version.
    if (!read_value(*value, hello, UnknownKeys::ignored, trouble)) return bad_frame(trouble.what);
    if (hello.uplift == frame_version) return hello;
    return Fault{.code = FaultCode::protocol_version,
                 .where = "control socket",
                 .what = "the other side speaks version " + std::to_string(hello.uplift) + ", this one " +
                         std::to_string(frame_version),
                 .cure = "Use the upliftctl that came with the daemon."};
}

std::string request_frame(const Request& request) {
    return std::visit(
        [](const auto& which) {
            auto value = json::Value::object();
            value.set("verb", json::Value(word(which.verb)));
            const auto fields = value_of(which);
            for (const auto& member : fields.members()) value.set(member.key, member.value);
            return json::dump(value) + "\n";
        },
        request);
}

Result<Request> read_request(std::string_view frame) {
    auto value = parse_frame(frame);
    if (!value) return value.error();
    const auto text = value->get_string("verb");
    if (!text) return bad_frame("a request has no verb");
    const auto verb = parse_verb(*text);
    if (!verb) return bad_frame("the verb is not known");
    return reader_of<>(*verb)(*value);
}

Result<ServerFrame> read_server_frame(std::string_view frame) {
    auto value = parse_frame(frame);
    if (!value) return value.error();
    if (value->get_bool("end") == true) return ServerFrame{End{}};
    if (const auto* error = value->find("error"); error != nullptr) {
        auto view = view_from<FaultView>(*error);
        if (!view) return view.error();
        return ServerFrame{Failure{.error = std::move(*view)}};
    }
    return ServerFrame{std::move(*value)};
}

std::string end_frame() { return "{\"end\":true}\n"; }

std::string error_frame(const FaultView& error) {
    auto value = json::Value::object();
    value.set("error", value_of(error));
    return json::dump(value) + "\n";
}

std::string fault_frame(const FaultView& fault) {
    auto value = json::Value::object();
    value.set("fault", value_of(fault));
    return json::dump(value) + "\n";
}

bool is_fault(const json::Value& reply) {
    return reply.find("fault") != nullptr && reply.members().size() == 1;
}

Result<FaultView> fault_from(const json::Value& reply) {
    const auto* fault = reply.find("fault");
    if (fault == nullptr) return bad_frame("the reply holds no fault");
    return view_from<FaultView>(*fault);
}

}  // namespace uplift::protocol
