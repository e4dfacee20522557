package io.davit.backend.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which annotations of pods and containers an OCI runtime gets to see: some switch features of it on.
 *
 * @param patterns whole keys, or beginnings of keys with a star at the end
 */
public record AnnotationFilter(List<String> patterns) {
    public AnnotationFilter {
        patterns = List.copyOf(patterns);
    }

    /** Those that may pass; a container's come before its pod's of the same key. */
    public Map<String, String> passed(Map<String, String> ofPod, Map<String, String> ofContainer) {
        Map<String, String> passed = new TreeMap<>();
        for (Map<String, String> annotations : List.of(ofPod, ofContainer)) {
            annotations.forEach((key, value) -> {
                if (passes(key)) passed.put(key, value);
            });
        }
        return passed;
    }

    private boolean passes(String key) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? key.startsWith(pattern.substring(0, pattern.length() - 1))
                        : key.equals(pattern));
    }
}
