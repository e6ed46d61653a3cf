package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.providers.http.events.ToolCallIds;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the tool calls of a stream from fragments, as servers of OpenAI's shape send them. Not safe for use by
 * several threads.
 *
 * <p>OpenAI's <a href="https://platform.openai.com/docs/api-reference/chat-streaming">reference</a> says: each fragment
 * has an {@code index}; the first of a call has its {@code id} and {@code name}; the {@code arguments} of all are to be
 * joined. Servers differ, so these are the rules here, each with a report of a server that needs it:
 *
 * <ol>
 *   <li><b>Ids and names.</b> An empty one, and an id that is the <a
 *       href="https://github.com/zed-industries/zed/pull/54058">word {@code null}</a>, is none. The first of a call
 *       counts; servers that make up <a href="https://github.com/poolsideai/pool/issues/9">a new id for each chunk</a>
 *       say nothing by it. A call whose <a href="https://github.com/pipecat-ai/pipecat/pull/5023">name and id come in
 *       different chunks</a> is handed out once it has a name; one that never has a name is a hole in the answer.
 *   <li><b>With an index</b> a fragment belongs to the call of that index. A known index begins another call only if id
 *       and name are given and differ, or the call before has whole arguments: some servers give <a
 *       href="https://github.com/ollama/ollama/issues/15457">each call index 0</a>, others repeat <a
 *       href="https://github.com/vllm-project/vllm/issues/44098">id and name in the last chunk</a>. Whole arguments
 *       that come with id and name after other whole ones are another call's, even under the same id.
 *   <li><b>An index not seen before</b> begins a call, unless the fragment has no name and either repeats the id of a
 *       call or has no id while the latest call's arguments are not whole (a last fragment under a <a
 *       href="https://github.com/dirac-run/dirac/pull/215">wrong index</a>).
 *   <li><b>Without an index</b>, as <a href="https://github.com/ollama/ollama/issues/7881">some servers send all
 *       fragments</a>, a known id is that call's (it is <a
 *       href="https://github.com/spring-projects/spring-ai/pull/5973">repeated in each chunk</a>). A name begins
 *       another call, unless it repeats the latest call's name while that call's arguments are not whole and came in an
 *       earlier chunk. All else belongs to the latest call.
 *   <li><b>Arguments</b> may be <a href="https://github.com/ggml-org/llama.cpp/issues/20198">an object</a> in place of
 *       a string. A fragment that begins with all that came before may be the whole again, sent cumulatively or <a
 *       href="https://github.com/vllm-project/vllm/issues/51697">once more at the end</a>: it is handed out at the end,
 *       when it is plain which reading is JSON; both never are.
 *   <li><b>Ids are unique</b> within an answer: a call whose <a
 *       href="https://github.com/can1357/oh-my-pi/issues/2055">id another call has</a> gets one of its own, so that
 *       each result goes to its own call.
 * </ol>
 */
final class StreamedToolCalls {

    private final int firstPart;
    private final Consumer<ChatEvent> events;
    private final List<Call> calls = new ArrayList<>(2);
    private final Map<Integer, Call> byIndex = new HashMap<>(4);
    private final Map<String, Call> byId = new HashMap<>(4);
    private final ToolCallIds ids = new ToolCallIds();
    private int chunk;

    /** Creates an empty one that hands out events of parts from {@code firstPart} on. */
    StreamedToolCalls(int firstPart, Consumer<ChatEvent> events) {
        this.firstPart = firstPart;
        this.events = events;
    }

    /** Returns whether no call has begun. */
    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Takes in the fragments of one chunk. */
    void add(Iterable<JsonNode> fragments) {
        chunk++;
        for (JsonNode fragment : fragments) {
            JsonNode function = ChatCodec.function(fragment);
            Integer index = Json.intOf(fragment, "index");
            add(index, Json.textOf(fragment, "id"), function);
        }
    }

    /** Takes in the function call of the protocol's first form, of which there is one an answer. */
    void addLegacy(JsonNode function) {
        chunk++;
        add(0, null, function);
    }

    private void add(@Nullable Integer index, @Nullable String givenId, JsonNode function) {
        String id = ToolCallIds.given(givenId);
        String name = ToolCallIds.given(Json.textOf(function, "name"));
        Call call = index == null ? find(id, name) : find(index, id, name);
        if (call != null && id != null && name != null && call.isOther(ChatCodec.arguments(function))) {
            call = null;
        }
        if (call == null) {
            if (id == null && name == null && ChatCodec.arguments(function).isEmpty()) {
                return;
            }
            call = new Call(firstPart + calls.size());
            calls.add(call);
        }
        if (index != null) {
            byIndex.put(index, call);
        }
        call.chunk = chunk;
        call.add(id, name, function);
    }

