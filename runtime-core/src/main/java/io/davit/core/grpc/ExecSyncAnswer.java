package io.davit.core.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.davit.core.domain.Fault;
import io.davit.core.operation.CappedOutput;
import io.davit.core.operation.ExecSync;
import io.davit.core.store.ContainerRecord;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Runs a command for its answer. */
final class ExecSyncAnswer {
    private ExecSyncAnswer() {}

    static ExecSyncResponse of(RuntimeCalls calls, ExecSyncRequest request) {
        if (request.getCmdCount() == 0) throw Fault.invalid("cmd", "empty; name the program to run");
        if (request.getTimeout() < 0) throw Fault.invalid("timeout", "negative: " + request.getTimeout() + " s");
        Optional<Duration> limit =
                request.getTimeout() == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(request.getTimeout()));
        ContainerRecord record = calls.lookup().container(request.getContainerId());
        ExecSync.Result result = calls.execSync().run(record.id(), request.getCmdList(), limit, new RpcCaller());
        return ExecSyncResponse.newBuilder()
                .setStdout(bytes(result.stdout()))
                .setStderr(bytes(result.stderr()))
                .setExitCode(result.exitCode())
                .build();
    }

    /** Without a copy: nobody writes any more. */
    private static ByteString bytes(CappedOutput output) {
        ByteString all = ByteString.EMPTY;
        for (ByteBuffer piece : output.pieces()) {
            all = all.concat(UnsafeByteOperations.unsafeWrap(piece));
        }
        return all;
    }
}
