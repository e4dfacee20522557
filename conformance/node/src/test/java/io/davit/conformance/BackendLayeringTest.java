package io.davit.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The border of the SPI, for every backend on this module's class path. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BackendLayeringTest {
    private static final JavaClasses BACKENDS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.davit.backend");

    @Test
    void a_backend_sees_the_domain_the_SPI_and_how_to_read_control_groups_and_nothing_else_of_davit() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.davit..")
                        .and(not(resideInAnyPackage(
                                "io.davit.core.domain..",
                                "io.davit.core.spi..",
                                "io.davit.core.cgroup..",
                                "io.davit.backend..")))
                        .as("stand behind the SPI"))
                .check(BACKENDS);
    }

    @Test
    void a_backend_does_not_see_another_backend() {
        slices().matching("io.davit.backend.(*)..")
                .should()
                .notDependOnEachOther()
                .check(BACKENDS);
    }

    @Test
    void a_backend_does_not_speak_gRPC_or_protobuf() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google.protobuf..")
                .check(BACKENDS);
    }
}
