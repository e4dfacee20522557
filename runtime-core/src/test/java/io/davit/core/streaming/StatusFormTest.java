package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.streaming.CommandStatus.Exited;
import io.davit.core.streaming.CommandStatus.Failed;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatusFormTest {
    @Test
    void success_is_the_object_that_clients_expect() {
        assertThat(StatusForm.JSON.bytes(new Exited(0)))
                .asString()
                .isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
    }

    @Test
    void an_exit_code_is_a_cause_of_its_own() {
        var status = new JsonMapper().readTree(StatusForm.JSON.bytes(new Exited(137)));
        assertThat(status.get("status").asString()).isEqualTo("Failure");
        assertThat(status.get("reason").asString()).isEqualTo("NonZeroExitCode");
        assertThat(status.at("/details/causes/0/reason").asString()).isEqualTo("ExitCode");
        assertThat(status.at("/details/causes/0/message").asString()).isEqualTo("137");
        assertThat(status.get("message").asString()).contains("137");
    }

    @Test
    void a_failure_carries_its_reason() {
        var status = new JsonMapper().readTree(StatusForm.JSON.bytes(new Failed("no \"such\" program")));
        assertThat(status.get("status").asString()).isEqualTo("Failure");
        assertThat(status.get("reason").asString()).isEqualTo("InternalError");
        assertThat(status.get("code").asInt()).isEqualTo(500);
        assertThat(status.get("message").asString()).isEqualTo("no \"such\" program");
    }

    @Test
    void old_clients_get_a_sentence_or_nothing() {
        assertThat(StatusForm.TEXT.bytes(new Exited(0))).isEmpty();
        assertThat(StatusForm.TEXT.bytes(new Exited(3))).asString().contains("exit code: 3");
        assertThat(StatusForm.TEXT.bytes(new Failed("no such program")))
                .asString()
                .isEqualTo("no such program");
    }
}
