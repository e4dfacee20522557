package io.davit.conformance.suite.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The sentence of the contract that a test checks, in our words, and the RPCs that it binds. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Contract {
    /** Names as in the CRI, for example {@code RunPodSandbox}; see {@link Rpcs}. */
    String[] rpc();

    String says();
}
