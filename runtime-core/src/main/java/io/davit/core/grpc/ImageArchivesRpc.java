package io.davit.core.grpc;

import com.google.protobuf.ByteString;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.operation.ArchiveImages;
import io.davit.wire.v1.ImageArchivesGrpc;
import io.davit.wire.v1.LoadRequest;
import io.davit.wire.v1.LoadResponse;
import io.davit.wire.v1.SaveRequest;
import io.davit.wire.v1.SaveResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Set;

/** Archives of images on the wire. */
public final class ImageArchivesRpc extends ImageArchivesGrpc.ImageArchivesImplBase {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final ArchiveImages archives;

    public ImageArchivesRpc(ArchiveImages archives) {
        this.archives = archives;
    }

    /** The work begins with the first message and reads what the following ones bring. */
    @Override
    public StreamObserver<LoadRequest> load(StreamObserver<LoadResponse> out) {
        ServerCallStreamObserver<LoadResponse> call = (ServerCallStreamObserver<LoadResponse>) out;
        ReceivedBytes bytes = new ReceivedBytes();
        call.setOnCancelHandler(bytes::breakOff);
        return new StreamObserver<>() {
            private boolean begun;

            @Override
            public void onNext(LoadRequest request) {
                if (!begun) {
                    begun = true;
                    Thread.ofVirtual().name("Load").start(() -> answer(bytes, request.getName(), call));
                }
                bytes.add(request.getData());
            }

            @Override
            public void onError(Throwable failure) {
                bytes.breakOff();
            }

            @Override
            public void onCompleted() {
                if (begun) bytes.end();
                else call.onError(FaultToStatus.of("Load", Fault.invalid("data", "empty")));
            }
        };
    }

    private void answer(ReceivedBytes bytes, String name, ServerCallStreamObserver<LoadResponse> call) {
        try (bytes) {
            Set<String> names = new LinkedHashSet<>();
            for (Image image : archives.load(bytes, name)) {
                names.addAll(image.repoTags().isEmpty() ? image.repoDigests() : image.repoTags());
            }
            call.onNext(LoadResponse.newBuilder().addAllNames(names).build());
            call.onCompleted();
        } catch (RuntimeException e) {
            if (!call.isCancelled()) call.onError(FaultToStatus.of("Load", e));
        }
    }

    @Override
    public void save(SaveRequest request, StreamObserver<SaveResponse> out) {
        ServerStream.answer("Save", out, stream -> {
            try (OutputStream sent = new BufferedOutputStream(new Sent(stream), CHUNK_BYTES)) {
                archives.save(request.getImagesList(), sent);
            } catch (InterruptedIOException e) {
                throw (InterruptedException) new InterruptedException("the client has left").initCause(e);
            } catch (IOException e) {
                throw Fault.failed("write the archive", e);
            }
        });
    }

    /** Each write is a message. */
    private static final class Sent extends OutputStream {
        private final ServerStream<SaveResponse> stream;

        Sent(ServerStream<SaveResponse> stream) {
            this.stream = stream;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            try {
                stream.send(SaveResponse.newBuilder()
                        .setData(ByteString.copyFrom(data, offset, length))
                        .build());
            } catch (InterruptedException _) {
                throw new InterruptedIOException("the client has left");
            }
        }
    }
}
