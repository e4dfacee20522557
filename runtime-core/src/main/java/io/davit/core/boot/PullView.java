package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.grpc.ImageClient;
import io.davit.core.spi.LayerProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Shows a pull while it is under way: bars on a terminal, elsewhere a line whenever a layer gets to its next step. */
final class PullView {
    private static final Duration TERMINAL_PAUSE = Duration.ofMillis(150);
    private static final Duration PLAIN_PAUSE = Duration.ofSeconds(1);
    private static final int BAR_CHARS = 20;
    /** What fits on the smallest terminal; the cursor cannot go back above its top. */
    private static final int LINES_MAX = 20;

    private static final int DIGEST_CHARS = 12;
    private static final String CLEAR_BELOW = "\033[J";

    private final PrintWriter out;
    private final boolean terminal;
    private final Map<String, LayerProgress.Step> told = new HashMap<>();
    private List<LayerProgress> last = List.of();
    private int drawn;

    PullView(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Pulls, and shows it. */
    static String pull(ImageClient client, String name, PrintWriter out) {
        PullView view = new PullView(out, isTerminal());
        FutureTask<String> pull = new FutureTask<>(() -> client.pull(name));
        Thread.ofVirtual().name("pull").start(pull);
        Duration pause = view.terminal ? TERMINAL_PAUSE : PLAIN_PAUSE;
        while (true) {
            try {
                String id = pull.get(pause.toMillis(), TimeUnit.MILLISECONDS);
                view.finish();
                return id;
            } catch (TimeoutException _) {
                view.show(progress(client, name));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Fault fault) throw new Fault(fault.kind(), fault);
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fault(new Fault.Kind.Cancelled("pulling " + name), e);
            }
        }
    }

    /** What cannot be told now, or not at all, is no failure of the pull, which has words of its own. */
    private static List<LayerProgress> progress(ImageClient client, String name) {
        try {
            return client.progress(name);
        } catch (Fault _) {
            return List.of();
        }
    }

    /** By what standard output is: the JDK's console would take over the terminal. */
    private static boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException _) {
            return false; // no /proc: plain lines are always right
        }
    }

    /** All layers as they are when an image is whole. */
    private void finish() {
        show(last.stream()
                .map(layer ->
                        new LayerProgress(layer.layer(), LayerProgress.Step.DONE, layer.blobBytes(), layer.blobBytes()))
                .toList());
    }

    void show(List<LayerProgress> layers) {
        if (!layers.isEmpty()) last = layers;
        if (terminal) draw(layers);
        else tell(layers);
        out.flush();
    }

    private void draw(List<LayerProgress> layers) {
        // Before the layers are known, and at the very end, there is nothing to tell; what was drawn stays.
        if (layers.isEmpty()) return;
        List<String> lines = lines(layers);
        if (drawn > 0) out.print("\033[" + drawn + "A");
        out.print(CLEAR_BELOW);
        lines.forEach(out::println);
        drawn = lines.size();
    }

    /** All layers, or, where they are too many, those that are not done and how many others there are. */
    private static List<String> lines(List<LayerProgress> layers) {
        if (layers.size() <= LINES_MAX)
            return layers.stream().map(PullView::line).toList();
        List<String> lines = new ArrayList<>(layers.stream()
                .filter(layer -> layer.step() != LayerProgress.Step.DONE)
                .limit(LINES_MAX - 1)
                .map(PullView::line)
                .toList());
        long done = layers.stream()
                .filter(layer -> layer.step() == LayerProgress.Step.DONE)
                .count();
        lines.add(done + " of " + layers.size() + " layers are done");
        return lines;
    }

    private static String line(LayerProgress layer) {
        int full = layer.blobBytes() == 0 ? BAR_CHARS : (int) (BAR_CHARS * layer.fetchedBytes() / layer.blobBytes());
        return "%s [%s%s] %9s of %9s  %s"
                .formatted(
                        shortDigest(layer),
                        "=".repeat(full),
                        " ".repeat(BAR_CHARS - full),
                        ImageTable.size(layer.fetchedBytes()),
                        ImageTable.size(layer.blobBytes()),
                        shortWord(layer.step()));
    }

    private void tell(List<LayerProgress> layers) {
        for (LayerProgress layer : layers) {
            String digest = shortDigest(layer);
            if (told.put(digest, layer.step()) == layer.step()) continue;
            out.println(digest + " " + word(layer.step()) + ", " + ImageTable.size(layer.blobBytes()));
        }
    }

    private static String shortDigest(LayerProgress layer) {
        return layer.layer().hex().substring(0, DIGEST_CHARS);
    }

    /** For lines that must not be longer than 80 characters. */
    private static String shortWord(LayerProgress.Step step) {
        return switch (step) {
            case WAITING -> "waits";
            case FETCHING -> "fetching";
            case UNPACKING -> "unpacking";
            case DONE -> "done";
        };
    }

    private static String word(LayerProgress.Step step) {
        return switch (step) {
            case WAITING -> "waits";
            case FETCHING -> "is fetched and unpacked";
            case UNPACKING -> "is unpacked";
            case DONE -> "is done";
        };
    }
}
