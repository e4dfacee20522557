package io.davit.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AddressTextTest {
    /** RFC 5952, sections 4.1 to 4.3, and 4.2.3: of runs of one length the first. */
    @ParameterizedTest
    @CsvSource({
        "10.9.0.2, 10.9.0.2",
        "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "fd09::2, fd09::2",
        "0:0:0:0:0:0:0:1, ::1",
        "::, ::",
        "fd09:0:0:0:0:0:0:0, fd09::",
    })
    void an_address_is_written_in_its_short_form(String given, String written) {
        assertThat(AddressText.of(InetAddress.ofLiteral(given))).isEqualTo(written);
    }
}
