package io.davit.backend.oci.tar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.RawPath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against archives that other programs wrote: commons-compress, and GNU tar for sparse files. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TarReaderSpec {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** An entry with its content. */
    private record Member(TarEntry entry, byte[] content) {}

    private static List<Member> read(byte[] archive) throws IOException {
        return read(new ByteArrayInputStream(archive));
    }

    private static List<Member> read(InputStream archive) throws IOException {
        TarReader reader = new TarReader(archive);
        List<Member> found = new ArrayList<>();
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            found.add(new Member(entry.get(), content(reader, entry.get())));
        }
        return found;
    }

    private static byte[] content(TarReader reader, TarEntry entry) throws IOException {
        byte[] content = new byte[(int) entry.sizeBytes()];
        for (TarEntry.Extent extent : entry.extents()) {
            int at = (int) extent.offset();
            while (at < extent.end()) {
                int count = reader.read(content, at, (int) extent.end() - at);
                assertThat(count).isPositive();
                at += count;
            }
        }
        assertThat(reader.read(new byte[1], 0, 1)).isEqualTo(-1);
        return content;
    }

    private TarArchiveOutputStream posix() {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        return tar;
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) throws IOException {
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    @Nested
    class A_member {
        @Test
        void has_the_owner_mode_and_time_that_were_written() throws IOException {
            try (TarArchiveOutputStream tar = posix()) {
                TarArchiveEntry entry = new TarArchiveEntry("bin/su");
                entry.setMode(04755);
                entry.setIds(3_000_000, 70_000);
                put(tar, entry, "x".getBytes(UTF_8));
            }

            TarEntry entry = read(bytes.toByteArray()).getFirst().entry();

            assertThat(entry.type()).isEqualTo(TarEntry.Type.FILE);
            assertThat(entry.path()).hasToString("bin/su");
            assertThat(entry.permissions()).isEqualTo(04755);
            assertThat(entry.uid()).isEqualTo(3_000_000);
            assertThat(entry.gid()).isEqualTo(70_000);
        }

        @ParameterizedTest
        @CsvSource({
            "1700000000.123456789, 1700000000, 123456789",
            "1700000000.1234567891, 1700000000, 123456789",
            "1700000000, 1700000000, 0",
            "0.5, 0, 500000000",
            "-1.25, -2, 750000000"
        })
        void has_a_time_with_its_fraction(String written, long seconds, int nanos) throws IOException {
            byte[] archive = new HandmadeTar()
                    .pax(Map.of("mtime", written.getBytes(UTF_8)))
                    .file("f", "x")
                    .bytes();

            TarEntry entry = read(archive).getFirst().entry();

            assertThat(entry.modifiedSeconds()).isEqualTo(seconds);
            assertThat(entry.modifiedNanos()).isEqualTo(nanos);
        }

        @ParameterizedTest
        @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU})
        void may_have_a_name_of_any_length(int mode) throws IOException {
            String name = "directory/".repeat(40) + "name";
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
                tar.setLongFileMode(mode);
                put(tar, new TarArchiveEntry(name), "long".getBytes(UTF_8));
                TarArchiveEntry link = new TarArchiveEntry(name + "2", TarConstants.LF_SYMLINK);
                link.setLinkName(name);
                put(tar, link, new byte[0]);
            }

            List<Member> members = read(bytes.toByteArray());

            assertThat(members.getFirst().entry().path()).hasToString(name);
            assertThat(members.getFirst().content()).asString().isEqualTo("long");
            assertThat(members.getLast().entry().type()).isEqualTo(TarEntry.Type.SYMLINK);
            assertThat(members.getLast().entry().target()).hasToString(name);
        }

        @Test
        void may_have_a_name_that_is_no_text() throws IOException {
            byte[] name = {'a', (byte) 0xff, (byte) 0xfe, 'b'};
            byte[] archive = new HandmadeTar().file(name, "x").bytes();

            RawPath path = read(archive).getFirst().entry().path();

            assertThat(path).isEqualTo(RawPath.of(name, 0, name.length));
        }

        @Test
        void has_attributes_whose_values_are_bytes() throws IOException {
            byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
            byte[] archive = new HandmadeTar()
                    .pax(Map.of("SCHILY.xattr.security.capability", capability))
                    .file("ping", "x")
                    .bytes();

            assertThat(read(archive).getFirst().entry().attributes())
                    .containsOnlyKeys("security.capability")
                    .hasEntrySatisfying(
                            "security.capability", value -> assertThat(value).isEqualTo(capability));
        }
    }

    @Test
    void content_of_many_members_is_told_apart() throws IOException {
        Random random = new Random(1);
        List<byte[]> contents = new ArrayList<>();
        try (TarArchiveOutputStream tar = posix()) {
            for (int size : new int[] {0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 200_000}) {
                byte[] content = new byte[size];
                random.nextBytes(content);
                contents.add(content);
                put(tar, new TarArchiveEntry("f" + size), content);
            }
        }

        assertThat(read(bytes.toByteArray()).stream().map(Member::content).toList())
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(contents);
    }

    @Test
    void content_that_nobody_reads_is_skipped() throws IOException {
        try (TarArchiveOutputStream tar = posix()) {
            put(tar, new TarArchiveEntry("large"), new byte[100_000]);
            put(tar, new TarArchiveEntry("next"), new byte[0]);
        }
        TarReader reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));

        reader.next();

        assertThat(reader.next().orElseThrow().path()).hasToString("next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "0.0", "0.1", "1.0"})
    void sparse_files_of_gnu_tar_have_their_holes(String format) throws IOException {
        List<Member> members;
        try (InputStream in = TarReaderSpec.class.getResourceAsStream("sparse-" + format + ".tar.gz")) {
            members = read(new GZIPInputStream(in));
        }

        assertThat(members)
                .extracting(member -> member.entry().path().toString())
                .containsExactly("holes", "comb");
        byte[] holes = new byte[3 * 1024 * 1024];
        fill(holes, 0, "first".repeat(100));
        fill(holes, 1024 * 1024, "second".repeat(1000));
        fill(holes, 2 * 1024 * 1024 + 4096, "third".repeat(10));
        assertThat(members.getFirst().content()).isEqualTo(holes);
        byte[] comb = new byte[60 * 4096];
        for (int i = 0; i < 60; i += 2) {
            Arrays.fill(comb, i * 4096, (i + 1) * 4096, (byte) ('A' + i % 26));
        }
        assertThat(members.getLast().content()).isEqualTo(comb);
        assertThat(members.getLast().entry().extents()).hasSizeGreaterThan(20);
    }

    private static void fill(byte[] data, int at, String text) {
        byte[] piece = text.getBytes(UTF_8);
        System.arraycopy(piece, 0, data, at, piece.length);
    }

    @Nested
    class A_hostile_archive {
        @Test
        void that_is_cut_off_is_refused() throws IOException {
            byte[] whole = new HandmadeTar().file("f", "x".repeat(2000)).bytes();

            assertRefused(Arrays.copyOf(whole, 1500), "ends in the middle");
            assertRefused(Arrays.copyOf(whole, 100), "ends in the middle");
        }

        @Test
        void that_is_no_archive_is_refused() {
            byte[] noise = new byte[4096];
            new Random(2).nextBytes(noise);

            assertRefused(noise, "");
        }

        @Test
        void with_a_wrong_checksum_is_refused() {
            byte[] archive = new HandmadeTar().file("f", "x").bytes();
            archive[0] = 'g';

            assertRefused(archive, "checksum");
        }

        @Test
        void with_a_negative_or_endless_size_is_refused() {
            assertRefused(new HandmadeTar().header("f", '0', -5).bytes(), "-5 bytes");
            assertRefused(new HandmadeTar().header("f", '0', Long.MAX_VALUE).bytes(), "bytes");
        }

        @Test
        void with_an_extended_header_that_would_fill_the_memory_is_refused() {
            assertRefused(new HandmadeTar().header("f", 'x', 1L << 40).bytes(), "extended header");
            assertRefused(new HandmadeTar().header("f", 'L', 1L << 40).bytes(), "extended header");
        }

        @Test
        void with_a_path_that_no_kernel_takes_is_refused() {
            byte[] path = "a/".repeat(3000).getBytes(UTF_8);

            assertRefused(
                    new HandmadeTar().pax(Map.of("path", path)).file("f", "x").bytes(), "6000 bytes");
        }

        @Test
        void with_a_nul_in_a_path_is_refused() {
            byte[] path = {'a', 0, 'b'};

            assertRefused(
                    new HandmadeTar().pax(Map.of("path", path)).file("f", "x").bytes(), "NUL");
        }

        @Test
        void with_a_member_of_unknown_type_is_refused() {
            assertRefused(new HandmadeTar().header("f", 'V', 0).bytes(), "unknown type");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0,10,5,10", "0,-1", "10,1,0,1", "0,1,2", "0,999999999999999999", "0,3,100,3"})
        void with_a_sparse_map_that_lies_is_refused(String map) {
            byte[] archive = new HandmadeTar()
                    .pax(Map.of(
                            "GNU.sparse.map", map.getBytes(UTF_8),
                            "GNU.sparse.size", "100".getBytes(UTF_8)))
                    .file("f", "x".repeat(20))
                    .bytes();

            assertRefused(archive, "");
        }

        @ParameterizedTest
        @ValueSource(strings = {"5 a=b\n", "99 a=b\n", "x a=b\n", "6 ab\n", "0 a=b\n", "-6 a=b\n", "6 a=bc"})
        void with_pax_records_that_lie_is_refused(String records) {
            byte[] archive = new HandmadeTar().rawPax(records).file("f", "x").bytes();

            assertRefused(archive, "pax");
        }

        private void assertRefused(byte[] archive, String words) {
            assertThatThrownBy(() -> read(archive))
                    .isInstanceOf(TarFormatException.class)
                    .hasMessageContaining(words);
        }
    }

    @Test
    void any_damage_is_an_exception_or_harmless_but_never_a_crash() throws IOException {
        byte[] archive = new HandmadeTar()
                .pax(Map.of("SCHILY.xattr.user.x", new byte[] {1, 2, 3}))
                .file("a/b", "content")
                .symlink("l", "a")
                .hardLink("h", "a/b")
                .bytes();
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = archive.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(2048)] = (byte) random.nextInt(256);
            }
            try {
                TarReader reader = new TarReader(new ByteArrayInputStream(damaged));
                while (reader.next().isPresent()) {}
            } catch (TarFormatException _) {
                // The only exception that may come of bytes.
            }
        }
    }
}
