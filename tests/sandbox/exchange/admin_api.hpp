// Exchange Online's admin endpoint, /adminapi: token, role, budget, cmdlet, pages; $batch; EXOModuleFile.
#pragma once

#include <string>
#include <vector>

#include "tests/sandbox/exchange/budget.hpp"
#include "tests/sandbox/exchange/cmdlet.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/graph.hpp"

namespace uplift::sandbox::exchange {

class AdminApi {
 public:
    AdminApi(Tenant& tenant, AccessTokens& tokens, Budget& budget, double throttle_scale)
        : tenant_(tenant), tokens_(tokens), budget_(budget), throttle_scale_(throttle_scale) {}

    static bool answers(const Request& request) { return request.target.starts_with("/adminapi/"); }

    // `entries`: first the request itself, then the items of a batch.
    Reply answer(const Request& request,
                 const std::vector<std::string>& bases,
                 TimePoint now,
                 const Graph::ItemInterceptor& intercept,
                 std::vector<Accounting>& entries);

 private:
    struct Context {
        const App& app;
        const std::string& base;
        TimePoint now;
    };

    // Throws a Reply that has no body: 401 and 403 of the door.
    const App& let_in(const Request& request, const std::vector<std::string>& bases, TimePoint now);
    Answer route(const Request& request,
                 const Context& context,
                 const Graph::ItemInterceptor& intercept,
                 std::vector<Accounting>& entries);
    Answer run(const Request& request, const nlohmann::json& body, const Context& context, Accounting& entry);
    Answer invoke(const Request& request,
                  const nlohmann::json& body,
                  const Context& context,
                  Accounting& entry);
    Answer batch(const nlohmann::json& body,
                 const Context& context,
                 const Graph::ItemInterceptor& intercept,
                 std::vector<Accounting>& entries);
    Answer module_file(const Context& context);
    void charge(const Context& context);
    void write_page(const Request& request,
                    const Context& context,
                    Invocation& call,
                    const NextRow& next,
                    nlohmann::json& body);
    Answer refused(CmdletFault fault);

    Tenant& tenant_;
    AccessTokens& tokens_;
    Budget& budget_;
    double throttle_scale_;
};

}  // namespace uplift::sandbox::exchange
