package io.davit.conformance.suite.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReportFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void a_report_is_read_as_it_was_written() throws IOException {
        Path file = directory.resolve("report.json");
        Report report = Examples.report("one", Examples.outcome("a test", Result.FAILED, "why \"not\"\n"));
        ReportFile.write(file, report);
        assertThat(ReportFile.read(file)).isEqualTo(report);
    }

    @Test
    void a_file_that_is_no_report_is_named() throws IOException {
        Path file = Files.writeString(directory.resolve("other.json"), "[1, 2");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ReportFile.read(file))
                .withMessageContaining("other.json");
    }

    @Test
    void a_form_of_another_time_is_refused() throws IOException {
        Path file = directory.resolve("report.json");
        ReportFile.write(file, Examples.report("one"));
        Files.writeString(file, Files.readString(file).replace("\"form\" : 1", "\"form\" : 99"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ReportFile.read(file))
                .withMessageContaining("99");
    }
}
