package io.davit.core.streaming;

import io.davit.core.domain.Fault;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.streaming.CommandStatus.Exited;
import io.davit.core.streaming.CommandStatus.Failed;
import io.davit.core.streaming.flow.ClientStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Exec or Attach with the streams of its client: calls the backend, then tells the client how it ended. The order
 * at the end is what clients wait for: the ends of the outputs, the status, the end of everything else.
 */
final class RemoteCommand {
    /** For a client behind a slow line to take what it was sent before. */
    private static final Duration LAST_WORDS_MAX = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommand.class);

    private final StreamTargets targets;
    private final StreamRequest.Command request;
    private final Map<StreamType, ClientStream> streams;
    private final StatusForm form;

    RemoteCommand(
            StreamTargets targets,
            StreamRequest.Command request,
            Map<StreamType, ClientStream> streams,
            StatusForm form) {
        this.targets = targets;
        this.request = request;
        this.streams = Map.copyOf(streams);
        this.form = form;
    }

    /** Blocks until the command has ended and the client was told; an interrupt means that the client has left. */
    void run() {
        streams.forEach((type, stream) -> {
            if (!type.fromClient() || !request.streams().has(type))
                stream.input().close();
        });
        CommandStatus status = outcome();
        close(StreamType.STDOUT);
        close(StreamType.STDERR);
        tell(status);
        streams.values().forEach(ClientStream::close);
    }

    private CommandStatus outcome() {
        try {
            return new Exited(call());
        } catch (Fault fault) {
            if (!(fault.kind() instanceof Fault.Kind.Cancelled))
                LOG.info("{} failed: {}", request, fault.kind().text());
            return new Failed(fault.kind().text());
        } catch (RuntimeException bug) {
            LOG.error("bug in davit: {} failed", request, bug);
            return new Failed("an error inside davit, which its log describes: "
                    + bug.getClass().getSimpleName());
        }
    }

    private int call() {
        return switch (request) {
            case StreamRequest.Exec exec -> {
                boolean tty = exec.streams().tty();
                ExecSpec spec = new ExecSpec(exec.container(), exec.command(), tty, Optional.empty());
                yield targets.running(exec.container()).exec(spec, stdio());
            }
            case StreamRequest.Attach attach -> {
                targets.running(attach.container()).attach(attach.container(), stdio());
                yield 0;
            }
        };
    }

    private Stdio stdio() {
        return new Stdio(
                requested(StreamType.STDIN).map(ClientStream::input),
                requested(StreamType.STDOUT).map(ClientStream::output),
                requested(StreamType.STDERR).map(ClientStream::output),
                requested(StreamType.RESIZE).map(this::resizes).orElse(TerminalResizes.NONE));
    }

    /** The thread ends with the resize stream, at the latest when {@link #run} closes it. */
    private TerminalResizes resizes(ClientStream stream) {
        ResizeQueue queue = new ResizeQueue();
        Thread.ofVirtual().name("resizes of " + request).start(() -> queue.readAll(stream.input()));
        return queue;
    }

    private Optional<ClientStream> requested(StreamType type) {
        return Optional.ofNullable(streams.get(type))
                .filter(_ -> request.streams().has(type));
    }

    private void close(StreamType type) {
        Optional.ofNullable(streams.get(type))
                .ifPresent(stream -> stream.output().close());
    }

    private void tell(CommandStatus status) {
        Optional<ClientStream> error = Optional.ofNullable(streams.get(StreamType.ERROR));
        error.ifPresent(stream -> {
            try {
                stream.output().writeLast(form.bytes(status), LAST_WORDS_MAX);
            } catch (IOException left) {
                LOG.debug("{} ended with {}, but nobody is there to hear it: {}", request, status, left.getMessage());
            }
            stream.output().close();
        });
    }
}
