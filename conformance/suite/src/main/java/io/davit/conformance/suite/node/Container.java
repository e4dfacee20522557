package io.davit.conformance.suite.node;

import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A container of a test. */
public final class Container {
    private static final long EXEC_SECONDS_MAX = 20;

    private final Workbench bench;
    private final Pod pod;
    private final String id;
    private final ContainerConfig config;

    Container(Workbench bench, Pod pod, String id, ContainerConfig config) {
        this.bench = bench;
        this.pod = pod;
        this.id = id;
        this.config = config;
    }

    public String id() {
        return id;
    }

    public Pod pod() {
        return pod;
    }

    public ContainerConfig config() {
        return config;
    }

    public void start() {
        bench.cri().startContainer(id);
    }

    public void stop(long graceSeconds) {
        bench.cri().stopContainer(id, graceSeconds);
    }

    public void remove() {
        bench.cri().removeContainer(id);
    }

    public ContainerStatus status() {
        return bench.cri().containerStatus(id);
    }

    public Ran exec(String... command) {
        return Ran.of(bench.cri().execSync(id, EXEC_SECONDS_MAX, List.of(command)));
    }

    /** What a script prints, without the last newline; it must end with 0. */
    public String sh(String script) {
        return exec("sh", "-c", script).text();
    }

    /** A field of /proc/PID/status in the container, for example Uid; its values separated by tabs or blanks. */
    public String procStatus(String process, String field) {
        return sh("grep ^" + field + ": /proc/" + process + "/status | cut -d: -f2 | tr -s '\\t' ' '")
                .strip();
    }

    /** Waits until it has exited. */
    public ContainerStatus awaitExit() {
        return bench.await(
                "container " + config.getMetadata().getName() + " to exit",
                this::status,
                now -> now.getState() == ContainerState.CONTAINER_EXITED);
    }

    public Path logPath() {
        return pod.logDirectory().resolve(config.getLogPath());
    }

    /** The records of its log so far; empty if there is no file. */
    public List<LogLine> log() {
        return bench.log(logPath());
    }

    /** The contents of one stream of its log, lines and parts joined. */
    public String logged(String stream) {
        StringBuilder text = new StringBuilder();
        for (LogLine line : log()) {
            if (line.stream().equals(stream))
                text.append(line.content()).append(line.tag().equals("F") ? "\n" : "");
        }
        return text.toString();
    }

    /** Runs to its end and gives what it wrote to stdout. */
    public String output() {
        var _ = awaitExit();
        return logged("stdout").stripTrailing();
    }

    /** The log's bytes so far. */
    public byte[] rawLog() {
        try {
            return Files.exists(logPath()) ? Files.readAllBytes(logPath()) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
