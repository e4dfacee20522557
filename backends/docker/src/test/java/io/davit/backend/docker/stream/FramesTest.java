package io.davit.backend.docker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FramesTest {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final ExecOutput output =
            new ExecOutput(new Stdio(Optional.empty(), Optional.of(stdout), Optional.of(stderr), TerminalResizes.NONE));

    @Test
    void frames_go_to_the_stream_they_name() throws IOException {
        copy(false, frame(1, "out"), frame(2, "err"), frame(1, "more"));

        assertThat(stdout).hasToString("outmore");
        assertThat(stderr).hasToString("err");
    }

    @Test
    void a_frame_larger_than_any_buffer_arrives_whole() throws IOException {
        String large = "x".repeat(200_000);

        copy(false, frame(1, large));

        assertThat(stdout.toString(StandardCharsets.UTF_8)).isEqualTo(large);
    }

    @Test
    void bytes_of_a_terminal_that_look_like_the_head_of_a_frame_are_bytes() throws IOException {
        byte[] bytes = {1, 0, 0, 0, 0, 0, 0, 2, 'a', 'b'};

        copy(true, bytes);

        assertThat(stdout.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void a_stream_cut_inside_a_frame_is_an_error() {
        byte[] whole = frame(1, "hello");

        assertThatThrownBy(() -> copy(false, Arrays.copyOf(whole, whole.length - 2)))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void the_reason_why_a_command_was_not_started_is_held_back() throws IOException {
        copy(false, frame(1, "OCI runtime "), frame(1, "exec failed: no such file"));

        assertThat(stdout.toByteArray()).isEmpty();
        assertThat(output.held()).isEqualTo("OCI runtime exec failed: no such file");
    }

    @Test
    void a_command_that_prints_the_same_words_keeps_them() throws IOException {
        copy(false, frame(1, "OCI runtime exec failed: said a program"));

        output.pass();

        assertThat(stdout).hasToString("OCI runtime exec failed: said a program");
    }

    @Test
    void what_begins_like_the_words_and_goes_on_otherwise_is_not_held_back() throws IOException {
        copy(false, frame(1, "OCI images"));

        assertThat(stdout).hasToString("OCI images");
    }

    private void copy(boolean terminal, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.write(part);
        new Frames(new ByteArrayInputStream(all.toByteArray()), terminal).copyTo(output);
    }

    private static byte[] frame(int stream, String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[8 + content.length];
        frame[0] = (byte) stream;
        for (int i = 0; i < 4; i++) frame[4 + i] = (byte) (content.length >> (24 - 8 * i));
        System.arraycopy(content, 0, frame, 8, content.length);
        return frame;
    }
}
