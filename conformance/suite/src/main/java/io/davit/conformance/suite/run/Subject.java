package io.davit.conformance.suite.run;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;

/** What a test method says about itself. */
record Subject(String feature, String test, String says, List<String> rpcs) {
    static Subject of(Method method) {
        Feature feature = Objects.requireNonNull(method.getDeclaringClass().getAnnotation(Feature.class));
        Contract contract = Objects.requireNonNull(method.getAnnotation(Contract.class));
        String test = method.getName().replace('_', ' ');
        return new Subject(feature.value(), test, contract.says(), List.of(contract.rpc()));
    }

    /** In which patterns are looked for. */
    String line() {
        return feature + ": " + test + " [" + String.join(", ", rpcs) + "]";
    }

    /** Empty for what is no test method, such as a class. */
    static Optional<Subject> of(Optional<TestSource> source) {
        return source.filter(MethodSource.class::isInstance).map(method -> of(((MethodSource) method).getJavaMethod()));
    }
}
