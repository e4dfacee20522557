package io.davit.core.domain;

import java.util.ArrayList;
import java.util.List;

/** Collects every bad field of a request, so that the caller learns of all of them at once. Not thread-safe. */
public final class Problems {
    private final List<Fault.Problem> found = new ArrayList<>();

    public void add(String field, String why) {
        found.add(new Fault.Problem(field, why));
    }

    /** Notes the problems of a value's own constructor under {@code field}. */
    public void add(String field, Fault fault) {
        if (fault.kind() instanceof Fault.Kind.InvalidRequest(List<Fault.Problem> problems)) {
            problems.forEach(problem -> add(field, problem.why()));
        } else {
            add(field, fault.kind().text());
        }
    }

    public List<Fault.Problem> found() {
        return List.copyOf(found);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** @throws Fault of kind InvalidRequest that names every problem noted so far, if there is one */
    public void throwIfAny() {
        if (!found.isEmpty()) throw new Fault(new Fault.Kind.InvalidRequest(found));
    }
}
