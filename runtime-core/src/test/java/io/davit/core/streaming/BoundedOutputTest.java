package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BoundedOutputTest {
    private final Random random = new Random(7);

    @Test
    void what_fits_is_kept_whole() {
        BoundedOutput output = new BoundedOutput(1_000_000);
        byte[] text = bytes(300_000);
        for (int at = 0; at < text.length; ) {
            int count = Math.min(1 + random.nextInt(20_000), text.length - at);
            output.write(text, at, count);
            at += count;
        }
        assertThat(output.bytes()).isEqualTo(text);
        assertThat(output.isTruncated()).isFalse();
    }

    @Test
    void of_more_than_the_limit_the_beginning_is_kept() {
        BoundedOutput output = new BoundedOutput(10_000);
        byte[] text = bytes(25_000);
        output.write(text, 0, 9_999);
        output.write(text, 9_999, 2);
        output.write(text, 10_001, text.length - 10_001);
        assertThat(output.bytes()).isEqualTo(Arrays.copyOf(text, 10_000));
        assertThat(output.isTruncated()).isTrue();
    }

    @Test
    void exactly_the_limit_is_not_truncated() {
        BoundedOutput output = new BoundedOutput(3);
        output.write('a');
        output.write('b');
        output.write('c');
        assertThat(output.bytes()).asString().isEqualTo("abc");
        assertThat(output.isTruncated()).isFalse();
        output.write('d');
        assertThat(output.bytes()).asString().isEqualTo("abc");
        assertThat(output.isTruncated()).isTrue();
    }

    @Test
    void nothing_written_is_nothing() {
        assertThat(new BoundedOutput(BoundedOutput.EXEC_SYNC_OUTPUT_BYTES_MAX).bytes())
                .isEmpty();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
