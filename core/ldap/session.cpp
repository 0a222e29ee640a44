#include "core/ldap/session.hpp"

#include <ldap.h>
#include <sys/time.h>

#include "core/ldap/result_meaning.hpp"

namespace uplift::ldap {
namespace {

struct MessageFree {
    void operator()(LDAPMessage* message) const { ::ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, MessageFree>;

struct ControlFree {
    void operator()(LDAPControl* control) const { ::ldap_control_free(control); }
};
struct ControlsFree {
    void operator()(LDAPControl** controls) const { ::ldap_controls_free(controls); }
};

int scope_of(Reach reach) {
    switch (reach) {
        case Reach::entry:
            return LDAP_SCOPE_BASE;
        case Reach::children:
            return LDAP_SCOPE_ONELEVEL;
        case Reach::subtree:
            return LDAP_SCOPE_SUBTREE;
    }
    return LDAP_SCOPE_SUBTREE;
}

std::string text_of(const berval& value) {
    return value.bv_val == nullptr ? std::string() : std::string(value.bv_val, value.bv_len);
}

// Armed while a call of libldap runs.
class Guarded {
 public:
    Guarded(Watchdog::Watch& watch, Duration patience) : watch_(watch) {
        watch_.arm(std::chrono::steady_clock::now() + patience);
    }
    ~Guarded() { watch_.disarm(); }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

 private:
    Watchdog::Watch& watch_;
};

std::variant<Entry, LostConnection> read_entry(LDAP* handle, LDAPMessage* message) {
    const LostConnection malformed{"an entry came that cannot be read"};
    Entry entry;
    BerElement* raw = nullptr;
    berval dn{};
    if (::ldap_get_dn_ber(handle, message, &raw, &dn) != LDAP_SUCCESS) return malformed;
    const std::unique_ptr<BerElement, void (*)(BerElement*)> ber(raw,
                                                                 [](BerElement* b) { ::ber_free(b, 0); });
    entry.dn = text_of(dn);
    while (true) {
        berval name{};
        berval* values = nullptr;
        if (::ldap_get_attribute_ber(handle, message, raw, &name, &values) != LDAP_SUCCESS) return malformed;
        if (name.bv_val == nullptr) return entry;
        auto& attribute = entry.attributes.emplace_back(text_of(name), std::vector<std::string>{});
        for (const berval* value = values; value != nullptr && value->bv_val != nullptr; ++value)
            attribute.second.push_back(text_of(*value));
        ::ber_memfree(values);
    }
}

std::variant<SearchEnd, LostConnection> read_end(LDAP* handle, LDAPMessage* message) {
    SearchEnd end;
    LDAPControl** raw = nullptr;
    if (::ldap_parse_result(handle, message, &end.code, nullptr, nullptr, nullptr, &raw, 0) != LDAP_SUCCESS)
        return LostConnection{"a result came that cannot be read"};
    const std::unique_ptr<LDAPControl*, ControlsFree> controls(raw);
    LDAPControl* paged = ::ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, raw, nullptr);
    if (paged == nullptr) return end;
    ber_int_t estimate = 0;
    berval cookie{};
    if (::ldap_parse_pageresponse_control(handle, paged, &estimate, &cookie) != LDAP_SUCCESS)
        return LostConnection{"a page came whose cookie cannot be read"};
    end.cookie = text_of(cookie);
    ::ber_memfree(cookie.bv_val);
    return end;
}

}  // namespace

void LdapCloser::operator()(::ldap* handle) const { ::ldap_unbind_ext(handle, nullptr, nullptr); }

Session::Session(LdapHandle handle,
                 Watchdog::Watch watch,
                 Duration patience,
                 std::optional<std::chrono::seconds> clock_skew)
    : handle_(std::move(handle)), watch_(std::move(watch)), patience_(patience), clock_skew_(clock_skew) {
    ::ldap_get_option(handle_.get(), LDAP_OPT_DESC, &descriptor_);
}

// TLS and LDAP say goodbye when the handle goes: to a peer that may be silent.
Session::~Session() {
    const Guarded guarded(watch_, std::chrono::milliseconds(200));
    handle_.reset();
}

std::string Session::last_error() const {
    int code = 0;
    ::ldap_get_option(handle_.get(), LDAP_OPT_RESULT_CODE, &code);
    return ::ldap_err2string(code);
}

Sending Session::send(const SearchRequest& request) {
    const Guarded guarded(watch_, patience_);
    std::vector<char*> attributes;
    for (const auto& attribute : request.attributes)
        attributes.push_back(const_cast<char*>(attribute.c_str()));
    attributes.push_back(nullptr);

    std::unique_ptr<LDAPControl, ControlFree> paged;
    if (request.page_size > 0) {
        berval cookie{.bv_len = request.cookie.size(), .bv_val = const_cast<char*>(request.cookie.data())};
        LDAPControl* raw = nullptr;
        if (::ldap_create_page_control(handle_.get(), request.page_size, &cookie, 1, &raw) != LDAP_SUCCESS)
            return LostConnection{last_error()};
        paged.reset(raw);
    }
    LDAPControl* controls[] = {paged.get(), nullptr};
    int number = -1;
    const int code = ::ldap_search_ext(handle_.get(),
                                       request.search.base.c_str(),
                                       scope_of(request.search.reach),
                                       request.search.filter.c_str(),
                                       attributes.data(),
                                       0,
                                       paged ? controls : nullptr,
                                       nullptr,
                                       nullptr,
                                       LDAP_NO_LIMIT,
                                       &number);
    switch (code) {
        case LDAP_SUCCESS:
            return number;
        case LDAP_BUSY:
            return number > 0 ? Sending(number) : Sending(Congested{});
        case LDAP_FILTER_ERROR:
        case LDAP_ENCODING_ERROR:
        case LDAP_PARAM_ERROR:
            return NotASearch{};
        default:
            return LostConnection{::ldap_err2string(code)};
    }
}

Hearing Session::hear() {
    const Guarded guarded(watch_, patience_);
    while (true) {
        timeval at_once{};
        LDAPMessage* raw = nullptr;
        const int type = ::ldap_result(handle_.get(), LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &raw);
        const Message message(raw);
        if (type == 0) return NothingNow{};
        if (type < 0) return LostConnection{"the connection was cut: " + last_error()};
        const int request = ::ldap_msgid(raw);
        switch (type) {
            case LDAP_RES_SEARCH_ENTRY: {
                auto entry = read_entry(handle_.get(), raw);
                if (auto* lost = std::get_if<LostConnection>(&entry)) return std::move(*lost);
                return Heard{request, std::get<Entry>(std::move(entry))};
            }
            case LDAP_RES_SEARCH_RESULT: {
                auto end = read_end(handle_.get(), raw);
                if (auto* lost = std::get_if<LostConnection>(&end)) return std::move(*lost);
                return Heard{request, std::get<SearchEnd>(std::move(end))};
            }
            // A subtree search of AD ends with references to its other partitions; they are nobody (trap T8).
            case LDAP_RES_SEARCH_REFERENCE:
            case LDAP_RES_INTERMEDIATE:
                continue;
            default:  // a notice of disconnection, or nonsense
                return LostConnection{"the domain controller ended the connection"};
        }
    }
}

void Session::abandon(int request) {
    const Guarded guarded(watch_, patience_);
    ::ldap_abandon_ext(handle_.get(), request, nullptr, nullptr);
}

}  // namespace uplift::ldap
