package io.davit.backend.oci;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.ContainerId;
import io.davit.core.spi.HostServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The control group of a container as the kernel shows it, on version 1 or 2, whoever has made it. */
record GroupFiles(Cgroups cgroups, ContainerNote note) {
    static GroupFiles of(HostServices host, ContainerId id) {
        Path directory = host.volatileDirectory().resolve("containers/" + id);
        ContainerNote note = new ContainerDirectory(directory).note().read().orElseThrow();
        return new GroupFiles(Cgroups.of(MountTable.read()), note);
    }

    String memoryLimit() {
        return cgroups.pureUnified() ? read("", "memory.max") : read("memory", "memory.limit_in_bytes");
    }

    String cpuQuota() {
        return cgroups.pureUnified() ? read("", "cpu.max").split(" ", 2)[0] : read("cpu", "cpu.cfs_quota_us");
    }

    String cpuPeriod() {
        return cgroups.pureUnified() ? read("", "cpu.max").split(" ", 2)[1] : read("cpu", "cpu.cfs_period_us");
    }

    String cpus() {
        return read("cpuset", "cpuset.cpus");
    }

    String read(String controller, String file) {
        Path root = Optional.ofNullable(cgroups.hierarchies().get(controller))
                .or(cgroups::unified)
                .orElseThrow();
        try {
            return Files.readString(Path.of(root + note.cgroup()).resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String ofContainer() {
        return note.cgroup();
    }

    String ofMonitor() {
        return note.monitorCgroup();
    }

    String ofPod() {
        return note.monitorCgroup().substring(0, note.monitorCgroup().lastIndexOf('/'));
    }

    /** Where the memory of a process is accounted. */
    String ofProcess(long pid) {
        return ProcessList.cgroups(pid).stream()
                .filter(line -> cgroups.pureUnified() || line.contains(":memory:"))
                .map(line -> line.split(":", 3)[2])
                .findFirst()
                .orElseThrow();
    }
}
