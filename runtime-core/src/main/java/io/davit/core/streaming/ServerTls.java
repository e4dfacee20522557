package io.davit.core.streaming;

import io.davit.core.domain.Fault;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** TLS as the settings have it; read once, when the server starts. */
final class ServerTls {
    private ServerTls() {}

    /** Empty if the settings ask for plain HTTP. */
    static Optional<SslContext> of(StreamingSettings settings) {
        if (!settings.tls()) return Optional.empty();
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            settings.tlsCertificate().toFile(),
                            settings.tlsKey().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
            if (settings.clientCertificates()) {
                builder.trustManager(settings.tlsClientCa().toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            return Optional.of(builder.build());
        } catch (SSLException | IllegalArgumentException e) {
            throw Fault.failed(
                    "reading streaming.tls-certificate " + settings.tlsCertificate() + " and streaming.tls-key "
                            + settings.tlsKey(),
                    e);
        }
    }
}
