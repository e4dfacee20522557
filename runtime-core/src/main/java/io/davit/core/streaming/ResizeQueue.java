package io.davit.core.streaming;

import io.davit.core.spi.TerminalResizes;
import io.davit.core.spi.TerminalSize;
import java.io.InputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client's terminal sizes: a stream of JSON objects with Width and Height. Who asks gets the latest size; those
 * nobody asked for in time are gone, as an old size is of no use.
 */
final class ResizeQueue implements TerminalResizes {
    private static final Logger LOG = LoggerFactory.getLogger(ResizeQueue.class);
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNameLength(64)
                            .maxStringLength(64)
                            .maxNumberLength(16)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Optional<TerminalSize> latest = Optional.empty(); // guarded by this
    private boolean ended; // guarded by this

    /** Reads sizes until the stream ends, on the calling thread. */
    void readAll(InputStream json) {
        try (MappingIterator<Size> sizes = MAPPER.readerFor(Size.class).readValues(json)) {
            while (sizes.hasNextValue()) {
                offer(sizes.nextValue());
            }
        } catch (JacksonException lost) { // the client has left, or its terminal cannot be resized any more
            LOG.debug("no more terminal sizes: {}", lost.getOriginalMessage());
        } finally {
            end();
        }
    }

    @Override
    public synchronized Optional<TerminalSize> next() throws InterruptedException {
        while (latest.isEmpty() && !ended) {
            wait();
        }
        Optional<TerminalSize> size = latest;
        latest = Optional.empty();
        return size;
    }

    private synchronized void offer(Size size) {
        if (size.Width() < 1 || size.Height() < 1) return; // a terminal that does not know its size says 0
        latest = Optional.of(new TerminalSize(size.Width(), size.Height()));
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** TerminalSize of client-go's remotecommand: two uint16. */
    private record Size(int Width, int Height) {}
}
