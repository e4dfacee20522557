package io.davit.core.store;

import io.davit.core.domain.Fault;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which id holds which name. A name is held from before anything else is done until nothing is left of its object.
 *
 * @param <N> the name
 * @param <I> the id
 */
public final class NameIndex<N, I> {
    private final Map<N, I> holders = new ConcurrentHashMap<>();

    /** @throws Fault of kind Conflict if another id holds the name */
    public void reserve(N name, I id) {
        I holder = holders.putIfAbsent(name, id);
        if (holder != null && !holder.equals(id)) {
            throw new Fault(new Fault.Kind.Conflict(name.toString(), holder.toString()));
        }
    }

    public Optional<I> holder(N name) {
        return Optional.ofNullable(holders.get(name));
    }

    /** Frees the name if {@code id} holds it. */
    public void release(N name, I id) {
        holders.remove(name, id);
    }
}
