package io.davit.core.store;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * One versioned JSON file per record: {@code {"version":1,"record":{...}}}, written to a temporary file and renamed, so
 * that a reader finds the old record or the new one. A file of a newer version is refused, for guessing could destroy
 * what it means; a damaged one is set aside and reported.
 *
 * @param <R> the type of record
 */
final class CheckpointDirectory<R> {
    private static final int VERSION = 1;
    private static final String ENDING = ".json";
    private static final String TEMPORARY = ".tmp";
    private static final String SET_ASIDE = ".damaged";
    private static final Set<StandardOpenOption> OVERWRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    /** Variables of containers, which often are secrets, stand in records. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final JsonMapper JSON = RecordJson.mapper();

    private final Path directory;
    private final JavaType type;
    private final DirectorySync sync;

    /** What {@link #load} found. */
    record Loaded<R>(List<R> records, List<Fault> damaged) {}

    private record Versioned<R>(int version, R record) {}

    private record VersionOnly(int version) {}

    CheckpointDirectory(Path directory, Class<R> type) {
        this.directory = directory;
        this.type = JSON.getTypeFactory().constructParametricType(Versioned.class, type);
        this.sync = new DirectorySync(directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw Fault.failed("making " + directory, e);
        }
    }

    void write(String id, R record, Durability durability) {
        Path file = directory.resolve(id + ENDING);
        Path temporary = directory.resolve(id + TEMPORARY);
        try (FileChannel channel = FileChannel.open(temporary, OVERWRITE, OWNER_ONLY);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(JSON.writeValueAsBytes(new Versioned<>(VERSION, record)));
            if (durability == Durability.OF_THE_NODE) channel.force(true);
        } catch (IOException e) {
            throw Fault.failed("writing " + temporary, e);
        }
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            if (durability == Durability.OF_THE_NODE) sync.sync();
        } catch (IOException e) {
            throw Fault.failed("writing " + file, e);
        }
    }

    boolean has(String id) {
        return Files.exists(directory.resolve(id + ENDING));
    }

    /** Forgets a record for good, also a half-written one; it does not come back after a loss of power. */
    void delete(String id) {
        Path file = directory.resolve(id + ENDING);
        try {
            boolean there = Files.deleteIfExists(file);
            if (Files.deleteIfExists(directory.resolve(id + TEMPORARY)) || there) sync.sync();
        } catch (IOException e) {
            throw Fault.failed("removing " + file, e);
        }
    }

    /** @throws Fault of kind Refused if a record is of a newer version: start that version of davit */
    Loaded<R> load() {
        List<R> records = new ArrayList<>();
        List<Fault> damaged = new ArrayList<>();
        for (Path file : files()) {
            try {
                records.add(read(file));
            } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException e) {
                setAside(file);
                damaged.add(new Fault(new Fault.Kind.CorruptRecord(file.toString(), Fault.reason(e)), e));
            }
        }
        return new Loaded<>(records, damaged);
    }

    /**
     * One record, which is only read.
     *
     * @throws Fault Absent; CorruptRecord; of kind Refused if it is of a newer version
     */
    R get(String id) {
        Path file = directory.resolve(id + ENDING);
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            throw new Fault(new Fault.Kind.Absent(file.toString()), e);
        } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException e) {
            throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), Fault.reason(e)), e);
        }
    }

    private R read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int version = JSON.readValue(bytes, VersionOnly.class).version();
        if (version > VERSION) {
            String why = "its version is " + version + ", this davit knows up to " + VERSION
                    + "; start the newer davit again, or drain the node and empty the state directory";
            throw new Fault(new Fault.Kind.Refused("the record " + file, why));
        }
        Versioned<R> versioned = JSON.readValue(bytes, type);
        if (version < 1) throw new IllegalArgumentException("no version");
        return versioned.record();
    }

    private List<Path> files() {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Fault.failed("reading " + directory, e);
        }
    }

    private static void setAside(Path file) {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + SET_ASIDE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Fault.failed("setting " + file + " aside", e);
        }
    }
}
