package dev.aigw.providers.fake.assertj;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** Assertions about the content of a request. Not safe for use by several threads. */
public final class ChatRequestAssert extends AbstractAssert<ChatRequestAssert, ChatRequest> {

    ChatRequestAssert(ChatRequest actual) {
        super(actual, ChatRequestAssert.class);
    }

    /** Verifies the text of the last user message. */
    public ChatRequestAssert hasUserText(String text) {
        isNotNull();
        if (!actual.lastUserText().equals(text)) {
            failWithActualExpectedAndMessage(
                    actual.lastUserText(), text, "Expecting the last user message to be %s, in%s", text, shown());
        }
        return this;
    }

    /** Verifies that some message, of any role, contains {@code text}. */
    public ChatRequestAssert hasTextContaining(String text) {
        isNotNull();
        if (actual.messages().stream().noneMatch(message -> message.text().contains(text))) {
            failWithMessage("Expecting a message that contains %s, in%s", Requests.quoted(text), shown());
        }
        return this;
    }

    /** Verifies that no message, of any role, contains {@code text}, such as something personal. */
    public ChatRequestAssert hasNoTextContaining(String text) {
        isNotNull();
        if (actual.messages().stream().anyMatch(message -> message.text().contains(text))) {
            failWithMessage("Expecting no message that contains %s, in%s", Requests.quoted(text), shown());
        }
        return this;
    }

    /** Verifies the joined texts of the system messages. */
    public ChatRequestAssert hasSystemText(String text) {
        isNotNull();
        String system = actual.messages().stream()
                .filter(message -> message.role() == Message.Role.SYSTEM)
                .map(Message::text)
                .collect(Collectors.joining("\n"));
        if (!system.equals(text)) {
            failWithActualExpectedAndMessage(
                    system, text, "Expecting the instructions to be %s, in%s", Requests.quoted(text), shown());
        }
        return this;
    }

    /** Verifies the number of messages, of all roles. */
    public ChatRequestAssert hasMessages(int count) {
        isNotNull();
        if (actual.messages().size() != count) {
            failWithActualExpectedAndMessage(
                    actual.messages().size(), count, "Expecting %s messages, in%s", count, shown());
        }
        return this;
    }

    /** Verifies that exactly these tools are offered, in any order; none if none are named. */
    public ChatRequestAssert offersTools(String... names) {
        isNotNull();
        List<String> offered =
                actual.tools().stream().map(ToolSpec::name).sorted().toList();
        List<String> expected = List.of(names).stream().sorted().toList();
        if (!offered.equals(expected)) {
            failWithActualExpectedAndMessage(
                    offered, expected, "Expecting the tools %s to be offered, but these are: %s", expected, offered);
        }
        return this;
    }

    private String shown() {
        return Requests.listed(actual.messages().stream()
                .map(message -> Requests.quoted(message.text()) + " of " + message.role())
                .toList());
    }
}
