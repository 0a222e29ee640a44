// requests.jsonl: a line for everything asked, buffered; who owns it flushes it on a timer and at the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace uplift::sandbox {

class RequestLog {
 public:
    explicit RequestLog(const std::filesystem::path& path) : file_(path, std::ios::app | std::ios::binary) {}
    ~RequestLog() { flush(); }
    RequestLog(const RequestLog&) = delete;
    RequestLog& operator=(const RequestLog&) = delete;

    void add(std::string&& line) {
        buffer_ += line;
        if (buffer_.size() > (1u << 20)) flush();
    }
    void flush() {
        if (buffer_.empty()) return;
        file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        file_.flush();
        buffer_.clear();
    }

 private:
    std::ofstream file_;
    std::string buffer_;
};

}  // namespace uplift::sandbox
