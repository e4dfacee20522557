package io.davit.core.observe;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on one connection, which is closed after the answer: a reader comes a few times a minute. */
final class MetricsRequest extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsRequest.class);
    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final MetricsPage page;
    /** Used by the event loop alone. */
    private boolean asked;

    MetricsRequest(MetricsPage page) {
        this.page = page;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (asked || !(message instanceof HttpRequest request)) return;
        asked = true;
        boolean damaged = request.decoderResult().isFailure();
        HttpMethod method = request.method();
        String path = request.uri().split("\\?", 2)[0];
        // On a thread of its own: the event loop only moves bytes.
        Thread.ofVirtual().name("metrics").start(() -> {
            FullHttpResponse answer =
                    damaged ? refusal(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request") : answer(method, path);
            send(context, method, answer);
        });
    }

    private FullHttpResponse answer(HttpMethod method, String path) {
        if (!path.equals(PATH)) return refusal(HttpResponseStatus.NOT_FOUND, "the metrics are at " + PATH);
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            FullHttpResponse refusal = refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET " + PATH);
            refusal.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            return refusal;
        }
        try {
            return answer(HttpResponseStatus.OK, page.contentType(), page.bytes());
        } catch (RuntimeException | Error bug) {
            LOG.error("bug in davit: the metrics cannot be written", bug);
            return refusal(HttpResponseStatus.INTERNAL_SERVER_ERROR, "davit's log has the reason");
        }
    }

    private static FullHttpResponse refusal(HttpResponseStatus status, String why) {
        return answer(status, TEXT, (why + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static FullHttpResponse answer(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return answer;
    }

    private static void send(ChannelHandlerContext context, HttpMethod method, FullHttpResponse answer) {
        // Its length stays in the header (RFC 9110, 9.3.2).
        FullHttpResponse sent = method.equals(HttpMethod.HEAD) ? answer.replace(Unpooled.EMPTY_BUFFER) : answer;
        context.writeAndFlush(sent).addListener(ChannelFutureListener.CLOSE);
    }

    /** A client that has left or says nothing for too long. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a reader of metrics is cut off: {}", cause.getMessage());
        var _ = context.close();
    }
}
