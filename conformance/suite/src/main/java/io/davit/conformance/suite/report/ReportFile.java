package io.davit.conformance.suite.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports as files. */
public final class ReportFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ReportFile() {}

    public static void write(Path file, Report report) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(report) + "\n");
    }

    /** @throws IOException that names the file, if it cannot be read or is no report of this form */
    public static Report read(Path file) throws IOException {
        Report report;
        try {
            report = JSON.readValue(Files.readString(file), Report.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is no report of this suite: " + e.getOriginalMessage(), e);
        }
        if (report.form() != Report.FORM) {
            throw new IOException(file + " has form " + report.form() + "; this suite reads form " + Report.FORM);
        }
        return report;
    }
}
