package io.davit.backend.memory;

import java.util.Optional;
import java.util.function.Predicate;

/** One line of a {@link Script}: plays once. Guarded by the monitor of its script. */
final class Rule {
    private final Predicate<Call> matches;
    private final Act act;
    private int turn;

    Rule(Predicate<Call> matches, int turn, Act act) {
        this.matches = matches;
        this.turn = turn;
        this.act = act;
    }

    /** Counts the call if it matches. */
    Optional<Act> count(Call call) {
        if (turn == 0 || !matches.test(call)) return Optional.empty();
        turn--;
        return turn == 0 ? Optional.of(act) : Optional.empty();
    }
}
