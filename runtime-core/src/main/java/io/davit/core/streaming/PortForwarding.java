package io.davit.core.streaming;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.streaming.flow.ClientStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One forwarded connection: calls the backend, and tells the client if it failed. Others of the client live on. */
final class PortForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(PortForwarding.class);

    private final StreamTargets targets;
    private final StreamRequest.PortForward request;

    PortForwarding(StreamTargets targets, StreamRequest.PortForward request) {
        this.targets = targets;
        this.request = request;
    }

    /** Blocks until either side has ended the connection; an interrupt means that the client has. Ends both streams. */
    void run(int port, ClientStream data, ClientStream error) {
        error.input().close();
        Stdio stdio = new Stdio(
                Optional.of(data.input()), Optional.of(data.output()), Optional.empty(), TerminalResizes.NONE);
        try {
            targets.ready(request.sandbox()).forward(request.sandbox(), port, stdio);
        } catch (Fault fault) {
            if (!(fault.kind() instanceof Fault.Kind.Cancelled)) {
                LOG.info("{}, port {}, failed: {}", request, port, fault.kind().text());
            }
            tell(error, "forwarding port " + port + ": " + fault.kind().text());
        } catch (RuntimeException bug) {
            LOG.error("bug in davit: {}, port {}, failed", request, port, bug);
            tell(error, "forwarding port " + port + ": an error inside davit, which its log describes");
        } finally {
            data.close();
            error.close();
        }
    }

    private void tell(ClientStream error, String text) {
        try {
            error.output().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException left) {
            LOG.debug("{}: nobody is there to hear of the failure: {}", request, left.getMessage());
        }
    }
}
