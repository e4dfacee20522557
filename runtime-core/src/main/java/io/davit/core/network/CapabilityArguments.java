package io.davit.core.network;

import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.Fault;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.SandboxSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a pod says to plugins that ask for it by a capability (CNI CONVENTIONS; containerd's for the last two). */
final class CapabilityArguments {
    private static final String PORT_MAPPINGS = "portMappings";
    private static final String BANDWIDTH = "bandwidth";

    /** What a pod asks for, while the others tell of it and of its node. */
    static final List<String> WISHES = List.of(PORT_MAPPINGS, BANDWIDTH);

    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";

    /** In bits; the bandwidth plugin takes no more than 2^32 - 1 bytes, and Kubernetes knows no burst of its own. */
    private static final long BURST_BITS = 0xffff_ffffL;

    private CapabilityArguments() {}

    /**
     * @param podCidrs ranges for the pods of this node, if the kubelet told them
     * @throws Fault InvalidRequest for a bandwidth that cannot be read
     */
    static Map<String, JsonNode> of(SandboxSpec sandbox, List<String> podCidrs) {
        Map<String, JsonNode> arguments = new TreeMap<>();
        ArrayNode ports = portMappings(sandbox.portMappings());
        if (!ports.isEmpty()) arguments.put(PORT_MAPPINGS, ports);
        ObjectNode bandwidth = bandwidth(sandbox.annotations());
        if (!bandwidth.isEmpty()) arguments.put(BANDWIDTH, bandwidth);
        sandbox.dns().ifPresent(dns -> arguments.put("dns", dns(dns)));
        if (!podCidrs.isEmpty()) arguments.put("ipRanges", ipRanges(podCidrs));
        if (!sandbox.cgroupParent().isEmpty()) {
            arguments.put("cgroupPath", JsonMapper.shared().valueToTree(sandbox.cgroupParent()));
        }
        if (!sandbox.annotations().isEmpty()) {
            arguments.put(
                    "io.kubernetes.cri.pod-annotations", JsonMapper.shared().valueToTree(sandbox.annotations()));
        }
        return arguments;
    }

    /** Host port 0 publishes nothing (cri-api PortMapping); portmap would take it for any port. */
    private static ArrayNode portMappings(List<PortMapping> mappings) {
        ArrayNode array = JsonMapper.shared().createArrayNode();
        for (PortMapping mapping : mappings) {
            if (mapping.hostPort() == 0) continue;
            ObjectNode port = array.addObject();
            port.put("hostPort", mapping.hostPort());
            port.put("containerPort", mapping.containerPort());
            port.put("protocol", mapping.protocol().name().toLowerCase(Locale.ROOT));
            if (!mapping.hostIp().isEmpty()) port.put("hostIP", mapping.hostIp());
        }
        return array;
    }

    private static ObjectNode bandwidth(Map<String, String> annotations) {
        ObjectNode bandwidth = JsonMapper.shared().createObjectNode();
        rate(annotations, INGRESS)
                .ifPresent(rate -> bandwidth.put("ingressRate", rate).put("ingressBurst", BURST_BITS));
        rate(annotations, EGRESS)
                .ifPresent(rate -> bandwidth.put("egressRate", rate).put("egressBurst", BURST_BITS));
        return bandwidth;
    }

    private static Optional<Long> rate(Map<String, String> annotations, String key) {
        try {
            return Optional.ofNullable(annotations.get(key)).map(BitRate::parse);
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("annotations[" + key + "]", String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode dns(DnsConfig config) {
        ObjectNode dns = JsonMapper.shared().createObjectNode();
        config.servers().forEach(dns.putArray("servers")::add);
        config.searches().forEach(dns.putArray("searches")::add);
        config.options().forEach(dns.putArray("options")::add);
        return dns;
    }

    /** One set of ranges per CIDR, so that a pod gets an address of each: dual stack. */
    private static ArrayNode ipRanges(List<String> podCidrs) {
        ArrayNode sets = JsonMapper.shared().createArrayNode();
        podCidrs.forEach(cidr -> sets.addArray().addObject().put("subnet", cidr));
        return sets;
    }
}
