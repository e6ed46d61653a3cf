package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SetOnceTest {

    private final SetOnce once = new SetOnce();

    @Test
    void aPropertyMayBeSetOnceAndTheMessageNamesIt() {
        once.check(0, "model");
        once.check(63, "user");

        assertThatThrownBy(() -> once.check(0, "model"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model is set twice: remove one of the two");
        assertThatThrownBy(() -> once.check(63, "user")).hasMessageContaining("user is set twice");
    }

    @Test
    void whatIsMarkedCanNoLongerBeSet() {
        once.mark(1);
        once.mark(1);

        assertThat(once.isSet(1)).isTrue();
        assertThat(once.isSet(0)).isFalse();
        assertThatThrownBy(() -> once.check(1, "messages")).hasMessageContaining("messages is set twice");
    }

    @Test
    void whatIsRequiredIsNamedWhenItIsMissing() {
        assertThat(SetOnce.required("x", "model")).isEqualTo("x");
        assertThatThrownBy(() -> SetOnce.required(null, "model"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("model is not set: set it before build()");
    }
}
