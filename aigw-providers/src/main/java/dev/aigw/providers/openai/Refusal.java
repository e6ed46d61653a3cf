package dev.aigw.providers.openai;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.util.Objects;

/**
 * The meaning of an error's code, type or words.
 *
 * @param kind the kind of failure
 * @param subject the subject of the failure; {@link FailureSubject#UNKNOWN} where the code does not say
 */
record Refusal(ErrorKind kind, FailureSubject subject) {
    Refusal {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
    }
}
