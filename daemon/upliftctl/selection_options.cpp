#include "daemon/upliftctl/selection_options.hpp"

namespace uplift::upliftctl {

void add_selection_options(CLI::App* command, Wanted& wanted) {
    // One value each time: a DN or a filter may be followed by a FILE or another word.
    const auto each = [&](const char* name, std::vector<std::string>& values, const char* meaning) {
        command->add_option(name, values, meaning)->type_name("DN")->expected(1)->take_all();
    };
    each("--ou", wanted.ous, "Everybody below this OU; may be given several times");
    each("--exclude-ou", wanted.exclude_ous, "Nobody below this one; may be given several times");
    command->add_option("--filter", wanted.filter, "Only whom this LDAP filter matches")->type_name("FILTER");
}

}  // namespace uplift::upliftctl
