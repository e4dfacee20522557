package io.davit.core.query;

import java.util.Map;

/** Label selectors of the protocol: every pair must be there and equal. */
final class Labels {
    private Labels() {}

    static boolean match(Map<String, String> labels, Map<String, String> selector) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
