package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;

/** What is read from Redis, which others may write to. */
class SharedValueParsersTest {

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.of("DEPLOYMENT", "CREDENTIAL", "TIMEOUT", "RATE_LIMITED", " ", "x", "", "\0", "é", "null")
                        .list()
                        .ofMaxSize(7)
                        .map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(60));
    }

    @Property
    void anyNameOfACooldownIsReadOrIsNone(@ForAll("names") String text) {
        CooldownName name = CooldownName.parse(text);

        assertThat(name == null || name.text().equals(text)).isTrue();
    }

    @Property
    void aNameOfACooldownIsReadAsItWasWritten(@ForAll CooldownScope scope, @ForAll ErrorKind kind) {
        CooldownName name = new CooldownName(scope, kind, "c3ViamVjdA");

        assertThat(CooldownName.parse(name.text())).isEqualTo(name);
    }

    @Property
    void anAmountIsReadAsItWasWritten(
            @ForAll @BigRange(min = "0", max = "9000000000000000") @Scale(12) BigDecimal amount) {
        String[] parts = Amounts.split(amount);

        assertThat(Amounts.join(parts[0], parts[1])).isEqualByComparingTo(amount);
    }
}
