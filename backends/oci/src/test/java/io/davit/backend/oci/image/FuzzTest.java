package io.davit.backend.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.backend.oci.tar.TarFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A few seconds of Jazzer for each reader of foreign bytes, in a process of its own: it changes classes as they are
 * loaded. {@code -Dfuzz.seconds=3600} lets it look for longer.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 6);
    private static final int START_SECONDS_MAX = 240;

    @TempDir
    Path directory;

    @Test
    void no_archive_is_too_strange_for_its_reader() throws Exception {
        HandmadeTar ordinary = new HandmadeTar()
                .directory("d")
                .file("d/f", "content")
                .symlink("l", "../d/f")
                .hardLink("h", "d/f")
                .characterDevice("null", 1, 3)
                .fifo("p");
        seed("ordinary", ordinary.bytes());
        seed(
                "whiteouts",
                new HandmadeTar().file("a/.wh..wh..opq", "").file(".wh.b", "").bytes());
        seed(
                "leaving",
                new HandmadeTar().file("../../up", "x").file("//etc//./x", "y").bytes());
        Map<String, byte[]> sparse = Map.of(
                "GNU.sparse.major", "1".getBytes(UTF_8),
                "GNU.sparse.minor", "0".getBytes(UTF_8),
                "GNU.sparse.realsize", "100000".getBytes(UTF_8));
        seed("sparse", new HandmadeTar().pax(sparse).file("s", "1\n0\n512\n").bytes());
        seed(
                "long",
                new HandmadeTar()
                        .pax(Map.of("path", "x/".repeat(400).getBytes(UTF_8)))
                        .file("x", "deep")
                        .bytes());

        fuzz(TarFuzz.class);
    }

    @Test
    void no_manifest_is_too_strange_for_its_reader() throws Exception {
        TestImage image = new TestImage().file("a", "1").file("b", "2");
        seed("manifest", image.manifest());
        seed("index", TestImage.index(TestImage.OCI_INDEX, List.of(image, new TestImage().architecture("riscv64"))));
        seed("both", "{\"manifests\":[],\"layers\":[],\"config\":{}}".getBytes(UTF_8));

        fuzz(ManifestFuzz.class);
    }

    @Test
    void no_configuration_is_too_strange_for_its_reader() throws Exception {
        String process = "{\"Entrypoint\":[\"a\"],\"Cmd\":null,\"Env\":[\"A=b\"],\"User\":\"1:2\","
                + "\"Volumes\":{\"/v\":{}},\"Labels\":{\"l\":\"x\"},\"StopSignal\":\"SIGTERM\"}";
        seed("whole", new TestImage().file("a", "1").process(process).config());
        seed("empty", "{}".getBytes(UTF_8));

        fuzz(ConfigFuzz.class);
    }

    private void seed(String name, byte[] data) throws IOException {
        Files.write(Files.createDirectories(directory.resolve("corpus")).resolve(name), data);
    }

    private void fuzz(Class<?> target) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.davit.**",
                // Their hooks look for bugs of web applications, and cost the start of each class.
                "--custom_hook_excludes=tools.jackson.**:org.slf4j.**:com.sun.jna.**",
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-max_total_time=" + SECONDS,
                "-timeout=10",
                "-print_final_stats=1",
                directory.resolve("corpus").toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS + START_SECONDS_MAX, TimeUnit.SECONDS);
        if (!ended) process.destroyForcibly().waitFor();
        assertThat(Files.readString(log)).contains("stat::number_of_executed_units");
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
