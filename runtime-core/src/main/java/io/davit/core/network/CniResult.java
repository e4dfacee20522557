package io.davit.core.network;

import io.davit.core.domain.Fault;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the result of a chain (CNI SPEC 0.3.0 to 1.1.0, "Success"). */
final class CniResult {
    private CniResult() {}

    /**
     * The pod's addresses in the order of the result: those of interfaces inside the sandbox, and those that name no
     * interface.
     *
     * @throws Fault Failed if there is none, or one cannot be read
     */
    static List<InetAddress> addresses(String network, ObjectNode result) {
        List<InetAddress> addresses = new ArrayList<>();
        for (JsonNode ip : result.path("ips")) {
            JsonNode index = ip.path("interface");
            boolean inside =
                    !index.isInt() || isInside(result.path("interfaces").path(index.asInt()));
            if (inside) addresses.add(address(network, ip.path("address").asString("")));
        }
        if (addresses.isEmpty()) {
            throw Fault.failed(
                    "setting up the pod network " + network,
                    "its plugins gave the pod no IP address; see \"ipam\" in the CNI configuration");
        }
        return addresses;
    }

    private static boolean isInside(JsonNode interfaceOfResult) {
        return !interfaceOfResult.path("sandbox").asString("").isEmpty();
    }

    private static InetAddress address(String network, String cidr) {
        int slash = cidr.indexOf('/');
        try {
            return InetAddress.ofLiteral(slash < 0 ? cidr : cidr.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    new Fault.Kind.Failed(
                            "setting up the pod network " + network,
                            "its plugins gave '" + cidr + "' for an IP address"),
                    e);
        }
    }
}
