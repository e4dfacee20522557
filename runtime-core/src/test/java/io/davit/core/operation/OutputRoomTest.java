package io.davit.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OutputRoomTest {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private final OutputRoom room = new OutputRoom(MIB);

    @Test
    void a_call_keeps_what_it_may_and_drops_the_rest() {
        CappedOutput output = new CappedOutput(room.share(100_000));

        for (int i = 0; i < 30; i++) output.write(new byte[10_000], 0, 10_000);

        assertThat(kept(output)).isEqualTo(100_000);
    }

    @Test
    void both_outputs_of_a_call_share_its_room() {
        OutputRoom.Share share = room.share(100_000);
        CappedOutput stdout = new CappedOutput(share);
        CappedOutput stderr = new CappedOutput(share);

        stdout.write(new byte[70_000], 0, 70_000);
        stderr.write(new byte[70_000], 0, 70_000);

        assertThat(kept(stdout)).isEqualTo(70_000);
        assertThat(kept(stderr)).isEqualTo(30_000);
    }

    @Test
    void what_others_say_leaves_an_ordinary_call_its_room() {
        CappedOutput loud = new CappedOutput(room.share(16 * MIB));
        CappedOutput ordinary = new CappedOutput(room.share(16 * MIB));

        loud.write(new byte[3 * MIB], 0, 3 * MIB);
        ordinary.write(new byte[50 * KIB], 0, 50 * KIB);

        assertThat(kept(loud)).isEqualTo(MIB + 64 * KIB);
        assertThat(kept(ordinary)).isEqualTo(50 * KIB);
    }

    @Test
    void room_is_free_again_when_the_answer_was_sent() {
        OutputRoom.Share share = room.share(16 * MIB);
        new CappedOutput(share).write(new byte[3 * MIB], 0, 3 * MIB);
        CappedOutput next = new CappedOutput(room.share(16 * MIB));

        share.close();
        share.close();
        next.write(new byte[3 * MIB], 0, 3 * MIB);

        assertThat(kept(next)).isEqualTo(MIB + 64 * KIB);
    }

    @Test
    void bytes_come_out_as_they_went_in() {
        CappedOutput output = new CappedOutput(room.share(MIB));
        byte[] bytes = new byte[40_001];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31);

        output.write(bytes, 0, 7);
        output.write(bytes, 7, bytes.length - 7);

        ByteBuffer all = ByteBuffer.allocate(bytes.length);
        output.pieces().forEach(all::put);
        assertThat(all.array()).isEqualTo(bytes);
    }

    private static int kept(CappedOutput output) {
        return output.pieces().stream().mapToInt(ByteBuffer::remaining).sum();
    }
}
