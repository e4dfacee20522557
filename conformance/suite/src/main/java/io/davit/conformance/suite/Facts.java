package io.davit.conformance.suite;

import io.davit.conformance.suite.node.Node;
import io.davit.cri.v1.RuntimeFeatures;
import io.davit.cri.v1.RuntimeHandler;
import io.davit.cri.v1.VersionResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a reader of the report needs to know about the server and its host. */
final class Facts {
    private Facts() {}

    static Map<String, String> of(Node node) {
        Map<String, String> facts = new TreeMap<>();
        VersionResponse version = node.version();
        facts.put("server", version.getRuntimeName() + " " + version.getRuntimeVersion());
        facts.put("handlers", handlers(node));
        facts.put("features", features(node.status().getFeatures()));
        facts.put("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        facts.put("cgroups", Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "v2" : "v1");
        if (!node.settings().handler().isEmpty())
            facts.put("handler of the run", node.settings().handler());
        return facts;
    }

    private static String handlers(Node node) {
        String handlers = node.status().getRuntimeHandlersList().stream()
                .map(Facts::handler)
                .collect(Collectors.joining(", "));
        return handlers.isEmpty() ? "not told" : handlers;
    }

    private static String handler(RuntimeHandler handler) {
        String name = handler.getName().isEmpty() ? "(default)" : handler.getName();
        List<String> features = new ArrayList<>();
        if (handler.getFeatures().getRecursiveReadOnlyMounts()) features.add("rro");
        if (handler.getFeatures().getUserNamespaces()) features.add("userns");
        return features.isEmpty() ? name : name + " (" + String.join(", ", features) + ")";
    }

    private static String features(RuntimeFeatures features) {
        List<String> names = new ArrayList<>();
        if (features.getSupplementalGroupsPolicy()) names.add("supplemental groups policy");
        if (features.getUserNamespacesHostNetwork()) names.add("userns with host network");
        if (features.getMountOptions()) names.add("mount options");
        return names.isEmpty() ? "none told" : String.join(", ", names);
    }
}
