package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineTest {

    private static final ChatRequest HELLO = ChatRequest.of("assistant", "hello");
    private static final SideCall SHADOW = new SideCall(Caller.ofTenant("shadows"), Map.of("shadow", "v2"));

    private final List<String> passed = new ArrayList<>();

    /** Makes a side call of each caller's. */
    private final EngineFeature feature = installer -> {
        for (Reach reach : Reach.values()) {
            installer.engineStage(Phase.ROUTE, reach, passing("before " + reach));
        }
        installer.engineStage(Phase.ROLLOUT, Reach.CALLERS_ONLY, this::fork);
        for (Reach reach : Reach.values()) {
            installer.engineStage(Phase.ROLLOUT, reach, passing("after " + reach));
        }
    };

    private final StageLab lab = new StageLab(new VirtualEnvironment(1), feature);

    private EngineStage passing(String name) {
        return hop -> {
            passed.add(name);
            return hop.proceed(hop.request());
        };
    }

    private ModelReply fork(Hop hop) {
        ModelReply reply = hop.proceed(hop.request());
        passed.add("aside");
        hop.proceedAside(SHADOW, hop.request(), hop.call().options(), call -> lab.prepare(call, this::reply));
        return reply;
    }

    private ModelReply reply(Call call) {
        passed.add(call.account().toString() + call.accountTags());
        ChatResponse answer = ChatResponse.of("hi");
        return call.isStreamed() ? ChatStream.replay(answer) : answer;
    }

    private List<String> passed(Operation<?, ?> operation) {
        Caller acme = Caller.ofTenant("acme");
        CallOptions options =
                CallOptions.builder().caller(acme).tag("feature", "summary").build();
        Hop hop = lab.hop(operation, HELLO, options, this::reply);
        hop.proceed(HELLO);
        return passed;
    }

    @Test
    void aSideCallRunsOnlyTheStagesBehindItsStartThatServeSideCalls() {
        assertThat(passed(ChatRequest.CHAT))
                .containsExactly(
                        "before ALL_CALLS",
                        "before CALLERS_ONLY",
                        "after ALL_CALLS",
                        "after CALLERS_ONLY",
                        Caller.ofTenant("acme") + "{feature=summary}",
                        "aside",
                        "after ALL_CALLS",
                        "after SIDE_CALLS_ONLY",
                        Caller.ofTenant("shadows") + "{shadow=v2}");
    }

    @Test
    void stagesForStreamsServeCallersStreamsAlone() {
        assertThat(passed(ChatRequest.CHAT_STREAM))
                .containsExactly(
                        "before ALL_CALLS",
                        "before CALLERS_ONLY",
                        "before STREAMS_ONLY",
                        "after ALL_CALLS",
                        "after CALLERS_ONLY",
                        "after STREAMS_ONLY",
                        Caller.ofTenant("acme") + "{feature=summary}",
                        "aside",
                        "after ALL_CALLS",
                        "after SIDE_CALLS_ONLY",
                        Caller.ofTenant("shadows") + "{shadow=v2}");
    }
}
