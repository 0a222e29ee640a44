#include "config/clouds.hpp"

namespace uplift::config {

const Endpoints& endpoints_of(Cloud cloud) {
    static const Endpoints global;
    static const Endpoints gcc_high{.login = "https://login.microsoftonline.us",
                                    .graph = "https://graph.microsoft.us",
                                    .exchange = "https://outlook.office365.us"};
    static const Endpoints dod{.login = "https://login.microsoftonline.us",
                               .graph = "https://dod-graph.microsoft.us",
                               .exchange = "https://outlook-dod.office365.us"};
    static const Endpoints china{.login = "https://login.chinacloudapi.cn",
                                 .graph = "https://microsoftgraph.chinacloudapi.cn",
                                 .exchange = "https://outlook.office365.cn"};
    switch (cloud) {
        case Cloud::global:
            return global;
        case Cloud::gcc_high:
            return gcc_high;
        case Cloud::dod:
            return dod;
        case Cloud::china:
            return china;
    }
    return global;
}

std::string graph_scope_of(Cloud cloud) { return endpoints_of(cloud).graph + "/.default"; }
std::string exchange_scope_of(Cloud cloud) { return endpoints_of(cloud).exchange + "/.default"; }

}  // namespace uplift::config
