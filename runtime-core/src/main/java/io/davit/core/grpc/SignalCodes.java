package io.davit.core.grpc;

import io.davit.core.domain.Signal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The protocol numbers signals in its own way; this maps its names to the kernel's numbers and back. */
final class SignalCodes {
    private static final Map<io.davit.cri.v1.Signal, Signal> BY_CODE = new EnumMap<>(io.davit.cri.v1.Signal.class);
    private static final Map<Signal, io.davit.cri.v1.Signal> CODES = new HashMap<>();

    static {
        for (io.davit.cri.v1.Signal code : io.davit.cri.v1.Signal.values()) {
            if (code == io.davit.cri.v1.Signal.SIGNAL_RUNTIME_DEFAULT) continue;
            if (code == io.davit.cri.v1.Signal.UNRECOGNIZED) continue;
            String name = code.name().substring("SIGNAL_".length());
            Signal signal = Signal.parse(name.replace("PLUS", "+").replace("MINUS", "-"));
            BY_CODE.put(code, signal);
            // Of two names for one signal (SIGCHLD, SIGCLD) the first is the usual one.
            CODES.putIfAbsent(signal, code);
        }
    }

    private SignalCodes() {}

    /** Empty for the default and for a number of a newer protocol. */
    static Optional<Signal> parse(io.davit.cri.v1.Signal code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    static io.davit.cri.v1.Signal write(Signal signal) {
        return CODES.getOrDefault(signal, io.davit.cri.v1.Signal.SIGNAL_RUNTIME_DEFAULT);
    }
}
