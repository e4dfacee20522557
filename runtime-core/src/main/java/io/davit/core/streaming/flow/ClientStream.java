package io.davit.core.streaming.flow;

/** Both directions of one stream of a client. */
public record ClientStream(InboundPipe input, OutboundStream output) implements AutoCloseable {
    /** Tells the client the end and drops what it still sends; never blocks. */
    @Override
    public void close() {
        output.close();
        input.close();
    }

    /** The client has left this stream: whoever reads or writes it gets an IOException. */
    public void lose(String why) {
        output.lose();
        input.lose(why);
    }
}
