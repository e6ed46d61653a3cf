package dev.aigw.routing.access;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.internal.ExtraScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request asks of a model beyond text, as permissions see it. */
final class Asked {

    /** Tools that the vendor runs on its servers. */
    static final Capability SERVER_TOOLS = Capability.of("server-tools");

    /** A search of the web by the vendor. */
    static final Capability WEB_SEARCH = Capability.of("web-search");

    /** Vendors' own fields, which may ask for anything. */
    static final Capability EXTRA = Capability.of("extra");

    private static final List<String> SEARCHES =
            List.of("web_search", "websearch", "web-search", "google_search", "googlesearch", "url_context");

    private Asked() {}

    /** Returns the capabilities that the request asks for. */
    static Set<Capability> of(ModelRequest request) {
        Set<Capability> asked = new LinkedHashSet<>(0);
        add(asked, request);
        return asked;
    }

    private static void add(Set<Capability> asked, ModelRequest request) {
        if (!request.extra().keySet().stream().allMatch(ExtraScope::isOfRouter)) {
            asked.add(EXTRA);
        }
        if (request instanceof ChatRequest chat) {
            chat.tools().forEach(tool -> add(asked, tool));
            ReasoningEffort reasoning = chat.reasoning();
            if (reasoning != null && reasoning.level() != ReasoningEffort.Level.NONE) {
                asked.add(Capability.REASONING);
            }
            for (Message message : chat.messages()) {
                add(asked, message.parts());
            }
        } else if (request instanceof BatchRequest batch) {
            batch.items().forEach(item -> add(asked, item.request()));
        }
    }

    private static void add(Set<Capability> asked, ToolSpec tool) {
        if (tool.provider() == null) {
            asked.add(Capability.TOOLS);
            return;
        }
        asked.add(SERVER_TOOLS);
        if (isSearch(tool.name()) || isSearch(tool.parameters().get("type"))) {
            asked.add(WEB_SEARCH);
        }
        tool.parameters().keySet().stream().filter(Asked::isSearch).forEach(field -> asked.add(WEB_SEARCH));
    }

    private static boolean isSearch(@Nullable Object name) {
        String known = String.valueOf(name).toLowerCase(Locale.ROOT);
        return SEARCHES.stream().anyMatch(known::contains);
    }

    private static void add(Set<Capability> asked, List<ContentPart> parts) {
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Image) {
                asked.add(Capability.VISION);
            } else if (part instanceof ContentPart.Audio) {
                asked.add(Capability.AUDIO);
            } else if (part instanceof ContentPart.Video) {
                asked.add(Capability.VIDEO);
            } else if (part instanceof ContentPart.Document) {
                asked.add(Capability.DOCUMENTS);
            } else if (part instanceof ContentPart.ToolResult result) {
                add(asked, result.content());
            } else if (part instanceof ContentPart.Raw) {
                asked.add(EXTRA);
            }
        }
    }

    /** Returns the most tokens that an answer may have; null if the request does not say for each. */
    static @Nullable Integer mostOutputTokens(ModelRequest request) {
        if (request instanceof ChatRequest chat) {
            return chat.maxOutputTokens();
        }
        Integer most = 0;
        if (request instanceof BatchRequest batch) {
            for (BatchRequest.Item item : batch.items()) {
                Integer each = mostOutputTokens(item.request());
                if (each == null) {
                    return null;
                }
                most = Math.max(most, each);
            }
        }
        return most;
    }
}
