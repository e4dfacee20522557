package io.davit.backend.docker.container;

import com.github.dockerjava.api.model.DeviceRequest;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Devices by their CDI names. The daemon reads the vendors' files itself and can do all that they may ask for, hooks
 * too, for which its API has no field.
 *
 * @param served whether this daemon does
 */
record CdiRequests(boolean served) {
    private static final String DRIVER = "cdi";
    /** As device plugins still ask for them (CDI SPEC.md, "Kubernetes"). */
    private static final String ANNOTATION_PREFIX = "cdi.k8s.io/";

    /** @throws Fault Unsupported where the daemon does not know such names */
    List<DeviceRequest> of(ContainerSpec spec) {
        Set<String> names = new LinkedHashSet<>(spec.cdiDevices());
        spec.annotations().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(ANNOTATION_PREFIX))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> names.addAll(List.of(entry.getValue().split(","))));
        if (names.isEmpty()) return List.of();
        if (!served) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "CDI_devices " + names,
                    "Docker knows CDI from version 25 on, with \"features\": {\"cdi\": true} in daemon.json"));
        }
        return List.of(new DeviceRequest().withDriver(DRIVER).withDeviceIds(List.copyOf(names)));
    }
}
