package io.davit.core.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/** A request that gets an HTTP error instead of an upgrade. Its text is for the person at the client. */
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;
    private final transient HttpHeaders headers = new DefaultHttpHeaders();

    Refusal(HttpResponseStatus status, String text) {
        super(text);
        this.status = status;
    }

    Refusal with(CharSequence header, Object value) {
        headers.add(header, value);
        return this;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    FullHttpResponse response() {
        ByteBuf body = Unpooled.copiedBuffer(getMessage() + "\n", StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .add(headers)
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
