package dev.aigw.routing.guard.sensitive;

import java.util.Objects;

/**
 * A span of a text that is personal data or a secret.
 *
 * @param type what it is
 * @param start the index of its first character, in UTF-16 units
 * @param end the index behind its last character
 * @param score how sure the detector is, from 0 to 1
 */
public record Entity(EntityType type, int start, int end, double score) {

    /** Checks the span and the score. */
    public Entity {
        Objects.requireNonNull(type, "type");
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException(
                    "the span of " + type + " is " + start + " to " + end + ": it has one character or more");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("the score of " + type + " is " + score + ": it is from 0 to 1");
        }
    }
}
