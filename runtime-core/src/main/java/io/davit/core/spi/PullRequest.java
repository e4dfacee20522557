package io.davit.core.spi;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;

/** Which image, as whom, for which handler. */
public record PullRequest(ImageReference reference, Credentials credentials, RuntimeHandler handler) {}
