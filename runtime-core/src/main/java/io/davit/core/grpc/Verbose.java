package io.davit.core.grpc;

import io.davit.core.domain.Image;
import io.davit.core.machine.ContainerState;
import io.davit.core.query.RuntimeStatus;
import io.davit.core.spi.LayerProgress;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.HeldNetwork;
import io.davit.core.store.SandboxRecord;
import io.netty.util.NetUtil;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The info maps of verbose answers: one JSON text under "info", in the words that tools already look for. */
final class Verbose {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Verbose() {}

    static Map<String, String> sandbox(SandboxRecord record) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("backend", record.backend());
        info.put("phase", record.state().phase().name());
        info.put("runtimeHandler", record.spec().handler().name());
        record.netns().ifPresent(path -> info.put("runtimeSpec", networkNamespace(path.toString())));
        info.put("overhead", record.overhead());
        info.put("resources", record.resources());
        record.network().ifPresent(network -> info.put("cniResult", JSON.readTree(network.result())));
        return Map.of("info", JSON.writeValueAsString(info));
    }

    /** Tools find the way into a pod's network here (inspectp, cri-semantics 2.21). */
    private static Map<String, Object> networkNamespace(String path) {
        return Map.of("linux", Map.of("namespaces", List.of(Map.of("type", "network", "path", path))));
    }

    static Map<String, String> container(ContainerRecord record) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("sandboxID", record.sandbox().value());
        if (record.state() instanceof ContainerState.Running running) info.put("pid", running.pid());
        info.put("backend", record.backend());
        info.put("phase", record.state().phase().name());
        info.put("command", record.spec().process().arguments());
        return Map.of("info", JSON.writeValueAsString(info));
    }

    /** Under a key of its own: a pull under way has no image yet. */
    static Map<String, String> progress(List<LayerProgress> layers) {
        if (layers.isEmpty()) return Map.of();
        List<Map<String, Object>> shown = layers.stream()
                .map(layer -> Map.<String, Object>of(
                        "layer", layer.layer().toString(),
                        "step", layer.step().name(),
                        "fetchedBytes", layer.fetchedBytes(),
                        "blobBytes", layer.blobBytes()))
                .toList();
        return Map.of("progress", JSON.writeValueAsString(shown));
    }

    static Map<String, String> image(Image image) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("Entrypoint", image.config().entrypoint());
        config.put("Cmd", image.config().command());
        config.put("Env", image.config().environment());
        config.put("WorkingDir", image.config().workingDirectory());
        config.put("User", image.config().user());
        config.put("StopSignal", image.config().stopSignal());
        config.put("Volumes", image.config().volumes());
        config.put("Labels", image.config().labels());
        return Map.of("info", JSON.writeValueAsString(Map.of("imageSpec", Map.of("config", config))));
    }

    static Map<String, String> status(RuntimeStatus status) {
        Map<String, Object> config = new LinkedHashMap<>();
        // kubeadm reads this key; davit has no sandbox image, so there is none to pull or to keep.
        config.put("sandboxImage", "");
        config.put("cgroupDriver", status.cgroupDriver().name());
        config.put("backends", status.versions());
        config.put("shortNameRegistries", status.shortNameRegistries());
        config.putAll(status.details());
        List<Map<String, Object>> held =
                status.heldNetworks().stream().map(Verbose::held).toList();
        return Map.of("config", JSON.writeValueAsString(config), "heldNetworks", JSON.writeValueAsString(held));
    }

    private static Map<String, Object> held(HeldNetwork network) {
        List<String> addresses = network.network().stream()
                .flatMap(attachment -> attachment.addresses().stream())
                .map(NetUtil::toAddressString)
                .toList();
        return Map.of(
                "sandboxID", network.id().value(),
                "pod", network.spec().name().toString(),
                "addresses", addresses,
                "since", network.since().toString(),
                "why", network.why());
    }
}
