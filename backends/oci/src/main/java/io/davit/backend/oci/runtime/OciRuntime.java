package io.davit.backend.oci.runtime;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OCI runtime as a program with its state directory (runc(8), crun(1)). Containers are created through the monitor,
 * which must be the parent; everything else is called here. State is never asked for: {@code state} costs a process and
 * 5 ms, where the pid file and /proc tell the same.
 *
 * @param program absolute path
 * @param root {@code --root}
 * @param arguments further global arguments, from the configuration
 */
public record OciRuntime(Path program, Path root, List<String> arguments) {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration DELETE_MAX = Duration.ofMinutes(1);
    private static final Duration UPDATE_MAX = Duration.ofSeconds(30);

    public OciRuntime {
        arguments = List.copyOf(arguments);
    }

    public String name() {
        return String.valueOf(program.getFileName());
    }

    /**
     * Whether its {@code exec} stands between the command and our pipes, and so stays as long as any child of the command
     * has them. crun does not; runc does, and an unknown one may.
     */
    public boolean copiesOutput() {
        return !name().equals("crun");
    }

    /**
     * Whether it makes device nodes for a container in a user namespace, and gives them to its users. crun does, outside
     * of it; others mount the host's, which they look for under the path that it has inside.
     */
    public boolean makesForeignDevices() {
        return name().equals("crun");
    }

    /** Global arguments in one word each: the monitor passes them on through {@code --runtime-arg}. */
    public List<String> globalArguments() {
        List<String> all = new ArrayList<>();
        all.add("--root=" + root);
        all.addAll(arguments);
        return all;
    }

    /** The command line for {@code operation}. */
    public List<String> commandLine(String... operation) {
        List<String> all = new ArrayList<>();
        all.add(program.toString());
        all.addAll(globalArguments());
        all.addAll(List.of(operation));
        return all;
    }

    /** Lets the waiting first process exec the user's program. */
    public void start(ContainerId id, Commands commands) {
        CommandResult result = run(commands, START_MAX, new byte[0], "start", id.value());
        if (!result.succeeded()) throw Fault.failed("start container " + id, name() + ": " + result.complaint());
    }

    /** Removes what the runtime keeps of a container, killing it first. A container it does not know is no error. */
    public void delete(ContainerId id, Commands commands) {
        CommandResult result = run(commands, DELETE_MAX, new byte[0], "delete", "--force", id.value());
        if (!result.succeeded()) throw Fault.failed("delete container " + id, name() + ": " + result.complaint());
    }

    /** Changes limits; {@code resources} is the JSON of the runtime-spec's linux.resources. */
    public void update(ContainerId id, String resources, Commands commands) {
        byte[] input = resources.getBytes(StandardCharsets.UTF_8);
        CommandResult result = run(commands, UPDATE_MAX, input, "update", "--resources", "-", id.value());
        if (!result.succeeded()) throw Fault.failed("update container " + id, name() + ": " + result.complaint());
    }

    /** Whether the runtime keeps anything of this container; only true where it works as runc and crun do. */
    public boolean knows(ContainerId id) {
        return Files.exists(root.resolve(id.value()));
    }

    /** Whether the container was created and waits for its start: runc and crun keep a fifo until then. */
    public boolean waits(ContainerId id) {
        return Files.exists(root.resolve(id.value()).resolve("exec.fifo"));
    }

    private CommandResult run(Commands commands, Duration limit, byte[] input, String... operation) {
        return commands.run(new Command(commandLine(operation), Map.of(), input, Optional.empty(), limit));
    }
}
