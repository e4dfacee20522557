package io.davit.backend.docker;

import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.DaemonInfo;
import io.davit.backend.docker.sandbox.HolderImage;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Opens the Docker backend: {@code backends = ["docker"]}. */
public final class DockerProvider implements BackendProvider {
    private static final String MIGRATION_LABEL = "io.kubernetes.docker.type";

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public Class<DockerSettings> settings() {
        return DockerSettings.class;
    }

    @Override
    public Backend open(Record settings, List<HandlerSettings> handlers, HostServices host) {
        return DockerBackend.open(settings().cast(settings), handlers, host);
    }

    @Override
    public List<Finding> diagnose(Record settings, HostServices host) {
        DockerSettings docker = settings().cast(settings);
        List<Finding> findings = new ArrayList<>();
        findings.add(holder(docker));
        Daemon.Limits limits = new Daemon.Limits(docker.lookLimit(), docker.changeLimit());
        try (Daemon daemon = Daemon.open(docker.socket(), limits)) {
            DaemonInfo info = DaemonInfo.of(daemon);
            findings.add(Finding.ok(
                    "dockerd",
                    info.version() + ", API " + daemon.version() + ", cgroup driver " + info.cgroupDriver()));
            findings.add(logs(info));
            findings.add(liveRestore(info));
            findings.addAll(security(info));
            findings.addAll(migration(daemon));
        } catch (Fault fault) {
            findings.add(Finding.missing("dockerd", fault.kind().text(), "systemctl start docker"));
        }
        return findings;
    }

    private static Finding holder(DockerSettings settings) {
        if (!settings.sandboxImage().isEmpty()) return Finding.ok("holder", "the image " + settings.sandboxImage());
        return HolderImage.find(settings.holder())
                .map(path -> Finding.ok("catatonit", path.toString()))
                .orElseGet(() -> Finding.missing("catatonit", "not installed", "apt-get install catatonit"));
    }

    private static Finding logs(DaemonInfo info) {
        var containers = info.rootDirectory().resolve("containers");
        if (Files.isReadable(containers)) return Finding.ok("docker logs", containers.toString());
        return Finding.missing(
                "docker logs",
                "davit cannot read " + containers + ", from which it copies the logs of containers",
                "run davit as root on the host of the daemon");
    }

    private static Finding liveRestore(DaemonInfo info) {
        if (info.liveRestore()) return Finding.ok("live-restore", "containers outlive a restart of the daemon");
        return Finding.warning(
                "live-restore",
                "off: a restart of the Docker daemon kills all containers",
                "set \"live-restore\": true in /etc/docker/daemon.json, and systemctl reload docker");
    }

    private static List<Finding> security(DaemonInfo info) {
        List<Finding> findings = new ArrayList<>();
        if (info.security().contains("userns") || info.security().contains("rootless")) {
            findings.add(Finding.missing(
                    "user namespaces",
                    "the daemon runs with userns-remap or rootless, which pods with host namespaces cannot live with",
                    "remove userns-remap from /etc/docker/daemon.json"));
        }
        return findings;
    }

    /** Containers of dockershim or cri-dockerd: their pods are made anew by the kubelet, they themselves stay. */
    private static List<Finding> migration(Daemon daemon) {
        int count = daemon.look(
                        "list containers of cri-dockerd",
                        client -> client.listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(List.of(MIGRATION_LABEL))
                                .exec())
                .size();
        if (count == 0) return List.of();
        return List.of(Finding.warning(
                "cri-dockerd",
                count + " containers of cri-dockerd or dockershim are on this node; davit leaves them alone",
                "drain the node, then: docker rm -f $(docker ps -aq --filter label=" + MIGRATION_LABEL + ")"));
    }
}
