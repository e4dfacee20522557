package io.davit.conformance.suite.contract;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.Int64Value;
import io.davit.cri.v1.PodSandboxConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of the configurations of pods and containers, and of the messages in them: those with a value, and those
 * that hold a message which other fields hold, too. None of Windows.
 */
public final class Fields {
    private static final String WINDOWS = "Windows";

    private Fields() {}

    /** {@code MESSAGE.field}, with the names of the CRI. */
    public static Set<String> all() {
        List<FieldDescriptor> fields = fields();
        Map<Descriptor, Integer> holders = new HashMap<>();
        fields.stream()
                .filter(Fields::holdsMessage)
                .forEach(field -> holders.merge(field.getMessageType(), 1, Integer::sum));
        Set<String> names = new TreeSet<>();
        for (FieldDescriptor field : fields) {
            if (!holdsMessage(field) || holders.getOrDefault(field.getMessageType(), 0) > 1) {
                names.add(field.getContainingType().getName() + "." + field.getName());
            }
        }
        return names;
    }

    private static List<FieldDescriptor> fields() {
        List<FieldDescriptor> fields = new ArrayList<>();
        Set<Descriptor> known = new HashSet<>();
        Deque<Descriptor> open =
                new ArrayDeque<>(List.of(PodSandboxConfig.getDescriptor(), ContainerConfig.getDescriptor()));
        while (!open.isEmpty()) {
            Descriptor message = open.remove();
            if (!known.add(message)) continue;
            for (FieldDescriptor field : message.getFields()) {
                if (holdsMessage(field) && field.getMessageType().getName().startsWith(WINDOWS)) continue;
                fields.add(field);
                if (holdsMessage(field)) open.add(field.getMessageType());
            }
        }
        return fields;
    }

    /** A number that can be absent is a message in name only. */
    private static boolean holdsMessage(FieldDescriptor field) {
        return field.getJavaType() == JavaType.MESSAGE
                && !field.isMapField()
                && !field.getMessageType().equals(Int64Value.getDescriptor());
    }
}
