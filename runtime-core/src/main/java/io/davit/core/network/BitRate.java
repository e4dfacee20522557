package io.davit.core.network;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bits per second as Kubernetes writes quantities: {@code 10M}, {@code 1.5Gi}, {@code 2e6}. */
final class BitRate {
    private static final Pattern FORM = Pattern.compile(
            "(?<number>\\d{1,20}(?:\\.\\d{0,20})?)(?:(?<suffix>[kMGTPE]|[KMGTPE]i)|[eE](?<exponent>\\d{1,2}))?");

    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", BigDecimal.TWO.pow(10)),
            Map.entry("Mi", BigDecimal.TWO.pow(20)),
            Map.entry("Gi", BigDecimal.TWO.pow(30)),
            Map.entry("Ti", BigDecimal.TWO.pow(40)),
            Map.entry("Pi", BigDecimal.TWO.pow(50)),
            Map.entry("Ei", BigDecimal.TWO.pow(60)));

    /** What Kubernetes takes for a pod's bandwidth: 1k to 1P. */
    private static final BigDecimal LEAST = BigDecimal.TEN.pow(3);

    private static final BigDecimal MOST = BigDecimal.TEN.pow(15);

    private BitRate() {}

    /** @throws IllegalArgumentException if it is none, or out of bounds */
    static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) throw new IllegalArgumentException("'" + text + "' is no quantity such as 10M");
        BigDecimal rate = new BigDecimal(matcher.group("number")).multiply(factor(matcher));
        if (rate.compareTo(LEAST) < 0 || rate.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is not between 1k and 1P bits per second");
        }
        return rate.setScale(0, RoundingMode.UP).longValueExact();
    }

    private static BigDecimal factor(Matcher matcher) {
        String exponent = matcher.group("exponent");
        if (exponent != null) return BigDecimal.TEN.pow(Integer.parseInt(exponent));
        String suffix = matcher.group("suffix");
        return suffix == null ? BigDecimal.ONE : FACTORS.getOrDefault(suffix, BigDecimal.ONE);
    }
}
