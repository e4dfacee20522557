package io.davit.core.network;

import java.util.Arrays;
import java.util.Optional;

/** Versions of the CNI specification that we speak, oldest first. Their results look the same to us. */
enum CniVersion {
    V0_3_0("0.3.0"),
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    private final String text;

    CniVersion(String text) {
        this.text = text;
    }

    static Optional<CniVersion> of(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst();
    }

    /** DEL gets the result of ADD since 0.4.0 (CNI SPEC, "DEL"). */
    boolean deletesWithResult() {
        return compareTo(V0_4_0) >= 0;
    }

    /** CHECK came with 0.4.0 (CNI SPEC, "CHECK"). */
    boolean checks() {
        return compareTo(V0_4_0) >= 0;
    }

    /** STATUS and GC came with 1.1.0 (CNI SPEC). */
    boolean tellsStatusAndCollects() {
        return compareTo(V1_1_0) >= 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
