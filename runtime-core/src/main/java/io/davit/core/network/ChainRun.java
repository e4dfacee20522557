package io.davit.core.network;

import io.davit.core.domain.Fault;
import io.davit.core.network.CniPlugins.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chain of plugins at work for one pod.
 *
 * @param parameters the environment that names the pod
 * @param what network and pod, for messages
 */
record ChainRun(CniPlugins plugins, PluginChain chain, Map<String, String> parameters, String what) {
    ChainRun {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Runs ADD of every plugin in order, each with the result of the one before.
     *
     * @return the last result
     * @throws Fault after a failure, when what was begun was deleted again
     */
    ObjectNode add() {
        Optional<ObjectNode> result = Optional.empty();
        for (int i = 0; i < chain.plugins().size(); i++) {
            try {
                Optional<ObjectNode> answer = plugins.run(Verb.ADD, what, chain.request(i, result), parameters);
                result = Optional.of(answer.orElseThrow(() -> Fault.failed(what, "its plugin printed no result")));
            } catch (Fault failure) {
                // The plugin that failed may have done half of its work, those behind it have done nothing.
                throw new ChainRun(plugins, chain.until(i), parameters, what).undone(result, failure);
            }
        }
        return result.orElseThrow(() -> Fault.failed(what, "no plugin of it has anything to do for this pod"));
    }

    /**
     * Deletes after a failure of the addition, on a thread of its own: the caller may have been interrupted, and what
     * was added must go all the same.
     *
     * @return the failure to throw, with the deletion's own if that failed, too
     */
    Fault undone(Optional<ObjectNode> result, Fault failure) {
        AtomicReference<Optional<Fault>> second = new AtomicReference<>(Optional.empty());
        Thread undo = Thread.ofVirtual().name("cni-undo").start(() -> {
            try {
                delete(result);
            } catch (Fault fault) {
                second.set(Optional.of(fault));
            }
        });
        joinUninterruptibly(undo);
        return second.get()
                .map(fault -> new Fault(
                        new Fault.Kind.Failed(
                                what,
                                failure.kind().text() + "; and undoing it failed as well: "
                                        + fault.kind().text()),
                        failure))
                .orElse(failure);
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * Runs DEL of every plugin in reverse order, also when one fails: as much as possible is released.
     *
     * @param result what ADD gave
     * @throws Fault Failed with the words of every plugin that failed
     */
    void delete(Optional<ObjectNode> result) {
        Optional<ObjectNode> previous = chain.version().deletesWithResult() ? result : Optional.empty();
        List<Fault> failures = new ArrayList<>();
        for (int i = chain.plugins().size() - 1; i >= 0; i--) {
            try {
                Optional<ObjectNode> _ = plugins.run(Verb.DEL, what, chain.request(i, previous), parameters);
            } catch (Fault failure) {
                if (failure.kind() instanceof Fault.Kind.Cancelled) throw failure;
                failures.add(failure);
            }
        }
        throwAll("taking down " + what, failures);
    }

    private static void throwAll(String doing, List<Fault> failures) {
        if (failures.isEmpty()) return;
        if (failures.size() == 1) throw failures.getFirst();
        List<String> texts = failures.stream().map(fault -> fault.kind().text()).toList();
        throw new Fault(new Fault.Kind.Failed(doing, String.join("; ", texts)), failures.getFirst());
    }

    /**
     * Runs CHECK of every plugin in the order of ADD, up to the first that finds something amiss.
     *
     * @param result what ADD gave
     * @throws Fault Failed with that plugin's words
     */
    void check(ObjectNode result) {
        for (int i = 0; i < chain.plugins().size(); i++) {
            Optional<ObjectNode> _ = plugins.run(Verb.CHECK, what, chain.request(i, Optional.of(result)), parameters);
        }
    }

    /** @throws Fault Failed with the words of the first plugin that could not add a pod now */
    void status() {
        for (int i = 0; i < chain.plugins().size(); i++) {
            Optional<ObjectNode> _ = plugins.run(Verb.STATUS, what, chain.request(i, Optional.empty()), parameters);
        }
    }

    /**
     * Runs GC of every plugin, also when one fails: each releases what it holds for any other attachment.
     *
     * @param valid the attachments that are in use, as CNI writes them
     * @throws Fault Failed with the words of every plugin that failed
     */
    void collect(ArrayNode valid) {
        List<Fault> failures = new ArrayList<>();
        for (int i = 0; i < chain.plugins().size(); i++) {
            ObjectNode request = chain.request(i, Optional.empty());
            request.set("cni.dev/valid-attachments", valid);
            // The name in the first texts of the specification (containernetworking/cni issue 1101).
            request.set("cni.dev/attachments", valid);
            try {
                Optional<ObjectNode> _ = plugins.run(Verb.GC, what, request, parameters);
            } catch (Fault failure) {
                if (failure.kind() instanceof Fault.Kind.Cancelled) throw failure;
                failures.add(failure);
            }
        }
        throwAll("collecting unknown attachments of " + what, failures);
    }
}
