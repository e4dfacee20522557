package io.davit.core.streaming.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class Base64PiecesTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 100, 1001})
    void text_cut_anywhere_is_decoded(int length) {
        Random random = new Random(length);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        ByteBuf text = Unpooled.wrappedBuffer(Base64.getEncoder().encode(bytes));
        Base64Pieces pieces = new Base64Pieces();
        ByteBuf decoded = Unpooled.buffer();
        while (text.isReadable()) {
            int size = Math.min(random.nextInt(6), text.readableBytes());
            decoded.writeBytes(pieces.decode(text.readSlice(size), false));
        }
        decoded.writeBytes(pieces.decode(Unpooled.EMPTY_BUFFER, true));
        assertThat(ByteBufUtil.getBytes(decoded)).isEqualTo(bytes);
    }

    @Test
    void what_is_no_Base64_is_refused() {
        ByteBuf text = Unpooled.copiedBuffer("@@@@", StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> new Base64Pieces().decode(text, true))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessageContaining("Base64");
    }
}
