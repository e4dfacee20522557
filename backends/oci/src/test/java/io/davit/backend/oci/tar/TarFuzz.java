package io.davit.backend.oci.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/** For a fuzzer: any bytes are an archive, or not, but never a bug. */
public final class TarFuzz {
    private static final int MEMBERS_MAX = 10_000;

    private TarFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        byte[] chunk = new byte[4096];
        try {
            TarReader reader = new TarReader(new ByteArrayInputStream(data));
            Optional<TarEntry> entry = reader.next();
            for (int members = 0; entry.isPresent() && members < MEMBERS_MAX; members++) {
                check(entry.get());
                // A member may claim to be long: what is there ends with the data.
                while (reader.read(chunk, 0, chunk.length) >= 0) {}
                entry = reader.next();
            }
        } catch (IOException _) {
            // Damaged: that is an answer.
        }
    }

    private static void check(TarEntry entry) {
        long at = 0;
        for (TarEntry.Extent extent : entry.extents()) {
            if (extent.offset() < at || extent.bytes() < 0) throw new AssertionError("extents out of order");
            at = extent.offset() + extent.bytes();
        }
        if (at > entry.sizeBytes()) throw new AssertionError("extents beyond the end");
        if (entry.path().normalized().toString().contains("..")) {
            for (var part : entry.path().normalized().components()) {
                if (part.is("..")) throw new AssertionError("a path that leaves: " + entry.path());
            }
        }
    }
}
