package io.davit.conformance.bench;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod from nothing to a running container, in turn through davit and by the bare calls of the Engine API and the bare
 * CNI plugins that it takes: the same bodies, because they are what Docker tells of davit's first pod.
 *
 * <p>Arguments: socket of davit, socket of Docker, image, a directory for logs, the .conflist, the directory of CNI
 * plugins, how many pods.
 */
public final class DockerPods {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();

    private final CriClient client;
    private final EngineSocket docker;
    private final CniChain network;
    private final String image;
    private final Path logs;
    private final Latencies latencies = new Latencies();

    private DockerPods(CriClient client, EngineSocket docker, CniChain network, String image, Path logs) {
        this.client = client;
        this.docker = docker;
        this.network = network;
        this.image = image;
        this.logs = logs;
    }

    /** Of a pod through davit. */
    private record Ids(String pod, String container) {}

    public static void main(String[] arguments) throws Exception {
        try (CriClient client = CriClient.connect(Path.of(arguments[0]), DEADLINE);
                EngineSocket docker = new EngineSocket(Path.of(arguments[1]))) {
            CniChain network = new CniChain(Path.of(arguments[4]), Path.of(arguments[5]));
            new DockerPods(client, docker, network, arguments[2], Path.of(arguments[3]))
                    .run(Integer.parseInt(arguments[6]));
        }
    }

    private void run(int pods) {
        client.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(Requests.image(image))
                        .build());
        // It lives until the end: its files are those of the bare pods, too.
        Ids model = start("model", new Latencies());
        String holder = body("davit-pod-" + model.pod());
        String container = body("davit-" + model.container());
        bare("warm", holder, container, new Latencies());
        for (int i = 0; i < pods; i++) {
            String name = "pod-" + i;
            Ids ids = latencies.time("davit: start to running", () -> start(name, latencies));
            remove(ids);
            bare(name, holder, container, latencies);
        }
        remove(model);
        latencies.lines().forEach(System.out::println);
    }

    private Ids start(String name, Latencies steps) {
        PodSandboxConfig.Builder config = Requests.pod(name, logs.resolve(name).toString()).toBuilder();
        config.getMetadataBuilder().setUid(UUID.randomUUID().toString());
        PodSandboxConfig pod = config.build();
        String sandbox = steps.time(
                "davit: RunPodSandbox",
                () -> client.runtime()
                        .runPodSandbox(
                                RunPodSandboxRequest.newBuilder().setConfig(pod).build())
                        .getPodSandboxId());
        String container = steps.time(
                "davit: CreateContainer",
                () -> client.runtime()
                        .createContainer(CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .setConfig(Requests.container("main", image, List.of("sleep", "3600")))
                                .setSandboxConfig(pod)
                                .build())
                        .getContainerId());
        steps.time(
                "davit: StartContainer",
                () -> client.runtime()
                        .startContainer(StartContainerRequest.newBuilder()
                                .setContainerId(container)
                                .build()));
        return new Ids(sandbox, container);
    }

    private void remove(Ids ids) {
        client.runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(ids.pod())
                        .build());
        client.runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(ids.pod())
                        .build());
    }

    /** A body that creates a container like this one; without its labels, by which davit would know it for its own. */
    private String body(String name) {
        JsonNode told = JSON.readTree(docker.call("GET", "/containers/" + name + "/json", ""));
        ObjectNode body = (ObjectNode) told.path("Config").deepCopy();
        body.remove("Labels");
        if (body.path("Hostname").asString("").isEmpty()
                || told.path("HostConfig").path("NetworkMode").asString("").startsWith("container:")) {
            body.remove("Hostname");
        }
        body.set("HostConfig", told.path("HostConfig"));
        return body.toString();
    }

    private void bare(String name, String holder, String container, Latencies steps) {
        String pod = "bare-holder-" + name;
        String main = "bare-" + name;
        ObjectNode joining = (ObjectNode) JSON.readTree(container);
        ObjectNode host = (ObjectNode) joining.path("HostConfig");
        host.properties().stream()
                .filter(field -> field.getValue().asString("").startsWith("container:"))
                .map(java.util.Map.Entry::getKey)
                .toList()
                .forEach(field -> host.put(field, "container:" + pod));
        JsonNode[] result = new JsonNode[1];
        String[] namespace = new String[1];
        steps.time("bare: start to running", () -> {
            steps.time("bare: holder", () -> create(pod, holder));
            namespace[0] = "/proc/" + pid(pod) + "/ns/net";
            result[0] = steps.time("bare: CNI ADD", () -> network.add(pod, namespace[0]));
            return steps.time("bare: container", () -> create(main, joining.toString()));
        });
        docker.call("DELETE", "/containers/" + main + "?force=1", "");
        network.delete(pod, namespace[0], result[0]);
        docker.call("DELETE", "/containers/" + pod + "?force=1", "");
    }

    private String create(String name, String body) {
        docker.call("POST", "/containers/create?name=" + name, body);
        return docker.call("POST", "/containers/" + name + "/start", "");
    }

    private int pid(String name) {
        return JSON.readTree(docker.call("GET", "/containers/" + name + "/json", ""))
                .path("State")
                .path("Pid")
                .asInt(0);
    }
}
