package io.davit.core.cgroup;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Where the files of one control group lie. It may go at any moment; what is gone has no files. */
public interface ControlGroup {
    /** A file of the hierarchy that has this controller; it need not exist. */
    Path file(String controller, String name);

    /** Whether version 1 has this controller. */
    boolean isFirst(String controller);

    /** Whether there is version 2 and nothing else. */
    boolean pureUnified();

    /**
     * Empty if the file is not there or tells nothing on this kernel, or if its group was removed meanwhile.
     *
     * @throws Fault if it cannot be read for another reason
     */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            if (Silence.isMeantBy(e)) return List.of();
            throw Fault.failed("read " + file, e);
        }
    }
}
