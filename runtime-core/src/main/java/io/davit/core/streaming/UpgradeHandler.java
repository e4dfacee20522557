package io.davit.core.streaming;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one HTTP request of a connection: redeems the token, then hands the connection over to another protocol. */
final class UpgradeHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeHandler.class);

    private final StreamTokens tokens;
    private final Connections connections;
    private final SpdyUpgrade spdy;
    private final WebSocketUpgrade webSocket;
    private Optional<HttpRequest> pending = Optional.empty();

    UpgradeHandler(StreamTokens tokens, Connections connections, SpdyUpgrade spdy, WebSocketUpgrade webSocket) {
        this.tokens = tokens;
        this.connections = connections;
        this.spdy = spdy;
        this.webSocket = webSocket;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        try {
            if (part.decoderResult().isFailure()) {
                throw new Refusal(HttpResponseStatus.BAD_REQUEST, "not a proper HTTP request");
            }
            if (part instanceof HttpContent content && content.content().isReadable()) {
                throw new Refusal(HttpResponseStatus.BAD_REQUEST, "a request with a body cannot be upgraded");
            }
            if (part instanceof HttpRequest request) pending = Optional.of(request);
            if (part instanceof LastHttpContent && pending.isPresent()) upgrade(context, pending.get());
        } catch (Refusal refusal) {
            LOG.debug("refusing {}: {}", context.channel().remoteAddress(), refusal.getMessage());
            context.pipeline().remove(this);
            context.writeAndFlush(refusal.response()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ReadTimeoutException)) {
            LOG.debug("closing {}: {}", context.channel().remoteAddress(), cause.toString());
        }
        var _ = context.close();
    }

    private void upgrade(ChannelHandlerContext context, HttpRequest http) throws Refusal {
        if (connections.tooMany()) {
            throw new Refusal(HttpResponseStatus.TOO_MANY_REQUESTS, "too many streaming connections are open")
                    .with(HttpHeaderNames.RETRY_AFTER, 1);
        }
        StreamRequest request = redeem(http);
        Upgrade upgrade = negotiate(http, request);
        Channel channel = context.channel();
        ChannelPipeline pipeline = channel.pipeline();
        var _ = context.writeAndFlush(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.SWITCHING_PROTOCOLS,
                Unpooled.EMPTY_BUFFER,
                upgrade.headers(),
                EmptyHttpHeaders.INSTANCE));
        pipeline.remove(ReadTimeoutHandler.class);
        pipeline.remove(this);
        Conversation conversation = upgrade.takeOver().apply(channel);
        // Last, because it hands on what the client may have sent already.
        pipeline.remove(HttpServerCodec.class);
        connections.start(channel, request, conversation);
    }

    private StreamRequest redeem(HttpRequest http) throws Refusal {
        if (!http.method().equals(HttpMethod.GET) && !http.method().equals(HttpMethod.POST)) {
            throw new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and POST are served")
                    .with(HttpHeaderNames.ALLOW, "GET, POST");
        }
        StreamPath path = StreamPath.parse(http.uri()).orElseThrow(UpgradeHandler::notFound);
        return tokens.redeem(path.token()).filter(path::fits).orElseThrow(UpgradeHandler::notFound);
    }

    private Upgrade negotiate(HttpRequest http, StreamRequest request) throws Refusal {
        if (HeaderList.contains(http, HttpHeaderNames.CONNECTION, "upgrade")) {
            if (HeaderList.contains(http, HttpHeaderNames.UPGRADE, "websocket")) {
                return webSocket.negotiate(http, request);
            }
            if (HeaderList.contains(http, HttpHeaderNames.UPGRADE, SpdyUpgrade.SPDY)) {
                return spdy.negotiate(http, request);
            }
        }
        throw new Refusal(
                HttpResponseStatus.BAD_REQUEST, "ask for an upgrade to " + SpdyUpgrade.SPDY + " or websocket");
    }

    private static Refusal notFound() {
        return new Refusal(
                HttpResponseStatus.NOT_FOUND,
                "this URL is unknown, too old or used already; each is good for one connection");
    }
}
