package io.davit.conformance.client;

import com.google.protobuf.ByteString;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerMetadata;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.KeyValue;
import io.davit.cri.v1.LinuxContainerConfig;
import io.davit.cri.v1.LinuxContainerSecurityContext;
import io.davit.cri.v1.LinuxPodSandboxConfig;
import io.davit.cri.v1.LinuxSandboxSecurityContext;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.NamespaceOption;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxMetadata;
import java.util.List;

/** Messages as the kubelet fills them by default. */
public final class Requests {
    private Requests() {}

    /** A pod with a network of its own and a log directory that it shares with nobody. */
    public static PodSandboxConfig pod(String name, String logDirectory) {
        LinuxSandboxSecurityContext security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))
                .build();
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("default")
                        .setUid("uid-of-" + name))
                .setHostname(name)
                .setLogDirectory(logDirectory)
                .putLabels("app", name)
                .putAnnotations("davit.test/note", "kept as it is")
                .setLinux(LinuxPodSandboxConfig.newBuilder().setSecurityContext(security))
                .build();
    }

    /** A container of {@code image} that runs {@code command} and logs to NAME/0.log. */
    public static ContainerConfig container(String name, String image, List<String> command) {
        LinuxContainerSecurityContext security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))
                .build();
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(image(image))
                .addAllCommand(command)
                .addEnvs(KeyValue.newBuilder().setKey("NAME").setValue(ByteString.copyFromUtf8(name)))
                .putLabels("container", name)
                .putAnnotations("davit.test/note", "kept as it is")
                .setLogPath(name + "/0.log")
                .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security))
                .build();
    }

    public static ImageSpec image(String name) {
        return ImageSpec.newBuilder().setImage(name).setUserSpecifiedImage(name).build();
    }
}
