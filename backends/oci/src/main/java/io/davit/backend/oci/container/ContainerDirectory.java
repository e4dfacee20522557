package io.davit.backend.oci.container;

import io.davit.backend.oci.files.NoteFile;
import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.core.domain.ContainerId;
import java.nio.file.Path;

/** What lies where in the directory of one container, which is its bundle too. */
public record ContainerDirectory(Path path) {
    /** Names of the directories of commands that run in the container begin so. */
    public static final String COMMAND_PREFIX = "exec-";

    private static final int ID_CHARACTERS = 12;

    /** A name for a command's directory that is unique among all containers: the monitors share one directory. */
    public static String commandName(ContainerId id, String directory) {
        return id.value().substring(0, ID_CHARACTERS) + "-" + directory;
    }

    public Path config() {
        return path.resolve("config.json");
    }

    /** Mounts of the moment of creation; see {@link StagedMounts}. */
    Path mounts() {
        return path.resolve("mounts");
    }

    public MonitorFiles monitor() {
        return new MonitorFiles(path);
    }

    public NoteFile<ContainerNote> note() {
        return new NoteFile<>(path.resolve("container.json"), ContainerNote.class);
    }

    NoteFile<InitNote> init() {
        return new NoteFile<>(path.resolve("init.json"), InitNote.class);
    }

    /** There until a restored container is started. */
    NoteFile<RestNote> rest() {
        return new NoteFile<>(restFile(), RestNote.class);
    }

    Path restFile() {
        return path.resolve("rest.json");
    }

    /** Holds the time at which the user's program began. */
    Path started() {
        return path.resolve("started");
    }

    /** Marks that the stop signal was sent, which happens once. */
    Path stopSignal() {
        return path.resolve("stop-signal");
    }

    /** Marks that it is frozen for a checkpoint. */
    public Path frozen() {
        return path.resolve("frozen");
    }

    /** Marks that container and monitor had ended without an exit file; its time is when that was seen. */
    Path lost() {
        return path.resolve("lost");
    }
}
