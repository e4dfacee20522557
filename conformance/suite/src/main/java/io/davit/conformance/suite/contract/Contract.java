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

    /** What the test asks of each of its RPCs. */
    Aspect[] aspects() default {};

    /** The fields of a configuration whose effect is seen, for example {@code Mount.readonly}; see {@link Fields}. */
    String[] fields() default {};
}
