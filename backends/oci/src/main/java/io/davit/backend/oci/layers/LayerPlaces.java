package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.ContentFaults;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names in the directory of layers; each number is given once, to a layer or to trash. Not safe for threads. */
final class LayerPlaces {
    private static final String TRASH = "trash-";
    private static final String UNFINISHED = "unfinished-";
    private static final Pattern NUMBERED = Pattern.compile("(" + TRASH + ")?([0-9]{1,18})");

    private final Path directory;
    private long lastNumber;

    LayerPlaces(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** What is there; to be called first, as it finds the last number that was given. */
    List<Path> entries() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Files.createDirectories(directory))) {
            for (Path entry : entries) {
                found.add(entry);
                Matcher name = NUMBERED.matcher(entry.getFileName().toString());
                if (name.matches()) lastNumber = Math.max(lastNumber, Long.parseLong(name.group(2)));
            }
        }
        return found;
    }

    static boolean isLayer(Path entry) {
        return entry.getFileName().toString().chars().allMatch(Character::isDigit);
    }

    static boolean isTrash(Path entry) {
        return entry.getFileName().toString().startsWith(TRASH);
    }

    /** For the layer of that chain while it is being made. */
    Path unfinished(LayerName name) {
        return directory.resolve(UNFINISHED + name.chain().hex());
    }

    /** Gives what is whole its home. */
    Path settle(Path work) throws IOException {
        return Files.move(work, directory.resolve(Long.toString(++lastNumber)), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A rename is quick and cannot stop half-way, as a deletion can: from now on it is nothing any more. */
    Path toTrash(Path entry) {
        try {
            return Files.move(entry, directory.resolve(TRASH + ++lastNumber), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw ContentFaults.of("remove the layer in " + entry, e);
        }
    }
}
