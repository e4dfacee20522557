package io.davit.core.store;

import io.davit.core.domain.Fault;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds an object by the beginning of its id, as operators type it. */
final class Ids {
    private Ids() {}

    /**
     * The only one of {@code ids} that begins with {@code prefix}.
     *
     * @throws Fault of kind InvalidRequest if the prefix is empty or fits several
     */
    static <I> Optional<I> unique(String field, String prefix, Collection<I> ids) {
        if (prefix.isEmpty()) throw Fault.invalid(field, "empty");
        List<I> found = ids.stream()
                .filter(id -> id.toString().startsWith(prefix))
                .limit(2)
                .toList();
        if (found.size() > 1) throw Fault.invalid(field, "'" + prefix + "' fits several ids; give more of it");
        return found.stream().findFirst();
    }
}
