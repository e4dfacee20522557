package io.davit.core.observe;

import io.davit.core.domain.Fault;

/** The words for how a pull has ended: a label has no other values. */
final class Outcome {
    static final String OK = "ok";

    private Outcome() {}

    static String of(Fault fault) {
        return switch (fault.kind()) {
            case Fault.Kind.Absent _ -> "absent";
            case Fault.Kind.Cancelled _ -> "cancelled";
            case Fault.Kind.Conflict _ -> "conflict";
            case Fault.Kind.CorruptRecord _ -> "corrupt_record";
            case Fault.Kind.Exhausted _ -> "exhausted";
            case Fault.Kind.Failed _ -> "failed";
            case Fault.Kind.InvalidRequest _ -> "invalid_request";
            case Fault.Kind.Refused _ -> "refused";
            case Fault.Kind.TimedOut _ -> "timed_out";
            case Fault.Kind.Unreachable _ -> "unreachable";
            case Fault.Kind.Unsupported _ -> "unsupported";
            case Fault.Kind.KubeletReason(Fault.Reason reason, String _) ->
                switch (reason) {
                    case REGISTRY_UNAVAILABLE -> "registry_unavailable";
                    case SIGNATURE_VALIDATION_FAILED -> "signature_validation_failed";
                    case RRO_UNSUPPORTED -> "rro_unsupported";
                    case IMAGE_VOLUME_MOUNT_FAILED -> "image_volume_mount_failed";
                };
        };
    }
}
