package io.davit.core.domain;

import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one exception that crosses borders inside davit. Its {@link Kind} decides the gRPC code; its message names the
 * cause and, where there is one, the next step. Whatever else escapes from an operation is a bug of ours.
 */
public final class Fault extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Kind kind;

    public Fault(Kind kind) {
        super(kind.text());
        this.kind = kind;
    }

    public Fault(Kind kind, Throwable cause) {
        super(kind.text(), cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** One bad field; use {@link Problems} where several fields are looked at. */
    public static Fault invalid(String field, String why) {
        return new Fault(new Kind.InvalidRequest(List.of(new Problem(field, why))));
    }

    public static Fault absent(SandboxId id) {
        return new Fault(new Kind.Absent("pod sandbox " + id));
    }

    public static Fault absent(ContainerId id) {
        return new Fault(new Kind.Absent("container " + id));
    }

    public static Fault failed(String doing, String why) {
        return new Fault(new Kind.Failed(doing, why));
    }

    /** The text of the cause, if it has one, else its class: an exception without a message must not print "null". */
    public static Fault failed(String doing, Throwable cause) {
        return new Fault(new Kind.Failed(doing, reason(cause)), cause);
    }

    /** What an operator can read of an exception: its message, with the class where the message alone says little. */
    public static String reason(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) return cause.getClass().getSimpleName();
        return cause instanceof Fault ? message : cause.getClass().getSimpleName() + ": " + message;
    }

    /** A request's field and what is wrong with it. */
    public record Problem(String field, String why) {
        @Override
        public String toString() {
            return field + ": " + why;
        }
    }

    /** What went wrong, as data. Each kind is one gRPC code (io.davit.core.grpc.FaultToStatus). */
    public sealed interface Kind {
        /** A sentence for the operator; never a secret. */
        String text();

        /** What was asked for does not exist; {@code hint} says what to do, or is empty. */
        record Absent(String what, String hint) implements Kind {
            public Absent(String what) {
                this(what, "");
            }

            @Override
            public String text() {
                return what + " does not exist" + (hint.isEmpty() ? "" : "; " + hint);
            }
        }

        /** The name is taken by something that lives; {@code holder} is its id. */
        record Conflict(String name, String holder) implements Kind {
            @Override
            public String text() {
                return "the name " + name + " is taken by " + holder;
            }
        }

        /** The request itself is wrong; every bad field is named. Nothing was changed. */
        record InvalidRequest(List<Problem> problems) implements Kind {
            public InvalidRequest {
                problems = List.copyOf(problems);
            }

            @Override
            public String text() {
                return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
            }
        }

        /** The request is well formed, but the state of things forbids it now. */
        record Refused(String what, String why) implements Kind {
            @Override
            public String text() {
                return what + ": " + why;
            }
        }

        /** The backend, or davit, cannot do this at all. */
        record Unsupported(String what, String why) implements Kind {
            @Override
            public String text() {
                return what + " is not supported: " + why;
            }
        }

        /** Something we depend on does not answer: a daemon, davit itself while it starts. */
        record Unreachable(String endpoint, String why) implements Kind {
            @Override
            public String text() {
                return endpoint + " cannot be reached: " + why;
            }
        }

        /** A limit on time ran out. */
        record TimedOut(String what, Duration limit) implements Kind {
            @Override
            public String text() {
                return what + " took longer than " + limit.toMillis() + " ms";
            }
        }

        /** A limit on a resource was met: disk, tokens, queue. */
        record Exhausted(String what, String why) implements Kind {
            @Override
            public String text() {
                return what + " exhausted: " + why;
            }
        }

        /** A failure that the kubelet recognises by the first word of its text (cri-api pkg/errors). */
        record KubeletReason(Reason reason, String detail) implements Kind {
            @Override
            public String text() {
                return reason.text() + ": " + detail;
            }
        }

        /** A record on disk that cannot be read. */
        record CorruptRecord(String path, String why) implements Kind {
            @Override
            public String text() {
                return "the record " + path + " is damaged: " + why;
            }
        }

        /** A tool, the kernel or an engine said no while we did our part. */
        record Failed(String doing, String why) implements Kind {
            @Override
            public String text() {
                return doing + " failed: " + why;
            }
        }

        /** The client has left, and nobody else waits for the result. */
        record Cancelled(String what) implements Kind {
            @Override
            public String text() {
                return what + " was cancelled by the client";
            }
        }
    }

    /** First words that the kubelet parses (cri-semantics 0.4). */
    public enum Reason {
        REGISTRY_UNAVAILABLE("RegistryUnavailable"),
        SIGNATURE_VALIDATION_FAILED("SignatureValidationFailed"),
        RRO_UNSUPPORTED("RROUnsupported"),
        IMAGE_VOLUME_MOUNT_FAILED("ImageVolumeMountFailed");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
