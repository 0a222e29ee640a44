// The stable codes of faults that people see. A code is never used again for something else.
//
// 10xx configuration, 11xx intake, 12xx directory, 13xx account, 14xx licences, 15xx groups,
// 16xx passwords and handover, 17xx control, 18xx queue and files, 19xx tenant and network, 20xx mailboxes.
// What each means and its general cure stand in fault_table.cpp; a test checks the
// enum and the table against each other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uplift {

enum class FaultCode : std::uint16_t {
    config_syntax = 1001,
    config_unknown_key = 1002,
    config_wrong_type = 1003,
    config_bad_value = 1004,
    config_missing_key = 1005,
    config_secret_in_file = 1006,
    config_secret_unreadable = 1007,
    config_secret_exposed = 1008,
    config_unknown_reference = 1009,
    config_unreadable = 1010,
    config_not_supported = 1011,
    config_no_effect = 1012,
    config_writable = 1013,

    csv_empty = 1101,
    csv_encoding = 1102,
    csv_no_identity = 1103,
    csv_unknown_column = 1104,
    csv_duplicate_column = 1105,
    csv_not_allowed_column = 1106,
    csv_password_column = 1107,
    csv_field_count = 1108,
    csv_quote = 1109,
    csv_bad_identity = 1110,
    csv_no_identity_in_row = 1111,
    csv_bad_value = 1112,
    csv_not_allowed_value = 1113,
    csv_control_character = 1114,
    csv_too_long = 1115,
    csv_duplicate_person = 1116,
    file_unsafe = 1117,
    file_unreadable = 1118,
    file_too_large = 1119,
    file_changed = 1120,
    unknown_profile = 1121,
    file_kind = 1122,
    job_file_syntax = 1123,
    job_file_unknown_key = 1124,
    job_file_wrong_type = 1125,
    job_file_bad_value = 1126,
    selection_empty = 1127,
    file_checksum = 1128,
    file_incomplete = 1129,

    person_not_found = 1201,
    person_ambiguous = 1202,
    identities_disagree = 1203,
    person_without_anchor = 1204,
    person_disabled = 1205,
    person_excluded = 1206,
    person_protected = 1207,
    person_not_a_user = 1208,
    directory_unreachable = 1209,
    directory_tls = 1210,
    directory_credentials = 1211,
    directory_refused = 1212,
    person_outside_ous = 1213,
    directory_too_long = 1214,

    template_empty = 1301,
    upn_invalid = 1302,
    mail_nickname_invalid = 1303,
    usage_location_missing = 1304,
    usage_location_invalid = 1305,
    display_name_invalid = 1306,
    domain_not_verified = 1307,
    upn_taken = 1308,
    anchor_taken = 1309,
    address_taken = 1310,
    account_vanished = 1311,
    account_refused = 1312,
    password_refused = 1313,
    create_too_long = 1314,
    account_upn_differs = 1315,
    reply_contradicts = 1316,
    domain_federated = 1317,
    template_syntax = 1318,
    property_invalid = 1319,
    manager_absent = 1320,
    manager_too_long = 1321,
    mailbox_on_premises = 1322,
    account_deleted = 1323,
    account_has_roles = 1324,
    account_not_adoptable = 1325,
    approval_needed = 1326,
    day_limit_reached = 1327,
    failing_alike = 1328,
    account_in_use = 1329,

    sku_unknown = 1401,
    plan_unknown = 1402,
    no_seats = 1403,
    license_dependency = 1404,
    license_exclusive = 1405,
    license_location = 1406,
    license_refused = 1407,
    sku_suspended = 1408,
    sku_not_for_users = 1409,
    license_too_long = 1410,
    license_location_missing = 1411,
    license_duplicate_plan = 1412,
    no_mailbox_licensed = 1413,

    group_not_found = 1501,
    group_ambiguous = 1502,
    group_dynamic = 1503,
    group_synced = 1504,
    group_role_assignable = 1505,
    group_mail_enabled = 1506,
    group_refused = 1507,
    group_too_long = 1508,

    password_rule = 1601,
    password_unsealable = 1602,
    not_a_terminal = 1603,
    nothing_to_reveal = 1604,
    recipient_unusable = 1605,
    passwords_encrypted = 1606,
    alias_domain = 1607,

    not_allowed = 1701,
    bad_request = 1702,
    no_such_job = 1703,
    no_such_person = 1704,
    protocol_version = 1705,
    daemon_unreachable = 1706,
    job_ended = 1707,
    usage = 1708,
    interrupted = 1709,
    job_open = 1710,
    passwords_untaken = 1711,
    job_conflicts = 1712,
    wait_too_long = 1713,

    queue_newer = 1801,
    queue_damaged = 1802,
    queue_io = 1803,
    sealing_key_wrong = 1804,
    already_running = 1805,
    state_dir = 1806,
    disk_full = 1807,

    tenant_unreachable = 1901,
    tenant_tls = 1902,
    tenant_credentials = 1903,
    tenant_permission = 1904,
    tenant_throttled = 1905,
    tenant_reply = 1906,
    tenant_proxy = 1907,

    exchange_role_missing = 2001,
    exchange_cmdlet_missing = 2002,
    exchange_parameter_missing = 2003,
    exchange_write_scope = 2004,
    hold_not_licensed = 2005,
    archive_not_licensed = 2006,
    mailbox_gone = 2007,
    mailbox_timeout = 2008,
    mailbox_absent = 2009,
    exchange_refused = 2010,
    exchange_too_long = 2011,
    hold_differs = 2012,
    task_held = 2013,
    no_such_task = 2014,
};

struct FaultEntry {
    FaultCode code;
    std::string_view word;   // csv_password_column
    std::string_view title;  // short sentence: what it means
    std::string_view cure;   // what to do in general
};

// The entry of one code.
const FaultEntry& entry_of(FaultCode code);

// Nothing when no fault has this number.
std::optional<FaultCode> fault_code_from(unsigned number);

// "UPL-1107"
std::string to_string(FaultCode code);

// All of them, by number.
std::span<const FaultEntry> all_faults();

}  // namespace uplift
