// Frames: requests and replies as lines of JSON, and back.
//
// Pure. Both sides check everything they read: length, JSON, types; requests also for unknown keys.
// Faults: bad_request (a frame that is none), protocol_version (a side of another version).
//
// A conversation: each side says Hello; then the client sends a request, the server any number of replies,
// and
// `{"end":true}` or `{"error":{…}}`; then the next request.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/json/json.hpp"
#include "core/model/result.hpp"
#include "daemon/protocol/fields.hpp"
#include "daemon/protocol/reply.hpp"
#include "daemon/protocol/request.hpp"

namespace uplift::protocol {

// ---- both sides ------------------------------------------------------------------------------------

std::string hello_frame(const Hello& hello);
// Refuses another version of the frames.
Result<Hello> read_hello(std::string_view frame);

// ---- client ----------------------------------------------------------------------------------------

std::string request_frame(const Request& request);

struct End {};
struct Failure {
    FaultView error;
};
// A reply is still JSON: the command knows which view it asked for.
using ServerFrame = std::variant<json::Value, End, Failure>;
Result<ServerFrame> read_server_frame(std::string_view frame);

template <class View>
Result<View> view_from(const json::Value& value) {
    View view;
    ReadTrouble trouble;
    if (read_value(value, view, UnknownKeys::ignored, trouble)) return view;
    return Fault{.code = FaultCode::bad_request,
                 .where = "reply",
                 .what = trouble.what.empty() ? "the daemon's reply has another shape" : trouble.what,
                 .cure = "Use the upliftctl that came with the daemon."};
}

// ---- server ----------------------------------------------------------------------------------------

Result<Request> read_request(std::string_view frame);

template <class View>
json::Value reply_value(const View& view) {
    auto value = json::Value::object();
    value.set("schema", json::Value(View::schema));
    const auto fields = value_of(view);
    for (const auto& member : fields.members()) value.set(member.key, member.value);
    return value;
}
template <class View>
std::string reply_frame(const View& view) {
    return json::dump(reply_value(view)) + "\n";
}
std::string end_frame();
std::string error_frame(const FaultView& error);
// One of several faults that refuse a file; the error that ends the reply comes after.
std::string fault_frame(const FaultView& fault);

// True for an object that fault_frame made.
bool is_fault(const json::Value& reply);
Result<FaultView> fault_from(const json::Value& reply);

}  // namespace uplift::protocol
