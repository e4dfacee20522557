package io.davit.core.grpc;

import com.google.protobuf.ByteString;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.spi.LayerProgress;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageFilter;
import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.ImageStatusResponse;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListImagesRequest;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.davit.wire.v1.ImageArchivesGrpc;
import io.davit.wire.v1.LoadRequest;
import io.davit.wire.v1.LoadResponse;
import io.davit.wire.v1.SaveRequest;
import io.davit.wire.v1.SaveResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The images of a daemon, as its command line sees them: over the socket, like any client. Every call throws a Fault with
 * the daemon's words. Thread-safe.
 */
public final class ImageClient implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path socket;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ManagedChannel channel;

    /** An image as listed. */
    public record Listed(String id, List<String> tags, List<String> digests, long sizeBytes, boolean pinned) {
        public Listed {
            tags = List.copyOf(tags);
            digests = List.copyOf(digests);
        }
    }

    /** Connects with the first call. */
    public ImageClient(Path socket) {
        this.socket = socket;
        this.channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .usePlaintext()
                .build();
    }

    /** @param name shows only the image that it means; empty shows all */
    public List<Listed> list(String name) {
        ImageFilter filter = ImageFilter.newBuilder().setImage(spec(name)).build();
        ListImagesRequest request =
                ListImagesRequest.newBuilder().setFilter(filter).build();
        return call("list images", () -> images().listImages(request)).getImagesList().stream()
                .map(ImageClient::listed)
                .toList();
    }

    private static Listed listed(Image image) {
        return new Listed(
                image.getId(), image.getRepoTagsList(), image.getRepoDigestsList(), image.getSize(), image.getPinned());
    }

    /** Returns the id when the image is whole. */
    public String pull(String name) {
        PullImageRequest request =
                PullImageRequest.newBuilder().setImage(spec(name)).build();
        return call("pull " + name, () -> images().pullImage(request)).getImageRef();
    }

    /** How far a pull under way is; empty if there is none, or not yet. */
    public List<LayerProgress> progress(String name) {
        String layers = status(name).getInfoOrDefault("progress", "[]");
        return JSON.readTree(layers)
                .valueStream()
                .map(layer -> new LayerProgress(
                        Digest.parse(layer.path("layer").asString("")),
                        LayerProgress.Step.valueOf(layer.path("step").asString("")),
                        layer.path("fetchedBytes").asLong(0),
                        layer.path("blobBytes").asLong(0)))
                .toList();
    }

    /** Everything there is to know of an image, as JSON; empty if it is not here. */
    public Optional<String> inspect(String name) {
        // By the id that the list has: a name means nothing to those backends that handlerless pulls do not go to.
        List<Listed> found = list(name);
        if (found.isEmpty()) return Optional.empty();
        ImageStatusResponse status = status(found.getFirst().id());
        if (!status.hasImage()) return Optional.empty();
        ObjectNode shown = JSON.createObjectNode();
        Listed image = listed(status.getImage());
        shown.put("id", image.id());
        shown.putPOJO("repoTags", image.tags());
        shown.putPOJO("repoDigests", image.digests());
        shown.put("sizeBytes", image.sizeBytes());
        shown.put("pinned", image.pinned());
        JsonNode info = JSON.readTree(status.getInfoOrDefault("info", "{}"));
        shown.set("config", info.path("imageSpec").path("config"));
        return Optional.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shown));
    }

    private ImageStatusResponse status(String name) {
        ImageStatusRequest request = ImageStatusRequest.newBuilder()
                .setImage(spec(name))
                .setVerbose(true)
                .build();
        return call("look at " + name, () -> images().imageStatus(request));
    }

    public void remove(String name) {
        RemoveImageRequest request =
                RemoveImageRequest.newBuilder().setImage(spec(name)).build();
        var _ = call("remove " + name, () -> images().removeImage(request));
    }

    /** Ids of images that containers, running or not, are made of. */
    public Set<String> used() {
        Set<String> ids = new HashSet<>();
        call(
                        "list containers",
                        () -> RuntimeServiceGrpc.newBlockingStub(channel)
                                .listContainers(ListContainersRequest.getDefaultInstance()))
                .getContainersList()
                .forEach(container -> {
                    ids.add(container.getImageId());
                    ids.add(container.getImageRef());
                });
        return ids;
    }

    /** @param name for an image without one; may be empty */
    public List<String> load(InputStream archive, String name) throws IOException {
        BlockingClientCall<LoadRequest, LoadResponse> call =
                ImageArchivesGrpc.newBlockingV2Stub(channel).load();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            // A daemon that refuses ends the call, and writing says so by false; its words come with the read.
            boolean taken = call.write(LoadRequest.newBuilder().setName(name).build());
            for (int count; taken && (count = archive.read(chunk)) >= 0; ) {
                taken = call.write(LoadRequest.newBuilder()
                        .setData(ByteString.copyFrom(chunk, 0, count))
                        .build());
            }
            call.halfClose();
            LoadResponse answer = call.read();
            if (answer == null) throw Fault.failed("load the archive", "the daemon gave no answer");
            return answer.getNamesList();
        } catch (StatusException e) {
            throw fault("load the archive", e.getStatus());
        } catch (InterruptedException e) {
            call.cancel("interrupted", e);
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("loading the archive"), e);
        }
    }

    public void save(List<String> names, OutputStream archive) throws IOException {
        SaveRequest request = SaveRequest.newBuilder().addAllImages(names).build();
        Iterator<SaveResponse> parts =
                ImageArchivesGrpc.newBlockingStub(channel).save(request);
        try {
            while (parts.hasNext()) parts.next().getData().writeTo(archive);
        } catch (StatusRuntimeException e) {
            throw fault("save " + String.join(", ", names), e.getStatus());
        }
    }

    private ImageServiceGrpc.ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel);
    }

    private static ImageSpec spec(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }

    private <T> T call(String doing, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw fault(doing, e.getStatus());
        }
    }

    private Fault fault(String doing, Status status) {
        String words = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        if (status.getCode() != Status.Code.UNAVAILABLE) return Fault.failed(doing, words);
        String why = "is davit running? systemctl status davit, or another socket with --socket (" + words + ")";
        return new Fault(new Fault.Kind.Unreachable("the daemon at " + socket, why));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the loop goes down all the same
        }
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
