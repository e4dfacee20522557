package io.davit.core.network;

import io.davit.core.domain.Problems;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The environment that tells a plugin which pod it works for (CNI SPEC 1.1.0, "Parameters"). */
final class CniParameters {
    private CniParameters() {}

    /**
     * @param netns empty for a deletion after the namespace has gone
     * @throws io.davit.core.domain.Fault InvalidRequest for a name that would forge other arguments
     */
    static Map<String, String> of(SandboxSpec sandbox, String interfaceName, Optional<Path> netns) {
        return Map.of(
                "CNI_CONTAINERID", sandbox.id().value(),
                "CNI_NETNS", netns.map(Path::toString).orElse(""),
                "CNI_IFNAME", interfaceName,
                "CNI_ARGS", arguments(sandbox));
    }

    private static String arguments(SandboxSpec sandbox) {
        SandboxName name = sandbox.name();
        Problems problems = new Problems();
        String arguments = "IgnoreUnknown=1"
                + ";K8S_POD_NAMESPACE=" + value(problems, "metadata.namespace", name.namespace())
                + ";K8S_POD_NAME=" + value(problems, "metadata.name", name.name())
                + ";K8S_POD_INFRA_CONTAINER_ID=" + sandbox.id().value()
                + ";K8S_POD_UID=" + value(problems, "metadata.uid", name.uid());
        problems.throwIfAny();
        return arguments;
    }

    private static String value(Problems problems, String field, String value) {
        boolean separates = value.contains(";") || value.contains("=");
        if (separates) problems.add(field, "has ';' or '=', which CNI cannot pass on: " + value);
        return value;
    }
}
