// upliftctl: talks to upliftd over its Unix socket.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command_line.hpp"

namespace {

using namespace uplift;
using namespace uplift::upliftctl;

// The fault as the daemon worded it, where it is the daemon's.
protocol::FaultView view_of_ended(const Fault& fault, const Globals& globals) {
    const auto& refusal = *globals.refusal;
    return !refusal.code.empty() && refusal.message == fault.what ? refusal : protocol::view_of(fault);
}

json::Value error_object(const protocol::FaultView& view) {
    auto object = json::Value::object();
    object.set("schema", json::Value("uplift.error/1"));
    object.set("error", protocol::value_of(view));
    return object;
}

int end_with(const Fault& fault, const Globals& globals) {
    const auto view = view_of_ended(fault, globals);
    if (globals.shape == Shape::json)
        complain(json::dump(error_object(view)) + "\n");
    else
        complain_prose("upliftctl: " + (view.place.empty() ? "" : view.place + ": ") + view.code + " " +
                       view.message + ". " + view.cure);
    return static_cast<int>(exit_code_of(fault.code));
}

}  // namespace

int main(int argc, char** argv) {
    CommandLine command_line;
    const auto action = command_line.parse(argc, argv);
    if (!action) return end_with(action.error(), command_line.globals());
    if (!*action) return 0;
    catch_interrupts();
    const auto ended = (**action)();
    return ended ? static_cast<int>(*ended) : end_with(ended.error(), command_line.globals());
}
