package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.core.observe.Meter;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Serves the CRI on a unix socket: one event loop for the bytes, a virtual thread for each call. */
public final class RpcServer implements AutoCloseable {
    private static final int CALLS_UNDER_WAY_S = 5;
    private static final String SOCKET_MODE = "rw-rw----";

    private final Path socket;
    private final Server server;
    private final EventLoopGroup loop;

    private RpcServer(Path socket, Server server, EventLoopGroup loop) {
        this.socket = socket;
        this.server = server;
        this.loop = loop;
    }

    /**
     * Listens on {@code socket}, mode 0660; a stale socket file there is replaced. The caller holds the daemon's lock, so
     * a file there belongs to nobody.
     *
     * @param meter is told of every call
     */
    public static RpcServer start(
            Path socket,
            int messageBytesMax,
            Meter meter,
            RuntimeServiceRpc runtimeService,
            ImageServiceRpc imageService,
            ImageArchivesRpc imageArchives) {
        Path fresh = socket.resolveSibling("." + socket.getFileName() + ".new");
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            Files.createDirectories(socket.toAbsolutePath().getParent());
            Files.deleteIfExists(fresh);
            NettyServerBuilder builder = NettyServerBuilder.forAddress(new DomainSocketAddress(fresh.toFile()))
                    .channelType(EpollServerDomainSocketChannel.class)
                    .bossEventLoopGroup(loop)
                    .workerEventLoopGroup(loop)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .maxInboundMessageSize(messageBytesMax)
                    .addService(runtimeService)
                    .addService(imageService)
                    .addService(imageArchives);
            // Not in the way of calls that nobody counts.
            if (!meter.equals(Meter.NONE)) builder.intercept(new MeteredCalls(meter));
            Server server = builder.build().start();
            // Renamed once its mode is right: nobody ever connects to a socket that is open to all.
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(SOCKET_MODE));
            Files.move(fresh, socket, StandardCopyOption.ATOMIC_MOVE);
            return new RpcServer(socket, server, loop);
        } catch (IOException e) {
            var _ = loop.shutdownGracefully();
            throw Fault.failed("listening on " + socket, e);
        }
    }

    /** Ends when the server does. */
    public void await() throws InterruptedException {
        server.awaitTermination();
    }

    /** Takes no new calls, gives those under way a moment, and takes the socket away. */
    @Override
    public void close() {
        server.shutdown();
        try {
            Files.deleteIfExists(socket);
            if (!server.awaitTermination(CALLS_UNDER_WAY_S, TimeUnit.SECONDS)) server.shutdownNow();
        } catch (IOException | InterruptedException _) {
            // The file goes with the next start, and what still runs is ended at once.
            server.shutdownNow();
        }
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
