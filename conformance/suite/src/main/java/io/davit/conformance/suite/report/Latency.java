package io.davit.conformance.suite.report;

import io.davit.conformance.suite.client.CallLog;
import io.davit.conformance.suite.contract.Rpcs;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long the calls of an RPC took that went well.
 *
 * @param calls how many went well; the rest of the numbers is 0 if none did
 * @param codes how many calls ended with each status code
 */
public record Latency(
        String rpc,
        int calls,
        double p50Millis,
        double p90Millis,
        double p99Millis,
        double maxMillis,
        Map<String, Integer> codes) {
    private static final double NANOS_PER_MILLI = 1e6;

    public Latency {
        codes = Map.copyOf(codes);
    }

    /** One for each RPC that was called, in the API's order. */
    public static List<Latency> of(List<CallLog.Call> calls) {
        return Rpcs.all().stream()
                .map(rpc -> of(
                        rpc,
                        calls.stream().filter(call -> call.rpc().equals(rpc)).toList()))
                .filter(latency -> !latency.codes().isEmpty())
                .toList();
    }

    private static Latency of(String rpc, List<CallLog.Call> calls) {
        long[] nanos = calls.stream()
                .filter(call -> call.code() == Status.Code.OK)
                .mapToLong(CallLog.Call::nanos)
                .sorted()
                .toArray();
        Map<String, Integer> codes = new TreeMap<>();
        calls.forEach(call -> codes.merge(call.code().name(), 1, Integer::sum));
        return new Latency(
                rpc,
                nanos.length,
                percentile(nanos, 50) / NANOS_PER_MILLI,
                percentile(nanos, 90) / NANOS_PER_MILLI,
                percentile(nanos, 99) / NANOS_PER_MILLI,
                percentile(nanos, 100) / NANOS_PER_MILLI,
                codes);
    }

    /**
     * The smallest value that {@code percent} of all values do not exceed (nearest rank).
     *
     * @param sorted ascending; none gives 0
     * @param percent over 0, up to 100
     */
    static long percentile(long[] sorted, int percent) {
        if (percent <= 0 || percent > 100) throw new IllegalArgumentException("percent: " + percent);
        if (sorted.length == 0) return 0;
        int rank = Math.ceilDiv(sorted.length * percent, 100);
        return sorted[Math.min(sorted.length, rank) - 1];
    }
}
