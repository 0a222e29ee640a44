#include <gtest/gtest.h>

#include "daemon/control_desk.hpp"
#include "daemon/protocol/frame.hpp"

namespace uplift::protocol {
namespace {

constexpr TimePoint some_time{std::chrono::milliseconds{1'796'000'000'123}};

FaultCode code_of(const Result<Request>& read) { return read ? FaultCode{} : read.error().code; }

template <class T>
T through_the_wire(const T& request) {
    const auto read = read_request(request_frame(request));
    return read ? std::get<T>(*read) : T{};
}

TEST(Requests, ComeBackAsTheyWereSent) {
    const auto submit = through_the_wire(
        SubmitRequest{.source = "d\xc3\xbc\"\n.csv", .profile = "staff", .label = "x", .password = true});
    EXPECT_EQ(submit.source, "d\xc3\xbc\"\n.csv");
    EXPECT_EQ(submit.profile, "staff");
    EXPECT_TRUE(submit.password);
    EXPECT_EQ(through_the_wire(JobShowRequest{.job = "J17", .people = 3}).people, 3);
    EXPECT_EQ(through_the_wire(JobExportRequest{.job = "J1", .format = ExportFormat::json}).format,
              ExportFormat::json);
    EXPECT_EQ(through_the_wire(PasswordsTakenRequest{.job = "J1", .page = 9}).page, 9);
}

TEST(Requests, EveryVerbHasItsRequest) {
    const Request all[] = {VersionRequest{},      StatusRequest{},         SubmitRequest{},
                           JobsRequest{},         JobShowRequest{},        JobExportRequest{},
                           WhyRequest{},          JobCancelRequest{},      JobRetryRequest{},
                           JobPasswordsRequest{}, PasswordsTakenRequest{}, ReloadRequest{},
                           JobPauseRequest{},     JobResumeRequest{},      JobPurgeRequest{},
                           DrainRequest{},        UndrainRequest{},        UsersRequest{},
                           ConfigShowRequest{},   DoctorRequest{},         TasksRequest{},
                           TaskOrderRequest{},    SeatsRequest{},          PlanRequest{}};
    ASSERT_EQ(std::size(all), std::variant_size_v<Request>);
    for (const auto& request : all) {
        const auto read = read_request(request_frame(request));
        ASSERT_TRUE(read) << word(verb_of(request));
        EXPECT_EQ(verb_of(*read), verb_of(request));
        EXPECT_EQ(parse_verb(word(verb_of(request))), verb_of(request));
    }
}

struct BadFrame {
    const char* name;
    const char* text;
};
class BadRequests : public testing::TestWithParam<BadFrame> {};
TEST_P(BadRequests, AreRefused) {
    const auto read = read_request(GetParam().text);

    EXPECT_EQ(code_of(read), FaultCode::bad_request);
}
const BadFrame bad_frames[] = {
    {"Empty", ""},
    {"NoJson", "status"},
    {"AList", "[]"},
    {"NoVerb", "{}"},
    {"VerbIsNoText", R"({"verb":1})"},
    {"UnknownVerb", R"({"verb":"purge"})"},
    {"UnknownKey", R"({"verb":"status","force":true})"},
    {"WrongType", R"({"verb":"jobs","limit":"50"})"},
    {"FractionForANumber", R"({"verb":"jobs","limit":50.0})"},
    {"TruthForANumber", R"({"verb":"jobs","limit":true})"},
    {"NullForAText", R"({"verb":"why","person":null})"},
    {"DuplicateKey", R"({"verb":"why","person":"a","person":"b"})"},
    {"UnknownFormat", R"({"verb":"job_export","job":"J1","format":"html"})"},
    {"SomethingBehind", R"({"verb":"status"}{"verb":"status"})"},
    {"InvalidUtf8", "{\"verb\":\"why\",\"person\":\"\xff\"}"},
};
INSTANTIATE_TEST_SUITE_P(Corpus, BadRequests, testing::ValuesIn(bad_frames), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Requests, AFrameThatIsTooLongIsRefused_AC27) {
    const auto frame = R"({"verb":"why","person":")" + std::string(max_frame, 'x') + "\"}";

