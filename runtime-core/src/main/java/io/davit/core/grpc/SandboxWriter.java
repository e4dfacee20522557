package io.davit.core.grpc;

import io.davit.core.domain.IdMapping;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxName;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.store.SandboxRecord;
import io.davit.cri.v1.IDMapping;
import io.davit.cri.v1.LinuxPodSandboxStatus;
import io.davit.cri.v1.Namespace;
import io.davit.cri.v1.NamespaceOption;
import io.davit.cri.v1.PodIP;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxAttributes;
import io.davit.cri.v1.PodSandboxMetadata;
import io.davit.cri.v1.PodSandboxNetworkStatus;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStatus;
import io.davit.cri.v1.UserNamespace;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/** Sandboxes as the protocol shows them. */
final class SandboxWriter {
    private SandboxWriter() {}

    static PodSandbox item(SandboxRecord record) {
        return PodSandbox.newBuilder()
                .setId(record.id().value())
                .setMetadata(metadata(record.spec().name()))
                .setState(state(record))
                .setCreatedAt(nanos(record.state().createdAt()))
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .setRuntimeHandler(record.spec().handler().name())
                .build();
    }

    static PodSandboxStatus status(SandboxRecord record) {
        return PodSandboxStatus.newBuilder()
                .setId(record.id().value())
                .setMetadata(metadata(record.spec().name()))
                .setState(state(record))
                .setCreatedAt(nanos(record.state().createdAt()))
                .setNetwork(network(record))
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder()
                                .setOptions(namespaces(record.spec().security().namespaces()))))
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .setRuntimeHandler(record.spec().handler().name())
                .build();
    }

    static PodSandboxAttributes attributes(SandboxRecord record) {
        return PodSandboxAttributes.newBuilder()
                .setId(record.id().value())
                .setMetadata(metadata(record.spec().name()))
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .build();
    }

    private static PodSandboxMetadata metadata(SandboxName name) {
        return PodSandboxMetadata.newBuilder()
                .setName(name.name())
                .setNamespace(name.namespace())
                .setUid(name.uid())
                .setAttempt((int) name.attempt())
                .build();
    }

    private static PodSandboxState state(SandboxRecord record) {
        return record.state().phase() == SandboxPhase.READY
                ? PodSandboxState.SANDBOX_READY
                : PodSandboxState.SANDBOX_NOTREADY;
    }

    /** A stopped sandbox has no address any more (cri-semantics 1.5). */
    private static PodSandboxNetworkStatus network(SandboxRecord record) {
        PodSandboxNetworkStatus.Builder network = PodSandboxNetworkStatus.newBuilder();
        List<InetAddress> addresses = record.addresses();
        if (record.state().phase() != SandboxPhase.READY || addresses.isEmpty()) return network.build();
        // RFC 5952, as everybody else in a cluster writes them; Java writes all eight groups.
        network.setIp(NetUtil.toAddressString(addresses.getFirst()));
        addresses.stream()
                .skip(1)
                .forEach(address ->
                        network.addAdditionalIps(PodIP.newBuilder().setIp(NetUtil.toAddressString(address))));
        return network.build();
    }

    private static NamespaceOption namespaces(Namespaces namespaces) {
        NamespaceOption.Builder option = NamespaceOption.newBuilder()
                .setNetwork(mode(namespaces.network()))
                .setPid(mode(namespaces.pid()))
                .setIpc(mode(namespaces.ipc()));
        namespaces.target().ifPresent(target -> option.setTargetId(target.value()));
        namespaces
                .user()
                .ifPresent(user -> option.setUsernsOptions(UserNamespace.newBuilder()
                        .setMode(mode(user.mode()))
                        .addAllUids(mappings(user.uids()))
                        .addAllGids(mappings(user.gids()))));
        return option.build();
    }

    private static io.davit.cri.v1.NamespaceMode mode(NamespaceMode mode) {
        return switch (mode) {
            case POD -> io.davit.cri.v1.NamespaceMode.POD;
            case CONTAINER -> io.davit.cri.v1.NamespaceMode.CONTAINER;
            case NODE -> io.davit.cri.v1.NamespaceMode.NODE;
            case TARGET -> io.davit.cri.v1.NamespaceMode.TARGET;
        };
    }

    static List<IDMapping> mappings(List<IdMapping> mappings) {
        return mappings.stream()
                .map(mapping -> IDMapping.newBuilder()
                        .setHostId((int) mapping.hostId())
                        .setContainerId((int) mapping.containerId())
                        .setLength((int) mapping.length())
                        .build())
                .toList();
    }

    /** Nanoseconds since 1970, the protocol's form of time. */
    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
