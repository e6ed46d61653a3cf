package dev.aigw.api.chat;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source that the model gives for a piece of its text.
 *
 * @param kind the vendor's name for the kind of location, for example {@code url_citation} or {@code page_location}
 * @param url the source's address, or null
 * @param title the source's title, or null
 * @param citedText the words cited, or null
 * @param documentIndex which document of the request, counted from 0, or null
 * @param start where the cited place begins, in the unit that {@code kind} implies, or null
 * @param end where it ends, exclusive, in the same unit, or null
 * @param raw the citation as the vendor sent it
 */
public record Citation(
        String kind,
        @Nullable String url,
        @Nullable String title,
        @Nullable String citedText,
        @Nullable Integer documentIndex,
        @Nullable Integer start,
        @Nullable Integer end,
        Map<String, ?> raw) {}
