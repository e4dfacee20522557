package io.davit.core.network;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The node's pod network: the first configuration file by name in a directory, read again when the directory has
 * changed. Whether it has is seen at each use by listing the directory, well below a millisecond, so that nobody must
 * watch it and no change is missed. A broken first file is an error: the next one would be another network. Safe for
 * all threads.
 */
final class CniConfiguration {
    /** A file as it was when we looked. */
    private record Stamp(Path file, FileTime modified, long size, Optional<Object> inode) {}

    /** What was read from the directory in that state. */
    private record Loaded(List<Stamp> stamps, Optional<NetworkList> network, Optional<Fault> trouble) {}

    private final Path directory;

    // The threads that see a change may each read it; the last write wins, and all are of the new state.
    private volatile Loaded loaded = new Loaded(List.of(), Optional.empty(), Optional.empty());

    CniConfiguration(Path directory) {
        this.directory = directory;
    }

    /** @throws Fault Failed if there is none, or the first one is broken */
    NetworkList current() {
        Loaded now = refresh();
        now.trouble().ifPresent(trouble -> {
            throw trouble;
        });
        return now.network().orElseThrow(() -> absent(directory));
    }

    private Loaded refresh() {
        Loaded before = loaded;
        List<Stamp> stamps;
        try {
            stamps = list();
        } catch (IOException e) {
            return new Loaded(
                    List.of(), Optional.empty(), Optional.of(Fault.failed("listing the CNI configuration", e)));
        }
        if (stamps.equals(before.stamps())) return before;
        Loaded now = load(stamps);
        loaded = now;
        return now;
    }

    private static Loaded load(List<Stamp> stamps) {
        if (stamps.isEmpty()) return new Loaded(stamps, Optional.empty(), Optional.empty());
        Path file = stamps.getFirst().file();
        try {
            NetworkList network = NetworkList.parse(file.toString(), Files.readString(file));
            return new Loaded(stamps, Optional.of(network), Optional.empty());
        } catch (IOException e) {
            Fault unreadable = Fault.failed("reading the CNI configuration " + file, e);
            return new Loaded(List.of(), Optional.empty(), Optional.of(unreadable));
        } catch (Fault broken) {
            return new Loaded(stamps, Optional.empty(), Optional.of(broken));
        }
    }

    private List<Stamp> list() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.{conflist,conf,json}")) {
            entries.forEach(files::add);
        } catch (NoSuchFileException _) {
            return List.of(); // the network add-on of the cluster makes the directory with its first file
        }
        files.sort(null);
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) stamp(file).ifPresent(stamps::add);
        return stamps;
    }

    private static Optional<Stamp> stamp(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) return Optional.empty();
            return Optional.of(new Stamp(
                    file, attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey())));
        } catch (NoSuchFileException _) {
            return Optional.empty(); // removed since it was listed
        }
    }

    private static Fault absent(Path directory) {
        return Fault.failed(
                "setting up the pod network",
                "there is no CNI configuration in " + directory
                        + "; install the cluster's network add-on, or put a .conflist file there");
    }
}
