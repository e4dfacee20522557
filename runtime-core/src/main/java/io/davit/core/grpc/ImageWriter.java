package io.davit.core.grpc;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.cri.v1.FilesystemIdentifier;
import io.davit.cri.v1.Int64Value;
import io.davit.cri.v1.UInt64Value;

/** Images as the protocol shows them. */
final class ImageWriter {
    private ImageWriter() {}

    static io.davit.cri.v1.Image image(Image image) {
        io.davit.cri.v1.Image.Builder builder = io.davit.cri.v1.Image.newBuilder()
                .setId(image.id().toString())
                .addAllRepoTags(image.repoTags())
                .addAllRepoDigests(image.repoDigests())
                .setSize(image.sizeBytes())
                .setPinned(image.pinned());
        String user = image.config().user().split(":", 2)[0];
        if (user.matches("[0-9]{1,18}")) builder.setUid(Int64Value.newBuilder().setValue(Long.parseLong(user)));
        else builder.setUsername(user);
        return builder.build();
    }

    static io.davit.cri.v1.FilesystemUsage usage(FilesystemUsage usage) {
        return io.davit.cri.v1.FilesystemUsage.newBuilder()
                .setTimestamp(SandboxWriter.nanos(usage.sampledAt()))
                .setFsId(FilesystemIdentifier.newBuilder()
                        .setMountpoint(usage.mountpoint().toString()))
                .setUsedBytes(UInt64Value.newBuilder().setValue(usage.usedBytes()))
                .setInodesUsed(UInt64Value.newBuilder().setValue(usage.usedInodes()))
                .build();
    }
}
