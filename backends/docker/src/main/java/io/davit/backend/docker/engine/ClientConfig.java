package io.davit.backend.docker.engine;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * docker-java's configuration, out of nothing but ours: its default would read the environment and the files of the
 * user that the daemon runs as. Credentials come with each pull.
 */
record ClientConfig(URI socket, String version) implements DockerClientConfig {
    @Override
    public URI getDockerHost() {
        return socket;
    }

    @Override
    public RemoteApiVersion getApiVersion() {
        return RemoteApiVersion.parseConfig(version);
    }

    @Override
    public @Nullable String getRegistryUsername() {
        return null;
    }

    @Override
    public @Nullable String getRegistryPassword() {
        return null;
    }

    @Override
    public @Nullable String getRegistryEmail() {
        return null;
    }

    @Override
    public @Nullable String getRegistryUrl() {
        return null;
    }

    @Override
    public @Nullable AuthConfig effectiveAuthConfig(String image) {
        return null;
    }

    @Override
    public AuthConfigurations getAuthConfigurations() {
        return new AuthConfigurations();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface wants it
    public com.github.dockerjava.core.@Nullable SSLConfig getSSLConfig() {
        return null;
    }
}
