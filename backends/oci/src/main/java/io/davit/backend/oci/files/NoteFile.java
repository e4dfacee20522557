package io.davit.backend.oci.files;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** One record as a JSON file, for ourselves: written before what it describes is made, read to clean up after it. */
public final class NoteFile<T extends Record> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Class<T> type;

    public NoteFile(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    public void write(T note) {
        PrivateFiles.write(file, JSON.writeValueAsString(note));
    }

    /**
     * @return empty if it was never written
     * @throws Fault CorruptRecord if it cannot be understood
     */
    public Optional<T> read() {
        return PrivateFiles.read(file).map(this::parse);
    }

    /** For clean-up, which must get on without: empty also if the note cannot be understood. */
    public Optional<T> readIfSound() {
        try {
            return read();
        } catch (Fault fault) {
            if (fault.kind() instanceof Fault.Kind.CorruptRecord) return Optional.empty();
            throw fault;
        }
    }

    private T parse(String text) {
        try {
            return JSON.readValue(text, type);
        } catch (JacksonException e) {
            throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), Fault.reason(e)), e);
        }
    }
}
