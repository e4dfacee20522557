package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.syscall.WritableFile;
import io.davit.backend.oci.tar.TarEntry;
import io.davit.core.domain.Fault;
import java.util.Set;

/**
 * Puts owner, permissions, extended attributes and times on what was unpacked, in this order: chown(2) takes away setuid
 * and capabilities, and everything else changes times.
 */
final class MemberAttributes {
    /** Labels and measurements of the machine that built the image: they mean nothing, or harm, on this one. */
    private static final Set<String> FOREIGN = Set.of("security.selinux", "security.ima", "security.evm");

    private MemberAttributes() {}

    static void apply(TarEntry entry, WritableFile file, Directory parent, RawPath name) {
        file.chown(entry.uid(), entry.gid());
        file.chmod(entry.permissions());
        extended(entry, parent, name);
        file.touch(entry.modifiedSeconds(), entry.modifiedNanos());
    }

    /** For what is no regular file. The times of directories are set again when all is unpacked. */
    static void apply(TarEntry entry, Directory parent, RawPath name) {
        parent.chown(name, entry.uid(), entry.gid());
        if (entry.type() != TarEntry.Type.SYMLINK) parent.chmod(name, entry.permissions());
        extended(entry, parent, name);
        parent.touch(name, entry.modifiedSeconds(), entry.modifiedNanos());
    }

    private static void extended(TarEntry entry, Directory parent, RawPath name) {
        entry.attributes().forEach((attribute, value) -> {
            if (FOREIGN.contains(attribute) || OverlayMarks.isMark(attribute)) return;
            // Filesystems without them hold images all the same; file capabilities are worth an error.
            boolean set = parent.attributes(name).set(attribute, value);
            if (!set && attribute.equals("security.capability")) {
                throw Fault.failed("unpack a layer", "the filesystem of " + parent + " has no file capabilities");
            }
        });
    }
}
