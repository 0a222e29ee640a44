// uplift-sandbox: a Microsoft 365 tenant on loopback.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

#include "tests/sandbox/certificates.hpp"
#include "tests/sandbox/request_log.hpp"
#include "tests/sandbox/sandbox.hpp"
#include "tests/sandbox/server.hpp"
#include "tests/sandbox/state_dump.hpp"

namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using namespace uplift::sandbox;

struct Arguments {
    std::string tenant;
    std::string listen = "127.0.0.1:0";
    std::string directory = ".";
    std::string faults;
    std::string certificate;
    std::string key;
    std::optional<double> throttle_scale;
    std::optional<std::uint64_t> seed;
    bool no_log = false;
};

json read_json(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    try {
        return json::parse(file, nullptr, true, true);
    } catch (const json::exception& fault) {
        throw std::runtime_error(path + ": " + fault.what());
    }
}

void write_atomically(const fs::path& path, const std::function<void(std::ostream&)>& write) {
    const std::string beside = path.string() + ".tmp";
    {
        std::ofstream file(beside, std::ios::binary | std::ios::trunc);
        write(file);
        if (!file.flush()) throw std::runtime_error("cannot write " + beside);
    }
    fs::rename(beside, path);
}

void write_state(const Sandbox& sandbox, const fs::path& path) {
    const Reply reply = state_reply(sandbox);
    write_atomically(path, [&](std::ostream& file) {
        for (std::string piece; reply.next_piece(piece);) file << piece;
    });
}

int run(const Arguments& arguments) {
    const fs::path directory = arguments.directory;
    fs::create_directories(directory);
    SandboxOptions options;
    options.directory = fs::absolute(arguments.tenant).parent_path().string();
    options.throttle_scale = arguments.throttle_scale;
    if (!arguments.faults.empty()) options.faults = read_json(arguments.faults);
    options.seed = arguments.seed ? *arguments.seed : std::random_device{}();
    const Listen listen = parse_listen(arguments.listen);

    std::optional<RequestLog> log;
    if (!arguments.no_log) log.emplace(directory / "requests.jsonl");
    LogLine add_line;
    if (log) add_line = [&](std::string&& line) { log->add(std::move(line)); };
    Sandbox sandbox(read_json(arguments.tenant), options, Clock::now(), add_line);
    const TlsFiles files = arguments.certificate.empty() ? certificates_in(directory)
                                                         : TlsFiles{arguments.certificate, arguments.key};
    Server server(sandbox, files, listen);

    const std::string port = std::to_string(server.port());
    const std::string host =
        listen.address.find(':') == std::string::npos ? listen.address : "[" + listen.address + "]";
    const std::string base = "https://" + host + ":" + port;
    sandbox.set_bases({base, "https://localhost:" + port});
    const json ready = {{"port", server.port()}, {"base", base}, {"pid", ::getpid()}, {"seed", options.seed}};
    write_atomically(directory / "ready.json", [&](std::ostream& file) { file << ready.dump() << "\n"; });
    std::cout << "ready " << base << std::endl;

    server.run([&] {
        if (log) log->flush();
    });
    if (log) log->flush();
    sandbox.catch_up(Clock::now());
    write_state(sandbox, directory / "state.json");
    fs::remove(directory / "ready.json");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app(
        "A Microsoft 365 tenant on loopback: sign-in and Graph over HTTPS, to rehearse and to test with.");
    app.add_option("--tenant", arguments.tenant, "tenant definition (JSON)")->required();
    app.add_option("--listen", arguments.listen, "loopback address and port; port 0 takes a free one")
        ->capture_default_str();
    app.add_option("--dir", arguments.directory, "where ca.pem, ready.json, requests.jsonl and state.json go")
        ->capture_default_str();
    app.add_option(
        "--throttle-scale", arguments.throttle_scale, "multiplies Microsoft's limits; 0 lifts them");
    app.add_option("--faults", arguments.faults, "fault script (JSON), instead of the definition's");
    app.add_option("--seed", arguments.seed, "makes ids, lags and faults repeatable");
    auto* certificate = app.add_option("--cert", arguments.certificate, "server certificate (PEM)");
    auto* key = app.add_option("--key", arguments.key, "its key (PEM)");
    certificate->needs(key);
    key->needs(certificate);
    app.add_flag("--no-log", arguments.no_log, "write no requests.jsonl");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(arguments);
    } catch (const std::exception& fault) {
        std::cerr << "uplift-sandbox: " << fault.what() << "\n";
        return 1;
    }
}
