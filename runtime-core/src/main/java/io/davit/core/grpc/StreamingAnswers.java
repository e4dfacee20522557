package io.davit.core.grpc;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;
import io.davit.core.streaming.RequestedStreams;
import io.davit.core.streaming.StreamRequest;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.AttachResponse;
import io.davit.cri.v1.ExecRequest;
import io.davit.cri.v1.ExecResponse;
import io.davit.cri.v1.PortForwardRequest;
import io.davit.cri.v1.PortForwardResponse;

/** RPCs that answer with a URL: the stream itself goes to the streaming server. */
final class StreamingAnswers {
    private StreamingAnswers() {}

    static ExecResponse exec(RuntimeCalls calls, ExecRequest request) {
        RequestedStreams streams =
                new RequestedStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        ContainerId id = calls.lookup().container(request.getContainerId()).id();
        String url = calls.streaming().urlFor(new StreamRequest.Exec(id, request.getCmdList(), streams));
        return ExecResponse.newBuilder().setUrl(url).build();
    }

    static AttachResponse attach(RuntimeCalls calls, AttachRequest request) {
        RequestedStreams streams =
                new RequestedStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        ContainerId id = calls.lookup().container(request.getContainerId()).id();
        return AttachResponse.newBuilder()
                .setUrl(calls.streaming().urlFor(new StreamRequest.Attach(id, streams)))
                .build();
    }

    static PortForwardResponse portForward(RuntimeCalls calls, PortForwardRequest request) {
        SandboxId id = calls.lookup().sandbox(request.getPodSandboxId()).id();
        String url = calls.streaming().urlFor(new StreamRequest.PortForward(id, request.getPortList()));
        return PortForwardResponse.newBuilder().setUrl(url).build();
    }
}
