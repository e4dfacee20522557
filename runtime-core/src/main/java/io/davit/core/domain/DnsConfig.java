package io.davit.core.domain;

import java.util.List;

/** Content of resolv.conf. All lists empty is an empty file, which differs from no DnsConfig: the host's file then. */
public record DnsConfig(List<String> servers, List<String> searches, List<String> options) {
    public DnsConfig {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
