package io.davit.core.streaming;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A streaming server into this machine, for trying clients by hand. Each line on standard input is a request and is
 * answered with a URL: {@code exec FLAGS COMMAND...}, {@code attach FLAGS}, {@code forward PORT...}; FLAGS are letters:
 * i, o, e, t for stdin, stdout, stderr and tty. {@code stat} prints heap and open descriptors.
 */
final class HostStreamsMain {
    private HostStreamsMain() {}

    public static void main(String[] arguments) throws IOException {
        Path none = Path.of("");
        StreamingSettings settings = new StreamingSettings(
                "127.0.0.1",
                0,
                Duration.ofHours(4),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                1000,
                none,
                none,
                none);
        HostStreams host = new HostStreams();
        try (StreamingServer server = new StreamingServer(settings, Clock.systemUTC(), new SecureRandom(), host);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> words = Arrays.asList(line.split(" ", -1));
                System.out.println(words.getFirst().equals("stat") ? stat(host) : server.urlFor(request(words)));
            }
        }
    }

    private static StreamRequest request(List<String> words) {
        return switch (words.getFirst()) {
            case "exec" ->
                new StreamRequest.Exec(HostStreams.CONTAINER, words.subList(2, words.size()), streams(words.get(1)));
            case "attach" -> new StreamRequest.Attach(HostStreams.CONTAINER, streams(words.get(1)));
            case "forward" ->
                new StreamRequest.PortForward(
                        HostStreams.SANDBOX,
                        words.stream().skip(1).map(Integer::valueOf).toList());
            default -> throw new IllegalArgumentException("not a request: " + words);
        };
    }

    private static RequestedStreams streams(String flags) {
        return new RequestedStreams(flags.contains("i"), flags.contains("o"), flags.contains("e"), flags.contains("t"));
    }

    private static String stat(HostStreams host) throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heapKib = (runtime.totalMemory() - runtime.freeMemory()) / 1024;
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM") || line.startsWith("Threads"))
                .reduce("", (all, line) -> all + line.replaceAll("\\s+", "") + " ");
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return "heap=%dKiB descriptors=%d processes=%d %s"
                    .formatted(heapKib, descriptors.count(), host.alive().size(), resident);
        }
    }
}