    private @Nullable Call find(int index, @Nullable String id, @Nullable String name) {
        Call known = byIndex.get(index);
        if (known != null) {
            if (id == null || name == null || known.id == null || id.equals(known.id)) {
                return known;
            }
            return !name.equals(known.name) || known.isWhole() ? null : known;
        }
        if (name != null || calls.isEmpty()) {
            return null;
        }
        if (id != null) {
            return withId(id);
        }
        Call latest = calls.get(calls.size() - 1);
        return latest.isWhole() ? null : latest;
    }

    private @Nullable Call find(@Nullable String id, @Nullable String name) {
        Call latest = calls.isEmpty() ? null : calls.get(calls.size() - 1);
        Call known = id == null ? null : withId(id);
        if (known != null) {
            return name != null && (known.chunk == chunk || (known.isWhole() && !name.equals(known.name)))
                    ? null
                    : known;
        }
        if (latest == null || name == null) {
            return latest;
        }
        boolean again = name.equals(latest.name) && latest.chunk != chunk && !latest.isWhole();
        return again && (id == null || latest.hasArguments()) ? latest : null;
    }

    /** Returns the latest call with an id, or null. */
    private @Nullable Call withId(String id) {
        return byId.get(id);
    }

    /** Hands out what was kept back; to be called before the finish reason is handed out. */
    void end() {
        calls.forEach(Call::end);
    }

    /** A call under way. */
    private final class Call {

        private final int part;
        private final GrowingObject joined = new GrowingObject("");
        private @Nullable GrowingObject latest;
        private @Nullable String id;
        private @Nullable String name;
        private int told;
        private int chunk;
        private boolean started;
        private boolean ended;

        Call(int part) {
            this.part = part;
        }

        boolean hasArguments() {
            return joined.text().length() > 0;
        }

        private GrowingObject best() {
            return latest != null ? latest : joined;
        }

        /** Returns whether the arguments are JSON as they are. */
        boolean isWhole() {
            return best().isWhole();
        }

        void add(@Nullable String givenId, @Nullable String givenName, JsonNode function) {
            if (id == null && givenId != null) {
                id = givenId;
                byId.merge(givenId, this, (one, other) -> one.part > other.part ? one : other);
            }
            name = name == null ? givenName : name;
            String arguments = ChatCodec.arguments(function);
            if (!arguments.isEmpty()) {
                append(arguments);
            }
            if (name != null) {
                tell(false);
            }
        }

        private void append(String more) {
            GrowingObject before = latest;
            if (more.equals("{}") && hasArguments() && isWhole()) {
                return; // some servers end each call with an empty object
            }
            if (before == null && hasArguments() && (startsWith(more, joined.text()) || isReplaced(more))) {
                latest = new GrowingObject(more);
            } else if (before != null && startsWith(more, before.text())) {
                latest = new GrowingObject(more);
            } else if (before != null) {
                before.append(more);
            }
            joined.append(more);
        }

        /**
         * Returns whether whole arguments, which came with an id and a name, are those of another call: these are whole
         * too, and others.
         */
        boolean isOther(String arguments) {
            JsonNode after = object(arguments);
            if (after == null || after.isEmpty()) {
                return false;
            }
            JsonNode before = best().value();
            return before != null && !before.isEmpty() && !before.equals(after);
        }

        /** Returns whether more is the same arguments in other words, or the first ones after an empty object. */
        private boolean isReplaced(String more) {
            JsonNode before = joined.value();
            JsonNode after = before == null ? null : object(more);
            return before != null && after != null && (before.isEmpty() || before.equals(after));
        }

        void end() {
            if (!ended) {
                ended = true;
                tell(true);
            }
        }

        private void tell(boolean last) {
            if (!started) {
                started = true;
                events.accept(new ChatEvent.ToolCallStarted(
                        part, ids.unique(id, part - firstPart), name == null ? "" : name));
            }
            GrowingObject again = latest;
            if (!last && (again != null || isEmptyObject())) {
                return; // there may be two readings: the end decides
            }
            StringBuilder text = joined.text();
            if (again != null && again.isWhole() && !joined.isWhole()) {
                // the same arguments in other words if they do not begin as what was told
                boolean worded = !startsWith(again.text(), text.substring(0, told));
                text.setLength(worded ? told : 0);
                text.append(worded ? "" : again.text());
            }
            if (text.length() > told) {
                events.accept(new ChatEvent.ToolArgumentsDelta(part, text.substring(told)));
                told = text.length();
            }
        }

        /** Some servers send the arguments after an empty object. */
        private boolean isEmptyObject() {
            return joined.text().length() == 2 && startsWith(joined.text(), "{}");
        }
    }

    private static boolean startsWith(CharSequence text, CharSequence beginning) {
        return text.length() >= beginning.length()
                && CharSequence.compare(text.subSequence(0, beginning.length()), beginning) == 0;
    }

    private static @Nullable JsonNode object(String text) {
        JsonNode json = text.indexOf('{') < 0 ? null : Json.parseOrNull(text);
        return json != null && json.isObject() ? json : null;
    }
}
