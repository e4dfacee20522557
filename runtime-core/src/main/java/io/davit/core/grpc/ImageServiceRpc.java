package io.davit.core.grpc;

import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageSpec;
import io.davit.core.operation.PullImage;
import io.davit.core.operation.RemoveImage;
import io.davit.core.query.NodeImages;
import io.davit.cri.v1.ImageFilter;
import io.davit.cri.v1.ImageFsInfoRequest;
import io.davit.cri.v1.ImageFsInfoResponse;
import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.ImageStatusResponse;
import io.davit.cri.v1.ListImagesRequest;
import io.davit.cri.v1.ListImagesResponse;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.PullImageResponse;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RemoveImageResponse;
import io.davit.cri.v1.StreamImagesRequest;
import io.davit.cri.v1.StreamImagesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** ImageService on the wire: one short method per RPC, in the order of the protocol. */
public final class ImageServiceRpc extends ImageServiceGrpc.ImageServiceImplBase {
    private final PullImage pullImage;
    private final RemoveImage removeImage;
    private final NodeImages images;

    public ImageServiceRpc(PullImage pullImage, RemoveImage removeImage, NodeImages images) {
        this.pullImage = pullImage;
        this.removeImage = removeImage;
        this.images = images;
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> out) {
        Unary.answer("ListImages", out, () -> {
            ListImagesResponse.Builder answer = ListImagesResponse.newBuilder();
            filtered(request.getFilter()).forEach(image -> answer.addImages(ImageWriter.image(image)));
            return answer.build();
        });
    }

    @Override
    public void streamImages(StreamImagesRequest request, StreamObserver<StreamImagesResponse> out) {
        ServerStream.answer("StreamImages", out, stream -> {
            for (var batch : Batches.of(filtered(request.getFilter()), ImageWriter::image)) {
                stream.send(
                        StreamImagesResponse.newBuilder().addAllImages(batch).build());
            }
        });
    }

    /** A filter without a name is none. */
    private List<Image> filtered(ImageFilter filter) {
        if (filter.getImage().getImage().isEmpty()) return images.list();
        return images.listed(ImageParser.spec(filter.getImage())).stream().toList();
    }

    /** An image that is not there is no error: the answer has no image (cri-semantics 1.40). */
    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> out) {
        Unary.answer("ImageStatus", out, () -> {
            ImageStatusResponse.Builder answer = ImageStatusResponse.newBuilder();
            ImageSpec spec = ImageParser.spec(request.getImage());
            images.find(spec).ifPresent(image -> {
                answer.setImage(ImageWriter.image(image));
                if (request.getVerbose()) answer.putAllInfo(Verbose.image(image));
            });
            if (request.getVerbose()) answer.putAllInfo(Verbose.progress(images.progress(spec)));
            return answer.build();
        });
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> out) {
        Unary.answer("PullImage", out, () -> {
            ImageId id = pullImage.run(
                    ImageParser.spec(request.getImage()), ImageParser.credentials(request.getAuth()), new RpcCaller());
            return PullImageResponse.newBuilder().setImageRef(id.toString()).build();
        });
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> out) {
        Unary.answer("RemoveImage", out, () -> {
            removeImage.run(ImageParser.spec(request.getImage()));
            return RemoveImageResponse.getDefaultInstance();
        });
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> out) {
        Unary.answer("ImageFsInfo", out, () -> {
            ImageFsInfoResponse.Builder answer = ImageFsInfoResponse.newBuilder();
            images.imageFilesystems().forEach(usage -> answer.addImageFilesystems(ImageWriter.usage(usage)));
            images.containerFilesystems().forEach(usage -> answer.addContainerFilesystems(ImageWriter.usage(usage)));
            return answer.build();
        });
    }
}
