package io.davit.core.streaming;

import io.davit.core.streaming.flow.ClientStream;
import io.davit.core.streaming.websocket.ChannelProtocol;
import io.davit.core.streaming.websocket.ChannelSession;
import io.davit.core.streaming.websocket.ControlFrames;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PortForward over WebSocket: one connection per port, all there from the beginning. Port number n of the request has
 * channel 2n for its data and 2n+1 for its error; the first message on each is the port, two bytes, the lower first.
 */
final class WebSocketPortForward implements Conversation {
    private static final int INBOUND_BYTES_MAX = 2 * 1024 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketPortForward.class);

    private final Supplier<ChannelFuture> goodbye;
    private final PortForwarding forwarding;
    private final List<Integer> ports;
    private final List<ClientStream> channels;

    WebSocketPortForward(Channel connection, PortForwarding forwarding, List<Integer> ports, ChannelProtocol protocol) {
        this.goodbye = ControlFrames.install(connection);
        this.forwarding = forwarding;
        this.ports = ports;
        this.channels = ChannelSession.install(connection, protocol, 2 * ports.size(), 0, INBOUND_BYTES_MAX);
    }

    @Override
    public void run() {
        List<Thread> threads = IntStream.range(0, ports.size())
                .mapToObj(index -> Thread.ofVirtual()
                        .name("port forward " + ports.get(index))
                        .start(() -> forward(ports.get(index), channels.get(2 * index), channels.get(2 * index + 1))))
                .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) { // the client has left, so none of its connections is wanted any more
            threads.forEach(Thread::interrupt);
        }
    }

    @Override
    public ChannelFuture sayGoodbye() {
        return goodbye.get();
    }

    private void forward(int port, ClientStream data, ClientStream error) {
        byte[] name = {(byte) port, (byte) (port >>> Byte.SIZE)};
        try {
            data.output().write(name);
            error.output().write(name);
            forwarding.run(port, data, error);
        } catch (IOException left) {
            LOG.debug("the client of a port forward left at once: {}", left.getMessage());
        }
    }
}
