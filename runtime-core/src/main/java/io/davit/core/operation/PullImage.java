package io.davit.core.operation;

import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.node.Node;
import io.davit.core.spi.PullRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings an image to this node. Equal pulls are one; it stops when nobody waits for it any more. */
public final class PullImage {
    private static final Logger LOG = LoggerFactory.getLogger(PullImage.class);

    private final Node node;
    private final InFlight<PullRequest, ImageId> inFlight;

    public PullImage(Node node) {
        this.node = node;
        this.inFlight = new InFlight<>("PullImage", InFlight.WhenAbandoned.INTERRUPT, _ -> false, node.clock());
    }

    public ImageId run(PullRequest request, Caller caller) {
        return inFlight.call(request, caller, stage -> {
            stage.enter("pulling " + request.reference());
            Image image = node.backends()
                    .forHandler(request.handler())
                    .backend()
                    .images()
                    .pull(request);
            LOG.info("image {} pulled: {}", request.reference(), image.id());
            return image.id();
        });
    }
}
