package io.davit.cri;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What differs between two compiled proto files, one sentence for each difference. Walks descriptor.proto's own
 * description, so that nothing a descriptor can say is forgotten; elements with a name are matched by it, because their
 * order has no meaning on the wire.
 */
final class DescriptorDifferences {
    private final List<String> found = new ArrayList<>();

    private DescriptorDifferences() {}

    static List<String> between(FileDescriptor theirs, FileDescriptor ours) {
        DescriptorDifferences differences = new DescriptorDifferences();
        differences.compare("the file", comparable(theirs), comparable(ours));
        return List.copyOf(differences.found);
    }

    /** Without what may differ (path, Java options), and with the JSON names, which generated Java leaves out. */
    private static FileDescriptorProto comparable(FileDescriptor file) {
        FileDescriptorProto.Builder proto =
                file.toProto().toBuilder().clearName().clearSourceCodeInfo();
        proto.getOptionsBuilder().clearJavaPackage().clearJavaMultipleFiles();
        for (int i = 0; i < proto.getMessageTypeCount(); i++) {
            addJsonNames(proto.getMessageTypeBuilder(i), file.getMessageTypes().get(i));
        }
        return proto.build();
    }

    private static void addJsonNames(DescriptorProto.Builder proto, Descriptor message) {
        for (FieldDescriptorProto.Builder field : proto.getFieldBuilderList()) {
            field.setJsonName(message.findFieldByNumber(field.getNumber()).getJsonName());
        }
        for (int i = 0; i < proto.getNestedTypeCount(); i++) {
            addJsonNames(proto.getNestedTypeBuilder(i), message.getNestedTypes().get(i));
        }
    }

    private void compare(String where, Message theirs, Message ours) {
        for (FieldDescriptor property : theirs.getDescriptorForType().getFields()) {
            if (hasNames(property)) {
                compareByName(where, property, theirs, ours);
            } else if (property.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !property.isRepeated()) {
                compare(where + ", " + property.getName(), messageOf(theirs, property), messageOf(ours, property));
            } else if (!theirs.getField(property).equals(ours.getField(property))) {
                found.add("%s: %s is %s in Kubernetes and %s here"
                        .formatted(where, property.getName(), theirs.getField(property), ours.getField(property)));
            }
        }
        if (!theirs.getUnknownFields().equals(ours.getUnknownFields())) {
            found.add(where + ": carries extensions on one side only, or other ones");
        }
    }

    private void compareByName(String where, FieldDescriptor property, Message theirs, Message ours) {
        Map<String, Message> those = named(theirs, property);
        Map<String, Message> these = named(ours, property);
        Set<String> names = new TreeSet<>(those.keySet());
        names.addAll(these.keySet());
        for (String name : names) {
            String element = (where + ", " + property.getName() + " " + name).replaceFirst("^the file, ", "");
            Message that = those.get(name);
            Message here = these.get(name);
            if (that == null) {
                found.add(element + ": Kubernetes does not have it");
            } else if (here == null) {
                found.add(element + ": is missing here");
            } else {
                compare(element, that, here);
            }
        }
    }

    private static boolean hasNames(FieldDescriptor property) {
        return property.isRepeated()
                && property.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && property.getMessageType().findFieldByName("name") != null;
    }

    private static Message messageOf(Message message, FieldDescriptor property) {
        return (Message) message.getField(property);
    }

    private static Map<String, Message> named(Message message, FieldDescriptor property) {
        return ((List<?>) message.getField(property))
                .stream().map(Message.class::cast).collect(toMap(DescriptorDifferences::nameOf, Function.identity()));
    }

    private static String nameOf(Message element) {
        return element.getField(element.getDescriptorForType().findFieldByName("name"))
                .toString();
    }
}
