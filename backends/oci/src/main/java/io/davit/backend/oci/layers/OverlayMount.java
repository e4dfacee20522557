package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.Mounts;
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

    OverlayMount {
        lower = List.copyOf(lower);
    }

    void mount(OverlayOptions options) {
        String named = data(options, Path::toString);
        if (named.length() <= OPTIONS_BYTES_MAX) {
            call(named);
        } else {
            mountByDescriptors(options);
        }
    }

    // The magic links of descriptors are short whatever the directories are called: room for some 230 layers. Readable
    // names are preferred, because /proc/mounts shows them to people.
    private void mountByDescriptors(OverlayOptions options) {
        List<Directory> open = new ArrayList<>();
        try {
            call(data(options, path -> {
                open.add(Directory.open(path));
                return open.getLast().magicPath();
            }));
        } finally {
            open.forEach(Directory::close);
        }
    }

    private String data(OverlayOptions options, Function<Path, String> name) {
        String lowerNames = lower.stream().map(name).collect(Collectors.joining(":"));
        return "lowerdir=" + lowerNames + ",upperdir=" + name.apply(upper) + ",workdir=" + name.apply(work)
                + options.text();
    }

    private void call(String data) {
        Mounts.mount("overlay", merged, "overlay", Set.of(), data);
    }
}
