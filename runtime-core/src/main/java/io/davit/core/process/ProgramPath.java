package io.davit.core.process;

import io.davit.core.domain.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds programs in a fixed list of directories. The JDK would search the PATH that the daemon was started with, so
 * that a program found from a shell would be missing under systemd.
 */
final class ProgramPath {
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final List<String> DIRECTORIES = List.of(PATH.split(":"));

    private ProgramPath() {}

    /** @throws Fault Failed if there is no such program */
    static String resolve(String program) {
        if (program.contains("/")) return program;
        return DIRECTORIES.stream()
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> Fault.failed(
                        "running " + program,
                        "there is no such program in " + PATH + "; install it, or give its full path in the"
                                + " configuration"))
                .toString();
    }
}
