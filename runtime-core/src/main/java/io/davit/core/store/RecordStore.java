package io.davit.core.store;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Records of one type: on disk first, then in memory, then told to the observer. One writer at a time per record;
 * readers never wait.
 *
 * @param <I> the id
 * @param <R> the record, immutable
 */
final class RecordStore<I, R> {
    private final CheckpointDirectory<R> disk;
    private final Function<R, I> idOf;
    private final Function<I, Fault> absent;
    private final Consumer<Change<R>> observer;
    private final ConcurrentMap<I, Entry<R>> entries = new ConcurrentHashMap<>();
    private final List<Fault> damaged;

    /** What a write did; empty is before the first and after the last. */
    record Change<R>(Optional<R> before, Optional<R> after) {}

    /** The monitor of an entry lets one writer in; readers read the field. */
    private static final class Entry<R> {
        private volatile Optional<R> record;

        Entry(R record) {
            this.record = Optional.of(record);
        }
    }

    /**
     * @param observer told of each change in its order, under the entry's lock: it must be quick and take no lock but
     *     its own
     */
    RecordStore(
            CheckpointDirectory<R> disk, Function<R, I> idOf, Function<I, Fault> absent, Consumer<Change<R>> observer) {
        this.disk = disk;
        this.idOf = idOf;
        this.absent = absent;
        this.observer = observer;
        CheckpointDirectory.Loaded<R> loaded = disk.load();
        loaded.records().forEach(record -> entries.put(idOf.apply(record), new Entry<>(record)));
        this.damaged = List.copyOf(loaded.damaged());
    }

    static <R> CheckpointDirectory<R> directory(Path path, Class<R> type) {
        return new CheckpointDirectory<>(path, type);
    }

    /** Records that could not be read at start; they were set aside. */
    List<Fault> damaged() {
        return damaged;
    }

    Optional<R> find(I id) {
        Entry<R> entry = entries.get(id);
        return entry == null ? Optional.empty() : entry.record;
    }

    R get(I id) {
        return find(id).orElseThrow(() -> absent.apply(id));
    }

    List<R> all() {
        return entries.values().stream().flatMap(entry -> entry.record.stream()).toList();
    }

    /** A new record; survives loss of power before anybody sees it. */
    void insert(R record) {
        I id = idOf.apply(record);
        disk.write(id.toString(), record, Durability.OF_THE_NODE);
        entries.put(id, new Entry<>(record));
        observer.accept(new Change<>(Optional.empty(), Optional.of(record)));
    }

    /**
     * Replaces a record by what {@code step} makes of it; an equal one is not written, an empty one is forgotten.
     *
     * @throws Fault of kind Absent if there is no such record, or it went while we waited
     */
    Change<R> update(I id, Durability durability, Function<R, Optional<R>> step) {
        Entry<R> entry = entries.get(id);
        if (entry == null) throw absent.apply(id);
        synchronized (entry) {
            R before = entry.record.orElseThrow(() -> absent.apply(id));
            Optional<R> after = step.apply(before);
            Change<R> change = new Change<>(Optional.of(before), after);
            if (after.equals(entry.record)) return change;
            if (after.isPresent()) disk.write(id.toString(), after.get(), durability);
            else disk.delete(id.toString());
            entry.record = after;
            if (after.isEmpty()) entries.remove(id, entry);
            observer.accept(change);
            return change;
        }
    }
}
