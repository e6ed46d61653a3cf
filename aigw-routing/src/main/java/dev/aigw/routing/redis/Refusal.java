package dev.aigw.routing.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Redis says when it refuses a login or a command, and what to do about it. */
enum Refusal {
    WRONG_PASSWORD(
            List.of("WRONGPASS"),
            "it refuses the login: check the user and the password of the address, redis://user:password@host:6379"),
    NO_LOGIN(List.of("NOAUTH"), "it requires a login: add the user and the password, redis://user:password@host:6379"),
    NO_PASSWORD_SET(
            List.of("without any password configured"),
            "it has no password for its default user: remove the password from the address, or name the user,"
                    + " redis://user:password@host:6379"),
    NO_RIGHT(
            List.of("NOPERM", "ACL failure in script", "The user executing the script can't"),
            "its user lacks a right: grant what the documentation of SharedRedis lists");

    private static final int MOST_CAUSES = 8;

    private final List<String> signs;
    private final String fix;

    Refusal(List<String> signs, String fix) {
        this.signs = signs;
        this.fix = fix;
    }

    /** Returns what to do, with the words of Redis; null if the failure is none of these. */
    static @Nullable String explain(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            String words = cause.getMessage();
            for (Refusal refusal : values()) {
                if (words != null && refusal.signs.stream().anyMatch(words::contains)) {
                    return refusal.fix + " (" + words + ")";
                }
            }
            cause = cause.getCause();
        }
        return null;
    }
}
