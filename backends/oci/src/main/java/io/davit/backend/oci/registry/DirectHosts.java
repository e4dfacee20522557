package io.davit.backend.oci.registry;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code NO_PROXY}: hosts that are asked directly, in the forms that other engines understand. {@code example.org} is the
 * host and all below it, {@code .example.org} and {@code *.example.org} only those below, {@code 10.0.0.0/8} addresses,
 * {@code *} everything; a {@code :port} narrows a name or an address. Names are not looked up.
 */
record DirectHosts(List<Rule> rules) {
    DirectHosts {
        rules = List.copyOf(rules);
    }

    /** One entry. */
    interface Rule {
        boolean fits(String host, int port);
    }

    /** Entries that are none of the forms fit nothing, as other engines do. */
    static DirectHosts parse(String list) {
        List<Rule> rules = new ArrayList<>();
        for (String entry : list.split("[,\\s]+")) {
            if (!entry.isEmpty()) rules.add(rule(entry.toLowerCase(Locale.ROOT)));
        }
        return new DirectHosts(rules);
    }

    boolean has(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]|\\.$", "");
        int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        return rules.stream().anyMatch(rule -> rule.fits(host, port));
    }

    private static Rule rule(String entry) {
        if (entry.equals("*")) return (_, _) -> true;
        int slash = entry.indexOf('/');
        if (slash > 0 && entry.substring(slash + 1).matches("\\d{1,3}")) {
            return network(entry.substring(0, slash), Integer.parseInt(entry.substring(slash + 1)));
        }
        if (entry.matches("[^:]+:\\d{1,5}") || entry.matches("\\[[^]]+]:\\d{1,5}")) {
            int colon = entry.lastIndexOf(':');
            int port = Integer.parseInt(entry.substring(colon + 1));
            Rule host = host(entry.substring(0, colon));
            return (name, asked) -> asked == port && host.fits(name, asked);
        }
        return host(entry);
    }

    private static Rule host(String entry) {
        String name = entry.replaceAll("[\\[\\]]", "").replaceFirst("^\\*\\.", ".");
        Optional<InetAddress> address = address(name);
        if (address.isPresent()) return (host, _) -> address(host).equals(address);
        if (name.startsWith(".")) return (host, _) -> host.endsWith(name);
        return (host, _) -> host.equals(name) || host.endsWith("." + name);
    }

    private static Rule network(String base, int prefixBits) {
        Optional<InetAddress> network = address(base);
        return (host, _) -> network.isPresent()
                && address(host)
                        .filter(found -> isIn(found.getAddress(), network.get().getAddress(), prefixBits))
                        .isPresent();
    }

    private static boolean isIn(byte[] address, byte[] network, int prefixBits) {
        int bits = network.length * Byte.SIZE;
        if (address.length != network.length || prefixBits > bits) return false;
        BigInteger difference = new BigInteger(1, address).xor(new BigInteger(1, network));
        return difference.shiftRight(bits - prefixBits).signum() == 0;
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // a name
        }
    }
}
