package io.davit.core.domain;

import java.util.Locale;
import java.util.Map;

/** A Linux signal by number (x86-64 and aarch64 agree on 1..31; real-time signals are 34..64). */
public record Signal(int number) {
    public static final Signal TERM = new Signal(15);
    public static final Signal KILL = new Signal(9);

    private static final int RT_MIN = 34;
    private static final int RT_MAX = 64;
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("IOT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("STKFLT", 16),
            Map.entry("CHLD", 17),
            Map.entry("CLD", 17),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("TTIN", 21),
            Map.entry("TTOU", 22),
            Map.entry("URG", 23),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("VTALRM", 26),
            Map.entry("PROF", 27),
            Map.entry("WINCH", 28),
            Map.entry("IO", 29),
            Map.entry("POLL", 29),
            Map.entry("PWR", 30),
            Map.entry("SYS", 31));

    public Signal {
        if (number < 1 || number > RT_MAX) throw Fault.invalid("stop_signal", "no such signal: " + number);
    }

    /** Reads what images say in {@code StopSignal}: a number, or a name with or without SIG, RTMIN+n and RTMAX-n too. */
    public static Signal parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) name = name.substring(3);
        Integer known = NUMBERS.get(name);
        if (known != null) return new Signal(known);
        try {
            if (name.startsWith("RTMIN")) return new Signal(RT_MIN + offset(name));
            if (name.startsWith("RTMAX")) return new Signal(RT_MAX + offset(name));
            return new Signal(Integer.parseInt(name));
        } catch (NumberFormatException e) {
            throw new Fault(
                    Fault.invalid("stop_signal", "no such signal: '" + text + "'")
                            .kind(),
                    e);
        }
    }

    private static int offset(String name) {
        String rest = name.substring("RTMIN".length());
        return rest.isEmpty() ? 0 : Integer.parseInt(rest);
    }
}
