package io.davit.core.grpc;

import java.util.ArrayList;
import java.util.List;

/** Cuts a list into messages that stay well below the client's limit of 16 MiB. */
final class Batches {
    /** Labels and annotations of one object are at most 256 KiB in Kubernetes; most are below 4 KiB. */
    private static final int ITEMS_MAX = 50;

    private Batches() {}

    /** No batch for an empty list: the stream then just ends (cri-semantics 1.7). */
    static <T> List<List<T>> of(List<T> items) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < items.size(); from += ITEMS_MAX) {
            batches.add(items.subList(from, Math.min(items.size(), from + ITEMS_MAX)));
        }
        return batches;
    }
}
