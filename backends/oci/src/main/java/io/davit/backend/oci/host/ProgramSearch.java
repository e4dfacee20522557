package io.davit.backend.oci.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs by name, where Linux distributions put them; the daemon's own PATH may lack the directories for root. */
public final class ProgramSearch {
    private static final String DIRECTORIES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ProgramSearch() {}

    /** @param name an absolute path, which must be executable, or a name to look for */
    public static Optional<Path> find(String name) {
        if (name.startsWith("/")) return Optional.of(Path.of(name)).filter(ProgramSearch::runs);
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":" + DIRECTORIES;
        return Stream.of(path.split(":"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(ProgramSearch::runs)
                .findFirst();
    }

    private static boolean runs(Path program) {
        return Files.isRegularFile(program) && Files.isExecutable(program);
    }
}
