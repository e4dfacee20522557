package io.davit.core.grpc;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Cuts a list into messages that stay well below the client's limit of 16 MiB, each written when its turn comes. */
final class Batches<T, M extends MessageLite> implements Iterator<List<M>> {
    private static final int ITEMS_MAX = 50;

    /** One object can be larger, but not by much: Kubernetes bounds annotations to 256 KiB. */
    private static final long BYTES_MAX = 1 << 20;

    private final Iterator<T> items;
    private final Function<T, M> writer;
    private List<M> next = List.of();
    private long nextBytes;

    private Batches(Iterator<T> items, Function<T, M> writer) {
        this.items = items;
        this.writer = writer;
    }

    /** No batch for an empty list: the stream then just ends (cri-semantics 1.7). */
    static <T, M extends MessageLite> Iterable<List<M>> of(List<T> items, Function<T, M> writer) {
        return () -> new Batches<>(items.iterator(), writer);
    }

    @Override
    public boolean hasNext() {
        return !next.isEmpty() || items.hasNext();
    }

    @Override
    public List<M> next() {
        if (!hasNext()) throw new NoSuchElementException();
        List<M> batch = new ArrayList<>(next);
        long bytes = nextBytes;
        next = List.of();
        nextBytes = 0;
        while (items.hasNext() && batch.size() < ITEMS_MAX) {
            M item = writer.apply(items.next());
            if (!batch.isEmpty() && bytes + item.getSerializedSize() > BYTES_MAX) {
                next = List.of(item);
                nextBytes = item.getSerializedSize();
                break;
            }
            batch.add(item);
            bytes += item.getSerializedSize();
        }
        return batch;
    }
}
