package io.davit.core.grpc;

import io.davit.core.domain.DnsConfig;
import io.davit.core.domain.PortMapping;
import io.davit.core.domain.Problems;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import io.davit.cri.v1.DNSConfig;
import io.davit.cri.v1.LinuxPodSandboxConfig;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxMetadata;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** PodSandboxConfig to SandboxSpec; names every bad field at once. */
final class SandboxParser {
    private static final int PORT_MAX = 65_535;
    /** sethostname(2): HOST_NAME_MAX. */
    private static final int HOSTNAME_CHARS_MAX = 64;

    private final Problems problems = new Problems();
    private final Fields fields = new Fields(problems);

    private SandboxParser() {}

    static SandboxSpec parse(SandboxId id, PodSandboxConfig config, String handler) {
        return new SandboxParser().spec(id, config, handler);
    }

    private SandboxSpec spec(SandboxId id, PodSandboxConfig config, String handler) {
        LinuxPodSandboxConfig linux = config.getLinux();
        SandboxSpec spec = new SandboxSpec(
                id,
                name(config.getMetadata()),
                new RuntimeHandler(handler),
                hostname(config.getHostname()),
                fields.absolutePath("config.log_directory", config.getLogDirectory()),
                config.hasDnsConfig() ? Optional.of(dns(config.getDnsConfig())) : Optional.empty(),
                portMappings(config),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                cgroupParent(linux.getCgroupParent()),
                linux.getSysctlsMap(),
                new SecurityParser(fields).sandbox(linux.getSecurityContext()),
                resources("config.linux.overhead", linux.hasOverhead(), linux),
                resources("config.linux.resources", linux.hasResources(), linux));
        linux.getSysctlsMap().keySet().forEach(this::checkSysctl);
        problems.throwIfAny();
        return spec;
    }

    private SandboxName name(PodSandboxMetadata metadata) {
        return new SandboxName(
                fields.line("config.metadata.name", metadata.getName()),
                fields.line("config.metadata.namespace", metadata.getNamespace()),
                fields.line("config.metadata.uid", metadata.getUid()),
                Fields.unsigned(metadata.getAttempt()));
    }

    private String hostname(String hostname) {
        if (hostname.isEmpty()) return hostname;
        if (hostname.length() > HOSTNAME_CHARS_MAX) {
            problems.add("config.hostname", "longer than " + HOSTNAME_CHARS_MAX + ": '" + hostname + "'");
        }
        if (hostname.contains("/")) problems.add("config.hostname", "has a slash: '" + hostname + "'");
        return fields.line("config.hostname", hostname);
    }

    private DnsConfig dns(DNSConfig dns) {
        dns.getServersList().forEach(server -> fields.line("config.dns_config.servers", server));
        dns.getSearchesList().forEach(search -> fields.line("config.dns_config.searches", search));
        dns.getOptionsList().forEach(option -> fields.line("config.dns_config.options", option));
        return new DnsConfig(dns.getServersList(), dns.getSearchesList(), dns.getOptionsList());
    }

    private List<PortMapping> portMappings(PodSandboxConfig config) {
        List<PortMapping> mappings = new ArrayList<>();
        Set<List<Object>> published = new HashSet<>();
        for (io.davit.cri.v1.PortMapping wanted : config.getPortMappingsList()) {
            PortMapping mapping = new PortMapping(
                    protocol(wanted.getProtocol()),
                    fields.within("config.port_mappings.container_port", wanted.getContainerPort(), 1, PORT_MAX),
                    fields.within("config.port_mappings.host_port", wanted.getHostPort(), 0, PORT_MAX),
                    hostIp(wanted.getHostIp()));
            mappings.add(mapping);
            boolean fresh = mapping.hostPort() == 0
                    || published.add(List.of(mapping.protocol(), mapping.hostPort(), mapping.hostIp()));
            if (!fresh) problems.add("config.port_mappings", "host port " + mapping.hostPort() + " is there twice");
        }
        return mappings;
    }

    /** In the form that plugins read: of an address that they cannot, portmap publishes nothing and says nothing. */
    private String hostIp(String text) {
        if (text.isEmpty()) return text;
        try {
            if (text.indexOf('%') < 0) return NetUtil.toAddressString(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            // said below, as for a zone
        }
        problems.add("config.port_mappings.host_ip", "no IP address: '" + text.replace('\0', '?') + "'");
        return "";
    }

    private PortMapping.Protocol protocol(io.davit.cri.v1.Protocol protocol) {
        return switch (protocol) {
            case TCP -> PortMapping.Protocol.TCP;
            case UDP -> PortMapping.Protocol.UDP;
            case SCTP -> PortMapping.Protocol.SCTP;
            case UNRECOGNIZED -> {
                problems.add("config.port_mappings.protocol", "unknown to this davit");
                yield PortMapping.Protocol.TCP;
            }
        };
    }

    private String cgroupParent(String parent) {
        if (Arrays.asList(parent.split("/")).contains("..")) {
            problems.add("config.linux.cgroup_parent", "leaves the cgroup tree: '" + parent + "'");
        }
        if (parent.indexOf('\0') >= 0) problems.add("config.linux.cgroup_parent", "has a NUL");
        return parent;
    }

    private void checkSysctl(String key) {
        boolean good = key.matches("[A-Za-z0-9_][A-Za-z0-9_./-]*")
                && !Arrays.asList(key.split("[./]")).contains("");
        if (!good) problems.add("config.linux.sysctls", "not the name of a sysctl: '" + key + "'");
    }

    private Resources resources(String field, boolean present, LinuxPodSandboxConfig linux) {
        if (!present) return Resources.NONE;
        boolean overhead = field.endsWith("overhead");
        return new ResourcesParser(fields).parse(field, overhead ? linux.getOverhead() : linux.getResources());
    }
}
