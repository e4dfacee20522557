package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Mounts an overlay.
 *
 * @param lower topmost first, at least one
 */
record OverlayMount(List<Path> lower, Path upper, Path work, Path merged) {
    /** One page, with the final NUL (mount(2)). */
    private static final int OPTIONS_BYTES_MAX = 4095;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    OverlayMount {
        lower = List.copyOf(lower);
    }

    /**
     * Mounts at least two layers without a writable one.
     *
     * @param options more of them, each with a comma before it
     */
    static void readOnly(List<Path> lower, Path target, String options) {
        new OverlayMount(lower, target, target, target).mount(Layers.READ_ONLY, ",index=off" + options);
    }

    void mount(OverlayOptions options) {
        mount(Layers.WRITABLE, options.text());
    }

    private enum Layers {
        WRITABLE,
        READ_ONLY
    }

    private void mount(Layers kind, String options) {
        String named = data(kind, options, Path::toString);
        if (named.length() <= OPTIONS_BYTES_MAX) {
            call(kind, named);
        } else {
            mountByDescriptors(kind, options);
        }
    }

    // By their descriptors' numbers, relative to the directory that has links of these names: room for all the layers
    // that overlayfs takes. Readable names are preferred, because /proc/mounts shows them to people.
    private void mountByDescriptors(Layers kind, String options) {
        List<Directory> open = new ArrayList<>();
        try {
            String data = data(kind, options, path -> {
                open.add(Directory.open(path));
                return open.getLast().magicName();
            });
            ThrowAwayThread.call("mount", () -> {
                Mounts.workIn(DESCRIPTORS);
                call(kind, data);
                return true;
            });
        } finally {
            open.forEach(Directory::close);
        }
    }

    private String data(Layers kind, String options, Function<Path, String> name) {
        String lowerNames = lower.stream().map(name).collect(Collectors.joining(":"));
        return switch (kind) {
            case READ_ONLY -> "lowerdir=" + lowerNames + options;
            case WRITABLE ->
                "lowerdir=" + lowerNames + ",upperdir=" + name.apply(upper) + ",workdir=" + name.apply(work) + options;
        };
    }

    private void call(Layers kind, String data) {
        Set<Mounts.Flag> flags = kind == Layers.READ_ONLY ? Set.of(Mounts.Flag.READ_ONLY) : Set.of();
        Mounts.mount("overlay", merged, "overlay", flags, data);
    }
}
