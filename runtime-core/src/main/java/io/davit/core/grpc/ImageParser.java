package io.davit.core.grpc;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Problems;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.Secret;
import io.davit.cri.v1.AuthConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Names of images and credentials. Error texts never quote a credential. */
final class ImageParser {
    private ImageParser() {}

    static ImageSpec spec(Fields fields, String field, io.davit.cri.v1.ImageSpec wanted) {
        fields.text(field + ".image", wanted.getImage());
        return new ImageSpec(
                wanted.getImage(),
                wanted.getAnnotationsMap(),
                wanted.getUserSpecifiedImage(),
                new RuntimeHandler(wanted.getRuntimeHandler()),
                wanted.getImageRef());
    }

    static ImageSpec spec(io.davit.cri.v1.ImageSpec wanted) {
        Fields fields = new Fields(new Problems());
        ImageSpec spec = spec(fields, "image", wanted);
        fields.problems().throwIfAny();
        return spec;
    }

    static Credentials credentials(AuthConfig auth) {
        String server = auth.getServerAddress();
        if (!auth.getIdentityToken().isEmpty()) {
            return new Credentials.IdentityToken(new Secret(auth.getIdentityToken()), server);
        }
        if (!auth.getRegistryToken().isEmpty()) {
            return new Credentials.RegistryToken(new Secret(auth.getRegistryToken()), server);
        }
        if (!auth.getUsername().isEmpty()) {
            return new Credentials.UserPassword(auth.getUsername(), new Secret(auth.getPassword()), server);
        }
        return auth.getAuth().isEmpty() ? new Credentials.Anonymous() : decoded(auth.getAuth(), server);
    }

    /** The form of docker's config.json: base64 of user:password, at times with NULs at its end. */
    private static Credentials decoded(String auth, String server) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw Fault.invalid("auth.auth", "not base64");
        }
        int colon = pair.indexOf(':');
        if (colon < 0) throw Fault.invalid("auth.auth", "not user:password in base64");
        String password = pair.substring(colon + 1).replaceAll("\0+$", "");
        return new Credentials.UserPassword(pair.substring(0, colon), new Secret(password), server);
    }
}
