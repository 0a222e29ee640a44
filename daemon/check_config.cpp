#include "daemon/check_config.hpp"

#include <cstdio>

#include "config/secrets_file.hpp"
#include "core/http/assertion.hpp"
#include "core/secrets/sealing_key.hpp"
#include "core/text/show.hpp"
#include "daemon/handover_recipients.hpp"
#include "daemon/journal_entry.hpp"
#include "daemon/spdlog_journal.hpp"

namespace uplift::daemon {
namespace {

class SecretCheck {
 public:
    explicit SecretCheck(std::vector<Fault>& faults)
        : faults_(faults), source_(config::SecretSource::from_environment()) {}

    void text(const std::optional<config::SecretRef>& ref) { (void)read(ref, config::SecretForm::text); }

    void sealing_key(const config::SecretRef& ref) {
        auto key = read(ref, config::SecretForm::octets);
        if (!key) return;
        if (auto good = secrets::SealingKey::from(std::move(*key), config::to_string(ref)); !good)
            faults_.push_back(good.error());
    }

    void certificate(const std::optional<config::SecretRef>& ref) {
        if (!ref || is_out_of_reach(*ref)) return;
        const auto pem = config::read_public(*ref, source_);
        if (!pem) {
            faults_.push_back(pem.error());
        } else if (auto end = http::certificate_end(*pem); !end) {
            auto fault = end.error();
            if (fault.where.empty()) fault.where = config::to_string(*ref);
            faults_.push_back(std::move(fault));
        }
    }

 private:
    // Somebody checks by hand: systemd has loaded no credentials for them.
    [[nodiscard]] bool is_out_of_reach(const config::SecretRef& ref) const {
        return ref.kind == config::SecretRef::Kind::credential && source_.credentials_directory.empty();
    }

    std::optional<Secret> read(const std::optional<config::SecretRef>& ref, config::SecretForm form) {
        if (!ref || is_out_of_reach(*ref)) return std::nullopt;
        auto secret = config::read_secret(*ref, form, source_);
        if (secret) return std::move(*secret);
        faults_.push_back(secret.error());
        return std::nullopt;
    }

    std::vector<Fault>& faults_;
    config::SecretSource source_;
};

}  // namespace

config::LoadOutcome load_checked(const std::string& main_file) {
    auto loaded = config::load(main_file);
    if (!loaded.config) return loaded;
    SecretCheck check(loaded.faults);
    for (const auto& [_, directory] : loaded.config->directories) check.text(directory.password);
    for (const auto& [_, tenant] : loaded.config->tenants) {
        check.text(tenant.client_secret);
        check.text(tenant.private_key);
        check.certificate(tenant.certificate);
    }
    for (const auto& [_, password] : loaded.config->typed_passwords) check.text(password);
    check.sealing_key(loaded.config->service.sealing_key);
    if (!loaded.faults.empty()) loaded.config.reset();
    return loaded;
}

void print_faults(const std::vector<Fault>& faults, const char* kind) {
    const auto stream = stream_of_stderr();
    const auto level = std::string_view(kind).empty() ? engine::Level::error : engine::Level::warn;
    for (const auto& fault : faults) {
        const auto line = kind + text::shown(to_line(fault));
        if (stream == Stream::systemd && send_to_journal(journal_fields(level, line, fault.code))) continue;
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

// A fault for whoever checks; at a start it must not keep the other tenants from their work.
std::vector<Fault> ended_certificates(const config::Config& config, TimePoint now) {
    std::vector<Fault> faults;
    const auto source = config::SecretSource::from_environment();
    for (const auto& [_, tenant] : config.tenants) {
        if (!tenant.certificate) continue;
        const auto pem = config::read_public(*tenant.certificate, source);
        const Result<TimePoint> end = pem ? http::certificate_end(*pem) : Result<TimePoint>(pem.error());
        if (!end || *end > now) continue;
        auto fault = http::certificate_has_ended(*end);
        fault.where = config::to_string(*tenant.certificate);
        faults.push_back(std::move(fault));
    }
    return faults;
}

int check_config(const std::string& main_file, CheckFor reason) {
    auto loaded = load_checked(main_file);
    auto& found = reason == CheckFor::start ? loaded.warnings : loaded.faults;
    if (loaded.config)
        for (auto& fault : ended_certificates(
                 *loaded.config, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())))
            found.push_back(std::move(fault));
    if (loaded.config) {
        const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
        for (auto& fault : read_recipients(loaded.config->handover, now).faults)
            found.push_back(std::move(fault));
    }
    print_faults(loaded.warnings, "warning: ");
    print_faults(loaded.faults, "");
    if (!loaded.faults.empty()) return exit_configuration;
    std::fprintf(stderr, "%s: good\n", text::shown(main_file).c_str());
    return exit_ok;
}

}  // namespace uplift::daemon
