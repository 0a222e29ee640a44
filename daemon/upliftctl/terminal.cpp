#include "daemon/upliftctl/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::size_t longest_password = 256;
constexpr std::size_t narrowest_terminal = 20;

volatile std::sig_atomic_t interrupt_seen = 0;
void note_interrupt(int) { interrupt_seen = 1; }

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR && interrupt_seen == 0) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// The controlling terminal, with its echo switched off while this lives where that is wanted.
class Tty {
 public:
    enum class Echo : std::uint8_t { on, off };
    explicit Tty(Echo echo) : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        // A terminal that controls nobody (a container's, a test's) is one all the same.
        if (fd_ < 0 && ::isatty(STDIN_FILENO) == 1) fd_ = ::dup(STDIN_FILENO);
        if (fd_ < 0 || echo == Echo::on || ::tcgetattr(fd_, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silenced_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
    }
    Tty(const Tty&) = delete;
    Tty& operator=(const Tty&) = delete;
    ~Tty() {
        if (silenced_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] bool is_there() const { return fd_ >= 0; }
    [[nodiscard]] bool is_silent() const { return silenced_; }
    void say(std::string_view text) const { write_all(fd_, text); }

    // A line without its end; nothing at the end of input or an interrupt.
    [[nodiscard]] std::optional<Secret> read_line() const {
        Secret line(longest_password + 1);
        std::size_t length = 0;
        for (;;) {
            char letter = 0;
            const auto got = ::read(fd_, &letter, 1);
            if (got < 0 && errno == EINTR && interrupt_seen == 0) continue;
            if (got <= 0) return std::nullopt;
            if (letter == '\n') break;
            if (length < line.size()) line.writable()[length++] = letter;
        }
        line.truncate(length);
        return line;
    }

 private:
    int fd_;
    termios before_{};
    bool silenced_ = false;
};

enum class Exactness : std::uint8_t { second, minute };
std::string local_words(TimePoint time, Exactness exactness) {
    const auto seconds =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const auto length = exactness == Exactness::second
                            ? std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &parts)
                            : std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M %Z", &parts);
    return {text.data(), length};
}

std::string prose(std::string_view text, std::size_t indent) {
    const std::string start(indent, ' ');
    const auto width = terminal_width();
    constexpr std::size_t endless = 1'000'000;
    return start + text::wrapped(text, width.value_or(endless), indent, indent) + "\n";
}

}  // namespace

std::optional<std::size_t> terminal_width() {
    winsize size{};
    if (const char* given = std::getenv("COLUMNS"); given != nullptr) {
        std::size_t columns = 0;
        const auto* end = given + std::strlen(given);
        const auto [stop, error] = std::from_chars(given, end, columns);
        if (error == std::errc{} && stop == end && columns >= narrowest_terminal) return columns;
    }
    if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return std::nullopt;
    return size.ws_col == 0 ? 80 : std::max<std::size_t>(size.ws_col, narrowest_terminal);
}

std::size_t terminal_height() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
    return size.ws_row;
}

bool on_terminal() { return ::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

bool can_redraw() {
    const char* term = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

Colours colours_for(ColourWish wish) {
    const char* no_color = std::getenv("NO_COLOR");
    if (wish == ColourWish::never || (no_color != nullptr && *no_color != '\0')) return Colours::off;
    return can_redraw() ? Colours::on : Colours::off;
}

bool print(std::string_view text) { return write_all(STDOUT_FILENO, text); }
void complain(std::string_view text) { write_all(STDERR_FILENO, text); }

void print_prose(std::string_view text, std::size_t indent) { print(prose(text, indent)); }
void complain_prose(std::string_view text, std::size_t indent) { complain(prose(text, indent)); }

std::string local_time(TimePoint time) { return local_words(time, Exactness::second); }
std::string local_minute(TimePoint time) { return local_words(time, Exactness::minute); }

Result<Secret> ask_password_twice() {
    const Tty tty(Tty::Echo::off);
    if (!tty.is_there() || !tty.is_silent())
        return Fault{.code = FaultCode::not_a_terminal,
                     .where = "--ask-password",
                     .what = "there is no terminal to type a password at",
                     .cure = "Run the command in a terminal."};
    tty.say("Initial password of the job: ");
    auto first = tty.read_line();
    tty.say("\nOnce more: ");
    auto second = first ? tty.read_line() : std::nullopt;
    tty.say("\n");
    if (!first || !second)
        return Fault{.code = FaultCode::interrupted,
                     .where = "--ask-password",
                     .what = "no password was typed",
                     .cure = "Nothing was submitted; run the command again."};
    if (!equal(*first, *second))
        return Fault{.code = FaultCode::password_rule,
                     .where = "--ask-password",
                     .what = "the two passwords differ",
                     .cure = "Run the command again and type the same password twice."};
    return std::move(*first);
}

bool ask_to_go_on(std::string_view question) {
    const Tty tty(Tty::Echo::on);
    if (!tty.is_there()) return false;
    tty.say(question);
    const auto line = tty.read_line();
    return line && (line->empty() || line->view().front() != 'q');
}

bool confirmed(std::string_view question) {
    const Tty tty(Tty::Echo::on);
    if (!tty.is_there()) return false;
    tty.say(question);
    const auto line = tty.read_line();
    if (!line) return false;
    const auto answer = text::lower(std::string_view(line->view()));
    return answer == "y" || answer == "yes";
}

bool pause_for(Duration duration) {
    if (interrupt_seen != 0) return false;
    ::usleep(static_cast<useconds_t>(duration.count()) * 1'000);
    return interrupt_seen == 0;
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = note_interrupt;  // without SA_RESTART: a wait ends
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_seen != 0; }

}  // namespace uplift::upliftctl
