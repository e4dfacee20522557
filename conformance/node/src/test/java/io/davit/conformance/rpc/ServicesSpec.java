package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every RPC of both services, called with an empty request. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ServicesSpec {
    /** A stream of events has no end of its own: its deadline is the answer. */
    private static final String ENDLESS = "GetContainerEvents";

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @Test
    void every_rpc_is_served() {
        assertThat(methods())
                .allSatisfy(method -> assertThat(call(method).getCode())
                        .as(method.getBareMethodName())
                        .isNotEqualTo(Code.UNIMPLEMENTED));
    }

    @Test
    void no_empty_request_meets_a_bug() {
        for (MethodDescriptor<?, ?> method : methods()) {
            Status status = call(method);
            assertThat(status.getCode())
                    .as("%s: %s", method.getBareMethodName(), status)
                    .isNotIn(Code.INTERNAL, Code.UNKNOWN);
        }
    }

    @Test
    void a_refusal_always_has_a_sentence() {
        for (MethodDescriptor<?, ?> method : methods()) {
            Status status = call(method);
            if (!status.isOk()) {
                assertThat(status.getDescription())
                        .as(method.getBareMethodName())
                        .isNotBlank();
            }
        }
    }

    @Test
    void a_method_that_does_not_exist_is_unimplemented() {
        MethodDescriptor<?, ?> version = RuntimeServiceGrpc.getVersionMethod();
        Status status = call(version.toBuilder()
                .setFullMethodName("runtime.v1.RuntimeService/NoSuchMethod")
                .setSchemaDescriptor(null)
                .build());

        assertThat(status.getCode()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(one.pods().run("web")).isNotEmpty();
    }

    @Test
    void a_node_with_much_on_it_answers_lists_of_more_than_four_mebibytes() {
        one.pods().pull(TestNode.IMAGE);
        String padding = "x".repeat(60_000);
        for (int i = 0; i < 80; i++) {
            String name = "pod-" + i;
            one.pods()
                    .run(one.pods().config(name).toBuilder()
                            .putAnnotations("padding", padding)
                            .build());
        }

        assertThat(one.pods().list()).hasSize(80);
    }

    private static List<MethodDescriptor<?, ?>> methods() {
        return Stream.of(RuntimeServiceGrpc.getServiceDescriptor(), ImageServiceGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .toList();
    }

    private <Q, A> Status call(MethodDescriptor<Q, A> method) {
        long limitMillis = ENDLESS.equals(method.getBareMethodName()) ? 300 : 10_000;
        CallOptions options = CallOptions.DEFAULT.withDeadline(Deadline.after(limitMillis, TimeUnit.MILLISECONDS));
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<Q, A> call = one.node().client().channel().newCall(method, options);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(Integer.MAX_VALUE);
        call.sendMessage(empty(method));
        call.halfClose();
        return end.join();
    }

    private static <Q> Q empty(MethodDescriptor<Q, ?> method) {
        PrototypeMarshaller<Q> marshaller = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
        return Objects.requireNonNull(marshaller.getMessagePrototype());
    }
}
