package io.davit.core.boot;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toUnmodifiableMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which part of the core may know which other. The picture is the rule: a class file with any other arrow fails here,
 * and so does a package the picture does not have.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LayeringTest {
    private static final String PICTURE = """
            domain    ->
            spi       -> domain
            cgroup    -> domain
            machine   -> domain
            store     -> domain machine
            process   -> domain spi
            network   -> domain spi
            logs      -> domain spi
            node      -> domain spi machine store
            observe   -> domain spi machine store node
            operation -> domain spi machine store logs observe node
            query     -> domain spi machine store logs observe node
            recovery  -> domain spi machine store logs observe node operation
            streaming -> domain spi machine store logs observe
            grpc      -> domain spi machine store observe node operation query streaming
            boot      -> domain spi machine store process network logs observe node operation query recovery streaming grpc
            """;

    private static final String CORE = "io.davit.core.";
    private static final Map<String, Set<String>> ARROWS = PICTURE.lines()
            .map(line -> List.of(line.split("[ >-]+")))
            .collect(toUnmodifiableMap(List::getFirst, line -> Set.copyOf(line.subList(1, line.size()))));
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.davit.core");

    static Stream<String> parts() {
        return ARROWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("parts")
    void a_part_of_the_core_sees_only_the_parts_the_picture_gives_it(String part) {
        Set<String> seen = new TreeSet<>(ARROWS.getOrDefault(part, Set.of()));
        seen.add(part);
        DescribedPredicate<JavaClass> forbidden = resideInAnyPackage("io.davit.core..")
                .and(not(
                        resideInAnyPackage(seen.stream().map(LayeringTest::tree).toArray(String[]::new))))
                .as("stand in another part than " + seen);
        mustNotSee(resideInAnyPackage(tree(part)).as("stand in " + part), forbidden);
    }

    @Test
    void every_package_of_the_core_stands_in_the_picture() {
        Set<String> parts = CLASSES.stream()
                .map(type -> type.getPackageName().substring(CORE.length()).split("\\.", 2)[0])
                .collect(Collectors.toSet());
        assertThat(ARROWS)
                .as("add the new part and its arrows to the picture")
                .containsKeys(parts.toArray(String[]::new));
    }

    @Test
    void an_arrow_leads_to_a_part_that_exists() {
        assertThat(ARROWS.keySet())
                .containsAll(ARROWS.values().stream().flatMap(Set::stream).toList());
    }

    @Test
    void domain_and_spi_need_nothing_but_the_JDK() {
        mustNotSee(
                resideInAnyPackage("io.davit.core.domain..", "io.davit.core.spi..")
                        .as("stand in domain or spi"),
                not(resideInAnyPackage(
                                "io.davit.core.domain..", "io.davit.core.spi..", "java..", "javax..", "org.jspecify.."))
                        .as("come from a library"));
    }

    @Test
    void only_grpc_speaks_gRPC_and_protobuf() {
        mustNotSee(
                not(resideInAnyPackage("io.davit.core.grpc..")).as("stand outside grpc"),
                resideInAnyPackage("io.davit.cri..", "io.davit.wire..", "io.grpc..", "com.google.protobuf..")
                        .as("belong to the wire"));
    }

    @Test
    void the_core_knows_no_backend() {
        mustNotSee(alwaysTrue(), resideInAnyPackage("io.davit.backend..").as("belong to a backend"));
    }

    private static String tree(String part) {
        return CORE + part + "..";
    }

    /** Parts still to be written are empty, and that is no violation. */
    private static void mustNotSee(
            DescribedPredicate<? super JavaClass> who, DescribedPredicate<? super JavaClass> whom) {
        noClasses()
                .that(who)
                .should()
                .dependOnClassesThat(whom)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
