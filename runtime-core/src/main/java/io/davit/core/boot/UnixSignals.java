package io.davit.core.boot;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handlers for signals. The JDK's only way is {@code sun.misc.Signal} in the module jdk.unsupported, which javac warns
 * about without a way to accept it; hence by reflection.
 */
final class UnixSignals {
    private UnixSignals() {}

    /**
     * Calls {@code handler} on a thread of the JDK each time the signal arrives, in the place of what the JVM does.
     *
     * @param name without SIG
     */
    static void handle(String name, Runnable handler) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    UnixSignals.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (self, method, arguments) -> answer(self, method, arguments, handler));
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object _ = signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, proxy);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Java runtime lacks the module jdk.unsupported", e);
        }
    }

    private static Object answer(Object self, Method method, Object[] arguments, Runnable handler) {
        return switch (method.getName()) {
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> "handler of davit";
            case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
            default -> {
                handler.run();
                yield self;
            }
        };
    }
}
