#include "core/model/account.hpp"

namespace uplift {

std::string_view word(GroupKind kind) {
    switch (kind) {
        case GroupKind::security:
            return "security group";
        case GroupKind::microsoft_365:
            return "Microsoft 365 group";
        case GroupKind::mail_enabled_security:
            return "mail-enabled security group";
        case GroupKind::distribution_list:
            return "distribution list";
        case GroupKind::dynamic:
            return "dynamic group";
        case GroupKind::synced:
            return "synchronised group";
        case GroupKind::role_assignable:
            return "role-assignable group";
    }
    return "";
}

}  // namespace uplift
