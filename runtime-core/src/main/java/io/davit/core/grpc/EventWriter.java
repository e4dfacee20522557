package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.core.store.EventLog;
import io.davit.core.store.NodeEvent;
import io.davit.cri.v1.ContainerEventResponse;
import io.davit.cri.v1.ContainerEventType;
import java.util.Optional;

/** Events as the protocol shows them. */
final class EventWriter {
    private EventWriter() {}

    /** Sends every event from now on until the client leaves. */
    static void sendAll(EventLog log, ServerStream<ContainerEventResponse> stream) throws InterruptedException {
        try (EventLog.Subscription subscription = log.subscribe()) {
            while (true) {
                Optional<NodeEvent> event = subscription.next();
                if (event.isEmpty()) {
                    throw new Fault(new Fault.Kind.Exhausted(
                            "this client's event queue", "it read too slowly; connect again and list anew"));
                }
                stream.send(write(event.get()));
            }
        }
    }

    private static ContainerEventResponse write(NodeEvent event) {
        ContainerEventResponse.Builder builder = ContainerEventResponse.newBuilder()
                .setContainerId(event.subject())
                .setContainerEventType(type(event.type()))
                .setCreatedAt(SandboxWriter.nanos(event.at()))
                .setPodSandboxStatus(SandboxWriter.status(event.sandbox()));
        event.containers().forEach(record -> builder.addContainersStatuses(ContainerWriter.status(record)));
        return builder.build();
    }

    private static ContainerEventType type(NodeEvent.Type type) {
        return switch (type) {
            case CREATED -> ContainerEventType.CONTAINER_CREATED_EVENT;
            case STARTED -> ContainerEventType.CONTAINER_STARTED_EVENT;
            case STOPPED -> ContainerEventType.CONTAINER_STOPPED_EVENT;
            case DELETED -> ContainerEventType.CONTAINER_DELETED_EVENT;
        };
    }
}
