// The bytes of a file made into UTF-8: UTF-8 with or without byte order mark, UTF-16 with one.
//
// Pure. Fed in pieces of any size. What is no text at all (a workbook, an archive, a picture of the old
// Excel) is told by its first bytes. That UTF-8 is valid is checked later, where line and column are known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/text/utf8.hpp"

namespace uplift::intake {

// Why the bytes are no text that we read.
struct NoText {
    std::string what;
    std::string cure;
};

class Decoder {
 public:
    // Appends text to `out`. After a fault no more is taken.
    std::optional<NoText> feed(std::string_view bytes, std::string& out);
    std::optional<NoText> finish(std::string& out);

 private:
    std::optional<NoText> begin(std::string& out);

    std::string first_;  // held back until the encoding is known
    bool begun_ = false;
    std::optional<text::Utf16Decoder> utf16_;
};

}  // namespace uplift::intake