    EXPECT_EQ(code_of(read_request(frame)), FaultCode::bad_request);
}

TEST(Hellos, AnotherVersionIsNamedAsSuchWhateverElseItSays) {
    const auto read = read_hello(R"({"uplift":2,"program":"upliftctl","version":"9","compression":"zstd"})");

    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, FaultCode::protocol_version);
    EXPECT_TRUE(read_hello(hello_frame({.program = "upliftctl", .version = "0.1.0"})));
}

WhyView a_why_view() {
    WhyView why;
    why.job = "J17";
    why.job_state = JobState::partial;
    why.row = 42;
    why.state = StepState::waiting;
    why.given = {{.kind = "sAMAccountName", .value = "CORP\\jdoe"}};
    why.accepted_at = some_time;
    why.found = FoundView{.object_guid = "g",
                          .distinguished_name = "CN=Doe\\, Jane",
                          .user_principal_name = "u",
                          .read_from = "dc1"};
    why.steps = {{.kind = "license",
                  .state = StepState::waiting,
                  .waits_for = "retry",
                  .next_try = some_time,
                  .tries = 2,
                  .fault = FaultView{.code = "UPL-1905", .message = "m", .cure = "c"}}};
    why.attempts = {{.id = "a",
                     .step = "account",
                     .number = 1,
                     .call = "create_user",
                     .sent_at = some_time,
                     .result = "unknown"}};
    return why;
}

TEST(Views, ComeBackAsTheyWereSent) {
    const auto sent = a_why_view();

    const auto frame = read_server_frame(reply_frame(sent));
    ASSERT_TRUE(frame);
    const auto read = view_from<WhyView>(std::get<json::Value>(*frame));

    ASSERT_TRUE(read);
    EXPECT_EQ(value_of(*read), value_of(sent));
    EXPECT_EQ(read->accepted_at, some_time);
    EXPECT_EQ(read->steps.at(0).fault->code, "UPL-1905");
    EXPECT_FALSE(read->made);
    EXPECT_EQ(std::get<json::Value>(*frame).get_string("schema"), "uplift.why/1");
}

TEST(Views, OfANewerDaemonAreReadWithTheKeysThatAreKnown) {
    const auto frame =
        read_server_frame(R"({"schema":"uplift.job/1","id":"J1","state":"done","colour":"red"})");

    const auto job = view_from<JobView>(std::get<json::Value>(*frame));

    ASSERT_TRUE(job);
    EXPECT_EQ(job->state, JobState::done);
}

TEST(Replies, EndAndErrorAreTold) {
    const auto end = read_server_frame(end_frame());
    const FaultView fault{.code = "UPL-1701", .place = "p", .message = "m", .cure = "c"};
    const auto error = read_server_frame(error_frame(fault));

    ASSERT_TRUE(end && error);
    EXPECT_TRUE(std::holds_alternative<End>(*end));
    EXPECT_EQ(std::get<Failure>(*error).error.code, "UPL-1701");
    const auto one = read_server_frame(fault_frame(fault));
    ASSERT_TRUE(is_fault(std::get<json::Value>(*one)));
    EXPECT_EQ(fault_from(std::get<json::Value>(*one))->message, "m");
}

TEST(Pieces, OfAnyTextFitAFrameAndAreCutBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 40'000; ++i) text += i % 3 == 0 ? "\xe2\x82\xac" : i % 3 == 1 ? "\x01" : "\"";

    std::string joined;
    for (const auto piece : daemon::frame_pieces(text)) {
        const TextView view{.text = std::string(piece)};
        const auto frame = reply_frame(view);
        ASSERT_LE(frame.size(), max_frame);
        const auto read = read_server_frame(frame);
        ASSERT_TRUE(read);
        joined += view_from<TextView>(std::get<json::Value>(*read))->text;
    }

    EXPECT_EQ(joined, text);
}

}  // namespace
}  // namespace uplift::protocol
