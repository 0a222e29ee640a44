// A fault to report, and Result<T>: a value or the fault that stands in its place.
//
// Pure. The table of fault codes is fault_table.cpp.
#pragma once

#include <boost/system/result.hpp>
#include <exception>
#include <string>
#include <utility>

#include "core/model/fault_code.hpp"

namespace uplift {

struct Fault {
    FaultCode code;     // UPL-1107
    std::string where;  // december.csv:14:3
    std::string what;   // one sentence, foreign values quoted
    std::string cure;   // what to do now; never empty
    bool operator==(const Fault&) const = default;
};

// "december.csv:14:3: UPL-1107 column "password": … . Remove the column."
std::string to_line(const Fault& fault);

// value() of a Result that holds a fault: a broken assumption of the caller, not a way to report.
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& location);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Fault> {
 public:
    using boost::system::result<T, Fault>::result;
};

template <>
class [[nodiscard]] Result<void> : public boost::system::result<void, Fault> {
 public:
    using boost::system::result<void, Fault>::result;
};

}  // namespace uplift
