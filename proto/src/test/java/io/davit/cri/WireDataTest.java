package io.davit.cri;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.davit.cri.v1.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What we compile is, bit by bit on the wire, what Kubernetes declares; src/test/proto/api.proto is its data. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WireDataTest {
    private static final FileDescriptor KUBERNETES = kubernetes();

    @Test
    void every_message_field_enum_and_rpc_is_the_one_of_kubernetes() {
        assertThat(DescriptorDifferences.between(KUBERNETES, Api.getDescriptor()))
                .isEmpty();
    }

    @Test
    void the_file_compared_with_is_the_one_the_README_names() throws IOException, GeneralSecurityException {
        byte[] data = Files.readAllBytes(Path.of("src/test/proto/api.proto"));
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        assertThat(Files.readString(Path.of("README.md"))).contains(sha256);
    }

    /** The comparison is worth as much as it notices. */
    @Nested
    class A_change_is_told_in_a_sentence {
        @Test
        void of_a_field_number() {
            assertThat(after(file -> field(file, "ContainerStatus", "exit_code").setNumber(70)))
                    .containsExactly("message_type ContainerStatus, field exit_code:"
                            + " number is 7 in Kubernetes and 70 here");
        }

        @Test
        void of_a_type() {
            assertThat(after(file -> field(file, "KeyValue", "value").setType(FieldDescriptorProto.Type.TYPE_STRING)))
                    .containsExactly("message_type KeyValue, field value:"
                            + " type is TYPE_BYTES in Kubernetes and TYPE_STRING here");
        }

        @Test
        void of_a_label() {
            assertThat(after(file ->
                            field(file, "ExecRequest", "cmd").setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)))
                    .containsExactly("message_type ExecRequest, field cmd:"
                            + " label is LABEL_REPEATED in Kubernetes and LABEL_OPTIONAL here");
        }

        @Test
        void of_a_name() {
            assertThat(after(file -> field(file, "PodIP", "ip").setName("address")))
                    .containsExactly(
                            "message_type PodIP, field address: Kubernetes does not have it",
                            "message_type PodIP, field ip: is missing here");
        }

        @Test
        void of_a_JSON_name() {
            assertThat(after(file -> field(file, "Mount", "uidMappings").setJsonName("uids")))
                    .containsExactly("message_type Mount, field uidMappings:"
                            + " json_name is uidMappings in Kubernetes and uids here");
        }

        @Test
        void of_an_option() {
            assertThat(after(file -> field(file, "AuthConfig", "password").clearOptions()))
                    .containsExactly("message_type AuthConfig, field password, options:"
                            + " debug_redact is true in Kubernetes and false here");
        }

        @Test
        void of_an_enum_value() {
            assertThat(after(file -> file.getEnumTypeBuilderList().stream()
                            .filter(type -> type.getName().equals("CgroupDriver"))
                            .forEach(type -> type.getValueBuilder(1).setNumber(2))))
                    .containsExactly("enum_type CgroupDriver, value CGROUPFS: number is 1 in Kubernetes and 2 here");
        }

        @Test
        void of_a_stream_that_became_a_single_answer() {
            assertThat(after(file -> file.getServiceBuilderList().stream()
                            .flatMap(service -> service.getMethodBuilderList().stream())
                            .filter(method -> method.getName().equals("GetContainerEvents"))
                            .forEach(method -> method.setServerStreaming(false))))
                    .containsExactly("service RuntimeService, method GetContainerEvents:"
                            + " server_streaming is true in Kubernetes and false here");
        }
    }

    private static List<String> after(Consumer<FileDescriptorProto.Builder> change) {
        FileDescriptorProto.Builder file = KUBERNETES.toProto().toBuilder();
        change.accept(file);
        return DescriptorDifferences.between(KUBERNETES, link(file.build()));
    }

    private static FieldDescriptorProto.Builder field(FileDescriptorProto.Builder file, String message, String field) {
        return file.getMessageTypeBuilderList().stream()
                .filter(type -> type.getName().equals(message))
                .map(DescriptorProto.Builder::getFieldBuilderList)
                .flatMap(List::stream)
                .filter(candidate -> candidate.getName().equals(field))
                .findFirst()
                .orElseThrow();
    }

    private static FileDescriptor kubernetes() {
        try (InputStream compiled = Objects.requireNonNull(
                WireDataTest.class.getResourceAsStream("/kubernetes-api.desc"), "written by protoc before the tests")) {
            return link(FileDescriptorSet.parseFrom(compiled).getFile(0));
        } catch (IOException e) {
            throw new IllegalStateException("kubernetes-api.desc cannot be read", e);
        }
    }

    private static FileDescriptor link(FileDescriptorProto file) {
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }
}
