package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ToolIdsTest {

    @Test
    void anIdThatFitsStays() {
        ToolIds ids = new ToolIds(ToolIds.plain(64));
        assertThat(ids.call("toolu_01-A")).isEqualTo("toolu_01-A");
        assertThat(ids.result("toolu_01-A")).isEqualTo("toolu_01-A");
    }

    @Test
    void aCallAndItsResultStillBelongTogether() {
        ToolIds ids = new ToolIds(ToolIds.plain(64));
        assertThat(ids.result("functions.f:0")).isEqualTo(ids.call("functions.f:0"));
    }

    @Test
    void anIdThatComesAgainIsAnotherAndResultsFollowTheLatestCall() {
        ToolIds ids = new ToolIds(ToolIds.ofLength(40));
        String first = ids.call("call_0");
        assertThat(ids.result("call_0")).isEqualTo(first);
        String second = ids.call("call_0");
        assertThat(second).isNotEqualTo(first);
        assertThat(ids.result("call_0")).isEqualTo(second);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anIdThatLooksLikeAnotherMadeUniqueEndsTheSearchToo() {
        ToolIds ids = new ToolIds(ToolIds.plain(64));
        assertThat(ids.call("a_2")).isEqualTo("a_2");
        assertThat(ids.call("a")).isEqualTo("a");
        assertThat(ids.call("a")).isEqualTo("a_3"); // of a server that numbers its calls anew
    }

    @Property
    void whateverTheIdTheFittedOneIsAcceptedAndAlwaysTheSame(@ForAll String id) {
        String fitted = ToolIds.plain(64).apply(id);
        assertThat(fitted)
                .matches("[a-zA-Z0-9_-]{1,64}")
                .isEqualTo(ToolIds.plain(64).apply(id));
        assertThat(ToolIds.ofLength(40).apply(id)).hasSizeLessThanOrEqualTo(40);
    }
}
