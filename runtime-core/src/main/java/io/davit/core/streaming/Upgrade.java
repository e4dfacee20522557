package io.davit.core.streaming;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Function;

/**
 * What protocol a connection goes on with.
 *
 * @param headers of the answer 101
 * @param takeOver puts the protocol's handlers into the pipeline, on the event loop, after the answer was written
 */
record Upgrade(HttpHeaders headers, Function<Channel, Conversation> takeOver) {}
