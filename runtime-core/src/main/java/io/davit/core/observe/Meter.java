package io.davit.core.observe;

import io.davit.core.domain.Fault;
import java.util.Optional;

/** Is told of work when it begins and when it ends. Never throws, never waits. Safe for all threads. */
public interface Meter {
    /** For a daemon whose metrics nobody reads. */
    Meter NONE = new Meter() {
        @Override
        public Call callBegins(String service, String method, boolean stream) {
            return _ -> {};
        }

        @Override
        public Pull pullBegins(String backend) {
            return _ -> {};
        }

        @Override
        public void imageRemoved(String backend) {
            // nobody reads it
        }
    };

    /** A call of an RPC under way. */
    @FunctionalInterface
    interface Call {
        /**
         * Only the first time counts.
         *
         * @param code of gRPC, such as NOT_FOUND
         */
        void ended(String code);
    }

    /** A pull under way. */
    @FunctionalInterface
    interface Pull {
        /** @param failure empty: the image is here */
        void ended(Optional<Fault> failure);
    }

    /** @param stream whether it may have more than one answer */
    Call callBegins(String service, String method, boolean stream);

    /** A pull that others have joined is one. */
    Pull pullBegins(String backend);

    void imageRemoved(String backend);
}
