package io.davit.core.observe;

import io.davit.core.domain.Fault;
import io.davit.core.node.Node;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Answers Prometheus on a unix socket or on loopback. Safe for all threads. */
public final class MetricsServer implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 16;
    private static final int REQUEST_SECONDS_MAX = 10;
    private static final int REQUEST_LINE_BYTES_MAX = 4 * 1024;
    private static final int REQUEST_HEADER_BYTES_MAX = 16 * 1024;
    private static final String SOCKET_MODE = "rw-rw----";

    private final MetricsPage page;
    private final Optional<Path> socket;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("metrics", true), EpollIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel listener;

    private MetricsServer(MetricsSettings settings, MetricsPage page) {
        this.page = page;
        this.socket = settings.isUnixSocket() ? Optional.of(settings.socket()) : Optional.empty();
        try {
            this.listener = socket.isPresent() ? listen(socket.get()) : listen(settings);
        } catch (Exception e) { // Netty throws the checked BindException without declaring it
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            if (e instanceof Fault fault) throw fault;
            throw Fault.failed("listening on " + settings.address() + " (metrics.address)", e);
        }
    }

    /**
     * Listens at once.
     *
     * @param version of davit
     * @throws Fault if the address cannot be used
     */
    public static MetricsServer start(MetricsSettings settings, Node node, String version) {
        return new MetricsServer(settings, MetricsPage.of(node, version));
    }

    /** Counts for this server's answers. */
    public Meter meter() {
        return page.meter();
    }

    private Channel listen(MetricsSettings settings) {
        return bind(EpollServerSocketChannel.class, settings.loopback());
    }

    // Renamed once its mode is right: nobody ever connects to a socket that is open to all.
    private Channel listen(Path path) throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
            throw Fault.invalid("metrics.address", path + " is there, and no socket; davit does not replace it");
        }
        Path fresh = path.resolveSibling("." + path.getFileName() + ".new");
        Files.createDirectories(path.getParent());
        Files.deleteIfExists(fresh);
        Channel channel = bind(EpollServerDomainSocketChannel.class, new DomainSocketAddress(fresh.toFile()));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(SOCKET_MODE));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        return channel;
    }

    private Channel bind(Class<? extends ServerChannel> type, SocketAddress address) {
        return new ServerBootstrap()
                .group(loop)
                .channel(type)
                .childHandler(setup())
                .bind(address)
                .syncUninterruptibly()
                .channel();
    }

    private ChannelInitializer<Channel> setup() {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(REQUEST_HEADER_BYTES_MAX);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (connections.size() >= CONNECTIONS_MAX) {
                    var _ = channel.close();
                    return;
                }
                connections.add(channel);
                channel.pipeline()
                        .addLast(new ReadTimeoutHandler(REQUEST_SECONDS_MAX))
                        .addLast(new HttpServerCodec(limits))
                        .addLast(new MetricsRequest(page));
            }
        };
    }

    @Override
    public void close() {
        try {
            if (socket.isPresent()) Files.deleteIfExists(socket.get());
        } catch (IOException _) {
            // The file goes with the next start.
        }
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
