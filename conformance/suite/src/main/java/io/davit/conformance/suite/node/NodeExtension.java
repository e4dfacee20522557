package io.davit.conformance.suite.node;

import io.davit.conformance.suite.client.CallLog;
import io.davit.conformance.suite.contract.Rpcs;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Gives each test its {@link Workbench}, and turns "the server does not have this optional RPC" into a skip. */
public final class NodeExtension implements ParameterResolver, TestExecutionExceptionHandler {
    /** Begins the reason of such a skip. */
    public static final String NOT_THERE = "not there: ";

    /** Where the run puts the {@link Node}, under its class, in the launcher session's store. */
    public static final Class<?> SPACE = NodeExtension.class;

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Workbench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return bench(context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Optional<String> missing = bench(context).calls().calls().stream()
                .filter(call -> call.code() == Status.Code.UNIMPLEMENTED)
                .map(CallLog.Call::rpc)
                .filter(Rpcs::optional)
                .findFirst();
        Optional<Status> refusal = unimplemented(failure);
        if (missing.isEmpty() || refusal.isEmpty()) throw failure;
        String text = Objects.requireNonNullElse(refusal.get().getDescription(), "UNIMPLEMENTED");
        throw new TestAbortedException(NOT_THERE + missing.get() + " (" + text + ")");
    }

    private static Optional<Status> unimplemented(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException refused
                    && refused.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Optional.of(refused.getStatus());
            }
        }
        return Optional.empty();
    }

    /** The store closes it at the end of the test. */
    private static Workbench bench(ExtensionContext context) {
        Namespace space = Namespace.create(SPACE);
        Store session = context.getStore(StoreScope.LAUNCHER_SESSION, space);
        Node node = Objects.requireNonNull(session.get(Node.class, Node.class));
        return context.getStore(space).computeIfAbsent(Workbench.class, _ -> new Workbench(node), Workbench.class);
    }
}
