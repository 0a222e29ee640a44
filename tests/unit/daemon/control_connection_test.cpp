#include "daemon/control_connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/system/system_error.hpp>
#include <cstring>

#include "daemon/protocol/request.hpp"
#include "tests/unit/daemon/small_world.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

class ControlConnectionTest : public testing::Test {
 protected:
    ControlConnectionTest() {
        int pair[2] = {-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) std::abort();
        peer_ = protocol::UniqueFd(pair[0]);
        connection_ = std::make_shared<ControlConnection>(
            ControlConnection::Socket(world_.io, asio::local::stream_protocol(), pair[1]));
    }
    void say(std::string_view text) const {
        ASSERT_EQ(::send(peer_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }
    void say_with_descriptors(std::string_view text, std::vector<int> descriptors) const {
        iovec bytes{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
        alignas(cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))] = {};
        const auto size = descriptors.size() * sizeof(int);
        msghdr message{};
        message.msg_iov = &bytes;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(size);
        auto* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(size);
        std::memcpy(CMSG_DATA(header), descriptors.data(), size);
        ASSERT_EQ(::sendmsg(peer_.get(), &message, 0), static_cast<ssize_t>(text.size()));
    }
    void hang_up() { peer_.reset(); }

    enum class Read { frame, nothing, broken };
    Read read(std::chrono::seconds patience = std::chrono::seconds{60}) {
        auto reading = [](std::shared_ptr<ControlConnection> connection,
                          std::chrono::seconds patient,
                          ReceivedFrame& into) -> asio::awaitable<Read> {
            try {
                auto frame = co_await connection->read_frame(patient);
                if (!frame) co_return Read::nothing;
                into = std::move(*frame);
                co_return Read::frame;
            } catch (const boost::system::system_error&) {
                co_return Read::broken;
            }
        };
        return world_.run(reading(connection_, patience, frame_));
    }

    SmallWorld world_;
    protocol::UniqueFd peer_;
    std::shared_ptr<ControlConnection> connection_;
    ReceivedFrame frame_;
};

TEST_F(ControlConnectionTest, FramesAreTakenApartHoweverTheyArrive) {
    say("one\ntw");
    EXPECT_EQ(read(), Read::frame);
    EXPECT_EQ(frame_.text, "one");

    say("o\n");
    EXPECT_EQ(read(), Read::frame);
    EXPECT_EQ(frame_.text, "two");
}

TEST_F(ControlConnectionTest, APeerThatHangsUpIsNothing) {
    say("half");
    hang_up();

    EXPECT_EQ(read(), Read::nothing);
}

TEST_F(ControlConnectionTest, APeerThatSaysNothingInTimeIsNothing_AC27) {
    say("half");

    EXPECT_EQ(read(std::chrono::seconds{0}), Read::nothing);
}

TEST_F(ControlConnectionTest, AFrameThatIsTooLongEndsTheConnection_AC27) {
    say(std::string(protocol::max_frame, 'x'));

    EXPECT_EQ(read(), Read::broken);
}

TEST_F(ControlConnectionTest, TheLongestFrameIsTaken) {
    std::string frame(protocol::max_frame, 'x');
    frame.back() = '\n';

    say(frame);

    EXPECT_EQ(read(), Read::frame);
    EXPECT_EQ(frame_.text.size(), protocol::max_frame - 1);
}

TEST_F(ControlConnectionTest, DescriptorsComeWithTheirFrame) {
    say_with_descriptors("submit\n", {0, 1});

    EXPECT_EQ(read(), Read::frame);

    EXPECT_EQ(frame_.descriptors.size(), 2u);
}

TEST_F(ControlConnectionTest, MoreDescriptorsThanARequestHasEndTheConnection_AC27) {
    say_with_descriptors("submit\n", {0, 1, 2, 0, 1, 2, 0, 1});

    EXPECT_EQ(read(), Read::broken);
}

TEST_F(ControlConnectionTest, APeerThatDoesNotReadEndsTheWriteNotTheDaemon) {
    hang_up();
    auto writing = [](std::shared_ptr<ControlConnection> connection) -> asio::awaitable<bool> {
        const std::string much(1'000'000, 'x');
        try {
            co_await connection->write(much);
            co_return true;
        } catch (const boost::system::system_error&) {
            co_return false;
        }
    };

    EXPECT_FALSE(world_.run(writing(connection_)));
}

}  // namespace
}  // namespace uplift::daemon
