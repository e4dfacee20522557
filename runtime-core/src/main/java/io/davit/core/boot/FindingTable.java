package io.davit.core.boot;

import io.davit.core.spi.Finding;
import java.io.PrintWriter;
import java.util.List;

/** Prints findings as a table: level, subject, detail, and below it what mends it. */
final class FindingTable {
    private static final int LEVEL_CHARS = 9;

    private FindingTable() {}

    static void print(PrintWriter out, List<Finding> findings) {
        int subject = findings.stream()
                .mapToInt(finding -> finding.subject().length())
                .max()
                .orElse(0);
        String row = "%-" + LEVEL_CHARS + "s%-" + (subject + 2) + "s%s%n";
        for (Finding finding : findings) {
            out.printf(row, finding.level(), finding.subject(), finding.detail());
            if (!finding.remedy().isEmpty()) out.printf(row, "", "", "-> " + finding.remedy());
        }
    }
}
