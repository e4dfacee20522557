package io.davit.core.streaming;

import io.davit.core.domain.Fault;
import io.davit.core.streaming.flow.InboundStock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Serves what the CRI calls streaming: Exec, Attach and PortForward answer with a URL, and the client, mostly the
 * kubelet, connects to it. Safe for any thread.
 */
public final class StreamingServer implements AutoCloseable {
    /** The event loops only cut bytes into frames. */
    private static final int EVENT_LOOP_THREADS = 2;

    /** A client whose machine has vanished is noticed after ten times that. */
    private static final int KEEPALIVE_SECONDS = 30;

    private static final int REQUEST_TIMEOUT_SECONDS = 10;
    private static final int REQUEST_LINE_BYTES_MAX = 4 * 1024;
    private static final int REQUEST_HEADER_BYTES_MAX = 64 * 1024;

    /** Of a heap of 128 MiB, for what clients sent and nobody has read. */
    private static final long INBOUND_BYTES_MAX = 32 * 1024 * 1024;

    private final StreamTargets targets;
    private final StreamTokens tokens;
    private final Connections connections;
    private final EventLoopGroup eventLoops;
    private final Channel listener;
    private final String base;

    /**
     * Listens at once.
     *
     * @throws Fault if the settings ask for plain HTTP on the network, or the address or TLS files cannot be used
     */
    public StreamingServer(StreamingSettings settings, Clock clock, SecureRandom random, StreamTargets targets) {
        InetAddress address = address(settings);
        Optional<SslContext> tls = ServerTls.of(settings);
        this.targets = targets;
        this.tokens = new StreamTokens(clock, random, settings.tokenLifetime());
        this.connections = new Connections(settings.connectionsMax());
        this.eventLoops = new MultiThreadIoEventLoopGroup(
                EVENT_LOOP_THREADS, new DefaultThreadFactory("streaming", true), EpollIoHandler.newFactory());
        this.listener = listen(new InetSocketAddress(address, settings.port()), setup(settings, tls));
        this.base = (tls.isPresent() ? "https://" : "http://") + host(address) + ":" + port();
    }

    /**
     * The answer to an Exec, Attach or PortForward RPC: a URL that is good for one connection, for a short while.
     *
     * @throws Fault Absent or Refused as the target has it; Exhausted if too many URLs wait for their client
     */
    public String urlFor(StreamRequest request) {
        switch (request) {
            case StreamRequest.Command command -> targets.running(command.container());
            case StreamRequest.PortForward forward -> targets.ready(forward.sandbox());
        }
        return base + StreamPath.of(request, tokens.issue(request)).text();
    }

    /** Cuts off all clients and waits a while for what runs for them to end. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.close();
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private ChannelInitializer<SocketChannel> setup(StreamingSettings settings, Optional<SslContext> tls) {
        SpdyUpgrade spdy = new SpdyUpgrade(targets, settings.creationTimeout());
        WebSocketUpgrade webSocket = new WebSocketUpgrade(targets, spdy);
        InboundStock stock = new InboundStock(INBOUND_BYTES_MAX);
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(REQUEST_HEADER_BYTES_MAX);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                connections.add(channel);
                stock.account(channel);
                tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                channel.pipeline()
                        .addLast(new IdleWatch(settings.idleTimeout()))
                        .addLast(new ReadTimeoutHandler(REQUEST_TIMEOUT_SECONDS))
                        .addLast(new HttpServerCodec(limits))
                        .addLast(new UpgradeHandler(tokens, connections, spdy, webSocket));
            }
        };
    }

    private Channel listen(InetSocketAddress address, ChannelInitializer<SocketChannel> setup) {
        try {
            return new ServerBootstrap()
                    .group(eventLoops)
                    .channel(EpollServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_SECONDS)
                    .childHandler(setup)
                    .bind(address)
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) { // Netty throws the checked BindException without declaring it
            var _ = eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw Fault.failed("listening on " + address + " (streaming.address, streaming.port)", e);
        }
    }

    private static InetAddress address(StreamingSettings settings) {
        try {
            InetAddress address = InetAddress.getByName(settings.address());
            if (address.isLoopbackAddress() || settings.tls()) return address;
        } catch (UnknownHostException e) {
            throw Fault.failed("looking up streaming.address " + settings.address(), e);
        }
        throw Fault.invalid(
                "streaming.address",
                settings.address() + " can be reached from other machines, and commands would cross the network in"
                        + " clear text; set streaming.tls-certificate and streaming.tls-key, or use 127.0.0.1");
    }

    /** A server that listens everywhere is called by its own node. */
    private static String host(InetAddress address) {
        InetAddress host = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        String text = host.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
