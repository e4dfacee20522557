package io.davit.backend.memory;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What goes wrong, and what was asked for: stands between the core and a backend, whichever it is, notes every call and
 * lets the chosen ones fail, wait or dawdle. Thread-safe.
 *
 * <pre>{@code
 * script.on(SpiMethod.CONTAINER_START).nth(2).failsBefore(new Fault.Kind.Failed("starting", "no memory"));
 * Hold hold = script.on(SpiMethod.SANDBOX_START).holdsAfter();
 * }</pre>
 */
public final class Script {
    private final List<Call> calls = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private boolean severed;

    /** The backend with this script in front of it. */
    public Backend around(Backend backend) {
        return new ScriptedBackend(
                backend,
                scripted(Sandboxes.class, backend.sandboxes()),
                scripted(Containers.class, backend.containers()),
                scripted(Images.class, backend.images()),
                scripted(Streams.class, backend.streams()),
                scripted(Observer.class, backend.observer()));
    }

    /** Starts a rule for the next call of {@code method} whose turn it is; see {@link When}. */
    public When on(SpiMethod method) {
        return new When(this, call -> call.method() == method, 1);
    }

    /** Starts a rule for the next call that changes something, whichever it is. */
    public When onAnyChange() {
        return new When(this, call -> call.method().isChanging(), 1);
    }

    /** All calls since the beginning or the last {@link #forget}, in the order in which they came in. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    public synchronized List<Call> callsOf(SpiMethod method) {
        return calls.stream().filter(call -> call.method() == method).toList();
    }

    /** Forgets calls and rules; who is held stays held. */
    public synchronized void forget() {
        calls.clear();
        rules.clear();
    }

    /** Cuts the daemon off, as its death would: from now on no call of it reaches the backend, nor does one held before. */
    public synchronized void sever() {
        severed = true;
    }

    synchronized void add(Rule rule) {
        rules.add(rule);
    }

    private <T> T scripted(Class<T> type, T target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass().equals(Object.class)) return invoke(target, method, arguments);
            List<Object> list = arguments == null ? List.of() : List.of(arguments);
            return played(note(Call.of(SpiMethod.of(method), list)), target, method, arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Notes the call and says what happens to it. */
    private synchronized Optional<Act> note(Call call) {
        calls.add(call);
        // Every matching rule counts the call; the oldest one whose turn it is plays.
        List<Act> due =
                rules.stream().flatMap(rule -> rule.count(call).stream()).toList();
        return due.stream().findFirst();
    }

    private Object played(Optional<Act> act, Object target, Method method, Object[] arguments) throws Throwable {
        for (Act before : act.stream().toList()) before.before();
        requireConnection();
        Object answer = invoke(target, method, arguments);
        for (Act after : act.stream().toList()) after.after();
        return answer;
    }

    private synchronized void requireConnection() {
        if (severed) throw new Fault(new Fault.Kind.Unreachable("the backend", "the script has cut the daemon off"));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Which call a rule means, in the making; the last word makes the rule. */
    public record When(Script script, Predicate<Call> matches, int turn) {
        /** Only calls about this id or image. */
        public When of(Object object) {
            return new When(script, matches.and(call -> call.object().equals(object.toString())), turn);
        }

        /** Not the first such call from now on, but the n-th; 1 is the first. */
        public When nth(int n) {
            return new When(script, matches, n);
        }

        /** Fails, and nothing was done. */
        public void failsBefore(Fault.Kind kind) {
            rule(new Act.FailBefore(kind));
        }

        /** Does its work and fails all the same: half done, as the core must see it. */
        public void failsAfter(Fault.Kind kind) {
            rule(new Act.FailAfter(kind));
        }

        /** Waits before its work until it is released. */
        public Hold holdsBefore() {
            Hold hold = new Hold();
            rule(new Act.HoldBefore(hold));
            return hold;
        }

        /** Does its work, then waits until it is released. */
        public Hold holdsAfter() {
            Hold hold = new Hold();
            rule(new Act.HoldAfter(hold));
            return hold;
        }

        /** Takes at least this long. */
        public void takes(Duration time) {
            rule(new Act.Slow(time));
        }

        private void rule(Act act) {
            script.add(new Rule(matches, turn, act));
        }
    }
}
