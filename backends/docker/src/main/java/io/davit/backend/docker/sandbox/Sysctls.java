package io.davit.backend.docker.sandbox;

import java.util.Map;
import java.util.TreeMap;

/** Names of kernel parameters: the CRI takes both forms of sysctl(8), Docker the one with dots. */
final class Sysctls {
    private Sysctls() {}

    static Map<String, String> dotted(Map<String, String> sysctls) {
        Map<String, String> dotted = new TreeMap<>();
        sysctls.forEach((name, value) -> dotted.put(dotted(name), value));
        return dotted;
    }

    /** Whether they say themselves where IPv6 is on. */
    static boolean decideIpv6(Map<String, String> sysctls) {
        return sysctls.keySet().stream().anyMatch(name -> name.contains("disable_ipv6"));
    }

    // sysctl(8): whichever separator comes first separates; the other character stands for itself, swapped.
    private static String dotted(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        if (slash < 0 || (dot >= 0 && dot < slash)) return name;
        StringBuilder swapped = new StringBuilder();
        name.chars()
                .forEach(character ->
                        swapped.append((char) (character == '/' ? '.' : character == '.' ? '/' : character)));
        return swapped.toString();
    }
}
