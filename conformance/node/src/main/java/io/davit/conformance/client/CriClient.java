package io.davit.conformance.client;

import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.davit.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection to a CRI server's unix socket. Thread-safe. */
public final class CriClient implements AutoCloseable {
    /** What the kubelet's own client accepts. */
    private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

    private static final long CLOSE_SECONDS_MAX = 5;

    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final Duration deadline;

    private CriClient(EventLoopGroup loop, ManagedChannel channel, Duration deadline) {
        this.loop = loop;
        this.channel = channel;
        this.deadline = deadline;
    }

    /** @param deadline of every call */
    public static CriClient connect(Path socket, Duration deadline) {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .usePlaintext()
                .build();
        return new CriClient(loop, channel, deadline);
    }

    public RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For stubs of one's own, and for calls that no stub has. */
    public Channel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the loop goes down all the same
        }
        var _ = loop.shutdownGracefully(0, CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
