package dev.aigw.routing.guard.injection;

import dev.aigw.api.guard.ContentOrigin;
import java.util.Objects;

/**
 * A labelled text to learn from. Immutable; {@code toString} leaves the text out.
 *
 * @param text the text
 * @param origin where it would come from
 * @param attack whether it is an injection or jailbreak
 * @param weight how much it counts; 1 for a usual text
 * @param group what it is related to, such as the document that an attack was put into: texts of a group are never on
 *     both sides when the trainer tests what it has learnt
 */
public record InjectionExample(String text, ContentOrigin origin, boolean attack, double weight, String group) {

    /** Checks the weight. */
    public InjectionExample {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(group, "group");
        if (!(weight > 0)) {
            throw new IllegalArgumentException("the weight of an example is " + weight + ": it is more than 0");
        }
    }

    @Override
    public String toString() {
        return "InjectionExample{" + origin + ", " + (attack ? "attack" : "benign") + ", " + text.length() + " chars}";
    }
}
