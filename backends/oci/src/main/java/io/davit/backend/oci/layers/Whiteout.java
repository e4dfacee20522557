package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.RawPath;

/** What a member's name asks for (OCI image-spec, layer.md, "Whiteouts"; the names come from AUFS). */
sealed interface Whiteout {
    String PREFIX = ".wh.";
    String METADATA_PREFIX = ".wh..wh.";
    String OPAQUE = ".wh..wh..opq";

    /** An ordinary name. */
    record None() implements Whiteout {}

    /** The name {@code removed} of lower layers is gone. */
    record Removes(RawPath removed) implements Whiteout {}

    /** Nothing of lower layers shows in the directory that this member is in. */
    record HidesAll() implements Whiteout {}

    /** Book-keeping of AUFS, without a meaning for anybody else. */
    record Metadata() implements Whiteout {}

    static Whiteout of(RawPath name) {
        if (!name.startsWith(PREFIX)) return new None();
        if (name.is(OPAQUE)) return new HidesAll();
        if (name.startsWith(METADATA_PREFIX)) return new Metadata();
        RawPath removed = name.substring(PREFIX.length());
        if (removed.isEmpty() || removed.is(".") || removed.is("..")) return new Metadata();
        return new Removes(removed);
    }
}
