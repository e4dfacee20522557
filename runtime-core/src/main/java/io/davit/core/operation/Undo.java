package io.davit.core.operation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/**
 * What must be undone, in reverse, unless {@link #keep} is called. When a step fails the rest is not tried: the object
 * is handed to {@code leftover}, which keeps it listed so that it can be removed later. Used by one thread.
 */
final class Undo implements AutoCloseable {
    private record Step(String name, Runnable action) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private final BiConsumer<String, RuntimeException> leftover;

    /** @param leftover told the name of the step that failed, and why */
    Undo(BiConsumer<String, RuntimeException> leftover) {
        this.leftover = leftover;
    }

    void push(String name, Runnable action) {
        steps.push(new Step(name, action));
    }

    /** All is well: nothing is undone. */
    void keep() {
        steps.clear();
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.action.run();
            } catch (RuntimeException e) {
                steps.clear();
                leftover.accept(step.name, e);
            }
        }
    }
}
