#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/upliftctl/exit_code.hpp"
#include "daemon/upliftctl/sealed_file.hpp"

namespace uplift::upliftctl {
namespace {

TEST(ExitCodes, FollowTheFault) {
    EXPECT_EQ(exit_code_of(FaultCode::usage), ExitCode::usage);
    EXPECT_EQ(exit_code_of(FaultCode::daemon_unreachable), ExitCode::unreachable);
    EXPECT_EQ(exit_code_of(FaultCode::not_allowed), ExitCode::not_allowed);
    EXPECT_EQ(exit_code_of(FaultCode::config_syntax), ExitCode::configuration);
    EXPECT_EQ(exit_code_of(FaultCode::interrupted), ExitCode::interrupted);
    EXPECT_EQ(exit_code_of(FaultCode::wait_too_long), ExitCode::timed_out);
    EXPECT_EQ(exit_code_of(FaultCode::csv_quote), ExitCode::failed);
    EXPECT_EQ(exit_code_of(FaultCode::no_such_job), ExitCode::failed);
}

TEST(ExitCodes, ACodeOfANewerDaemonKeepsItsWords) {
    const auto fault = fault_of({.code = "UPL-9999", .place = "p", .message = "m", .cure = "c"});

    EXPECT_EQ(fault.code, FaultCode::bad_request);
    EXPECT_EQ(fault.what, "m");
    EXPECT_EQ(fault_of({.code = "UPL-1703"}).code, FaultCode::no_such_job);
}

TEST(SealedFile, NobodyCanChangeItAnyMore) {
    const auto sealed = sealed_copy_of("people", "here");

    ASSERT_TRUE(sealed);
    EXPECT_LT(::pwrite(sealed->get(), "x", 1, 0), 0);
    EXPECT_NE(::ftruncate(sealed->get(), 0), 0);
}

}  // namespace
}  // namespace uplift::upliftctl
