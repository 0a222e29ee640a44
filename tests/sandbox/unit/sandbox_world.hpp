// A small tenant with virtual time, asked the way a client asks: requests in, replies out, no sockets.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/sandbox.hpp"

namespace uplift::sandbox {

// A tenant with one app (secret "s3cret", all permissions Uplift asks for), one SKU of each kind and every
// kind of group. Change it before the world is made from it.
nlohmann::json a_definition();

// A body that POST /users takes; `changes` is laid over it (null takes a key out).
nlohmann::json a_person(const std::string& name, const nlohmann::json& changes = nlohmann::json::object());

class SandboxWorld {
 public:
    explicit SandboxWorld(const nlohmann::json& definition = a_definition());

    // As the app, with a token it gets at the first call.
    Reply get(const std::string& target, const Headers& headers = {});
    Reply send(const std::string& method, const std::string& target, const nlohmann::json& body);
    Reply post(const std::string& target, const nlohmann::json& body) { return send("POST", target, body); }
    Delivery deliver(const std::string& method, const std::string& target, const nlohmann::json& body);
    Reply sign_in(const std::string& tenant, const std::string& form, const Headers& headers = {});
    // A cmdlet on Exchange's endpoint, with a token for Exchange and the usual anchor mailbox.
    Reply exchange(const std::string& cmdlet, const nlohmann::json& parameters);
    // The same with the caller's own target below /adminapi/beta/TENANT and own headers.
    Reply exchange_at(const std::string& target, const nlohmann::json& body, const Headers& headers);
    // Without a token.
    Reply control(const std::string& method, const std::string& path, const nlohmann::json& body);

    std::string id_of(const std::string& upn);
    void forget_token() {
        token_.clear();
        exchange_token_.clear();
    }
    void pass(Seconds time) { now += std::chrono::duration_cast<Clock::duration>(time); }

    TimePoint now{std::chrono::seconds(1'795'428'000)};
    std::vector<std::string> log;
    Sandbox sandbox;

 private:
    std::string signed_in_for(const std::string& scope);

    std::string token_;
    std::string exchange_token_;
};

nlohmann::json body_of(const Reply& reply);
std::string error_code(const Reply& reply);
std::string error_message(const Reply& reply);
// Ex6F9304|Type|text, split on the first two bars.
struct ExchangeFault {
    std::string type;  // its last part
    std::string text;
};
ExchangeFault exchange_fault(const Reply& reply);
// Percent-encodes everything but letters, digits and -._~
std::string encoded(const std::string& text);

inline constexpr const char* test_tenant = "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11";
inline constexpr const char* test_app = "5d1b2c3a-0000-4000-8000-00000000c0de";
inline constexpr const char* test_anchor =
    "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11";
inline constexpr const char* sku_e3 = "05e9a617-0261-4cee-bb44-138d3ef5d965";
inline constexpr const char* plan_exchange = "efb87545-963c-4e0d-99df-69c6916d9eb0";
inline constexpr const char* plan_yammer = "7547a3fe-08ee-4ccb-b430-5077c5041653";

}  // namespace uplift::sandbox
