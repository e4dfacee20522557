package io.davit.backend.oci.exec;

import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The directory of one command that runs in a container, below the container's; deleted on close. */
final class ExecFiles implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;

    private ExecFiles(Path directory) {
        this.directory = directory;
    }

    /** Makes it, with a process that is the container's own but for its arguments. */
    static ExecFiles create(ContainerDirectory container, List<String> command, boolean tty) {
        try {
            ObjectNode process = (ObjectNode)
                    JSON.readTree(Files.readAllBytes(container.config())).path("process");
            ArrayNode arguments = process.putArray("args");
            command.forEach(arguments::add);
            process.put("terminal", tty);
            process.remove("consoleSize");
            ExecFiles files =
                    new ExecFiles(Files.createTempDirectory(container.path(), ContainerDirectory.COMMAND_PREFIX));
            PrivateFiles.write(files.process(), process.toString());
            return files;
        } catch (IOException e) {
            throw Fault.failed("prepare a command for " + container.path(), e);
        }
    }

    Path directory() {
        return directory;
    }

    String name() {
        return String.valueOf(directory.getFileName());
    }

    /** config.json's process. */
    Path process() {
        return directory.resolve("process.json");
    }

    /** Written once the command was started. */
    Path pid() {
        return directory.resolve("pid");
    }

    @Override
    public void close() {
        PrivateFiles.deleteTree(directory);
    }
}
