# Writes schema/NNNN_name.sql, in order, into a C++ table (schema.hpp). Called with OUT and FILES.
list(SORT FILES)
set(rows "")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_")
        message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} text)
    string(APPEND rows "    {${number}, \"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"storage/schema.hpp\"

namespace uplift::storage {
namespace {

constexpr Migration all[] = {
${rows}};

}  // namespace

std::span<const Migration> migrations() { return all; }

}  // namespace uplift::storage
")
