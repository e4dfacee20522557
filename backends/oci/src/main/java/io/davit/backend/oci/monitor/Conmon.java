package io.davit.backend.oci.monitor;

import io.davit.backend.oci.cgroup.CgroupDriver;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.Signals;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.StdioMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Starts monitors. Each creates its container through the runtime and reports on a pipe, the sync pipe. The number of
 * creations under way is bounded: beyond about twice the cores only the latency of each grows.
 */
public final class Conmon {
    private static final Duration CREATE_MAX = Duration.ofMinutes(3);
    /** Places in the monitor: of the sync pipe's write end, and of the start pipe's read end. */
    private static final int SYNC = 3;

    private static final int START = 4;
    private static final byte[] GO = {0};

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    // Time stamps of log lines are in the monitor's local time.
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH", PATH, "TZ", "UTC", "_OCI_SYNCPIPE", String.valueOf(SYNC), "_OCI_STARTPIPE", String.valueOf(START));
    /** For a monitor of a command, which has one more pipe. */
    static final Map<String, String> EXEC_ENVIRONMENT = Map.of(
            "PATH",
            PATH,
            "_OCI_SYNCPIPE",
            String.valueOf(SYNC),
            "_OCI_STARTPIPE",
            String.valueOf(START),
            "_OCI_ATTACHPIPE",
            "5");

    private final Path program;
    private final VolatileLayout layout;
    private final CgroupDriver driver;
    private final long logBytesMax;
    private final Semaphore places;

    /** @param logBytesMax at this size a log begins anew; 0: no limit */
    public Conmon(Path program, VolatileLayout layout, CgroupDriver driver, long logBytesMax, int parallelMax) {
        this.program = program;
        this.layout = layout;
        this.driver = driver;
        this.logBytesMax = logBytesMax;
        this.places = new Semaphore(parallelMax, true);
    }

    public Path program() {
        return program;
    }

    /**
     * A container to create; its bundle holds config.json.
     *
     * @param entrypoint the program it will run, which crun's own messages do not name
     * @param log an absolute path; empty throws the output away
     * @param cgroup for the monitor, absolute
     * @param images of a process that goes on instead of being created; its directory
     */
    public record Creation(
            ContainerId id,
            OciRuntime runtime,
            String entrypoint,
            Optional<Path> log,
            StdioMode stdio,
            String cgroup,
            Optional<Path> images) {}

    /**
     * Creates a container without running its program, or lets a process go on from its images. When it throws, monitor
     * and container may be there.
     *
     * @return the process id of the first process
     */
    public long create(Creation creation) {
        acquire(creation.id());
        try {
            return ThrowAwayThread.call("create-container", () -> createNow(creation));
        } finally {
            places.release();
        }
    }

    /** Starts the monitor of a command; see there. */
    public ExecMonitor exec(ExecMonitor.Request request) {
        return ExecMonitor.start(program, layout, request);
    }

    private void acquire(ContainerId id) {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("creating container " + id), e);
        }
    }

    private long createNow(Creation creation) {
        Path bundle = layout.container(creation.id());
        MonitorFiles files = new MonitorFiles(bundle);
        try (Descriptor.Pipe sync = Descriptor.pipe();
                Descriptor.Pipe start = Descriptor.pipe();
                Descriptor complaints = Descriptor.create(files.complaints())) {
            List<Integer> descriptors = List.of(
                    Spawn.NULL,
                    Spawn.NULL,
                    complaints.number(),
                    sync.writeEnd().number(),
                    start.readEnd().number());
            int pid = Spawn.start(
                    new Spawn.Program(program, arguments(creation, files), ENVIRONMENT, bundle, descriptors));
            sync.writeEnd().close();
            adopt(pid, creation.cgroup());
            // It has waited for this word, so that all it starts is in its group.
            start.writeEnd().write(GO);
            // It forks at once; the child, which nobody waits for but init, is the monitor.
            int code = Spawn.reap(pid);
            Optional<SyncReport> report = SyncReport.read(sync.readEnd(), CREATE_MAX);
            return report.orElseThrow(() -> silent(creation.id(), code, files)).containerPid(creation);
        }
    }

    private void adopt(int pid, String cgroup) {
        try {
            driver.adopt(pid, cgroup);
        } catch (Fault fault) {
            Signals.send(pid, Signals.KILL);
            int _ = Spawn.reap(pid);
            throw fault;
        }
    }

    private List<String> arguments(Creation creation, MonitorFiles files) {
        String id = creation.id().value();
        List<String> arguments =
                new ArrayList<>(List.of(program.toString(), "-b", files.bundle().toString()));
        arguments.addAll(List.of("-c", id, "-u", id, "-n", id));
        arguments.addAll(List.of("--exit-dir", layout.exits().toString()));
        // Below its working directory and its persist directory it notes that memory ran out: both are the bundle.
        arguments.addAll(List.of("--persist-dir", files.bundle().toString()));
        arguments.addAll(List.of("--socket-dir-path", layout.sockets().toString()));
        arguments.addAll(
                List.of("-l", creation.log().map(log -> "k8s-file:" + log).orElse("none")));
        if (logBytesMax > 0) arguments.addAll(List.of("--log-size-max", String.valueOf(logBytesMax)));
        arguments.addAll(List.of("--log-level", "error", "--no-sync-log"));
        arguments.addAll(List.of("-P", files.monitorPid().toString()));
        arguments.addAll(List.of("-p", files.containerPid().toString()));
        arguments.addAll(List.of("-r", creation.runtime().program().toString()));
        creation.runtime().globalArguments().forEach(argument -> arguments.add("--runtime-arg=" + argument));
        if (creation.stdio().stdin()) arguments.add("-i");
        if (creation.stdio().stdin() && !creation.stdio().stdinOnce()) arguments.add("--leave-stdin-open");
        if (creation.stdio().tty()) arguments.add("-t");
        // The log of criu is then in the bundle, restore.log: the monitor gives the runtime its working directory.
        creation.images()
                .ifPresent(images ->
                        arguments.addAll(List.of("--restore", images.toString(), "--runtime-opt=--file-locks")));
        return arguments;
    }

    private Fault silent(ContainerId id, int code, MonitorFiles files) {
        String complaint = MonitorFiles.complaintIn(files.bundle());
        return Fault.failed(
                "create container " + id,
                complaint.isEmpty()
                        ? program + " ended with code " + code + " and said nothing within " + CREATE_MAX.toSeconds()
                                + " s"
                        : complaint);
    }
}
