package dev.aigw.routing.guard;

/**
 * Restores in one text of a reply, which may arrive in pieces, what was replaced in the request. It holds back no more
 * than what may be the beginning of a replacement. For one thread.
 */
final class Restorer {

    private final PhraseTrie phrases;
    private final boolean json;
    private final StringBuilder held = new StringBuilder();
    private char before = ' ';

    /** Creates a restorer; in {@code json}, originals are escaped as in a string of JSON. */
    Restorer(Masks masks, boolean json) {
        this.phrases = masks.restoring();
        this.json = json;
    }

    /** Adds more text, and returns what is certain. */
    String add(String text) {
        held.append(text);
        return take(false);
    }

    /** Returns the rest. */
    String finish() {
        return held.isEmpty() ? "" : take(true);
    }

    private String take(boolean complete) {
        StringBuilder ready = new StringBuilder(held.length());
        int at = 0;
        while (at < held.length()) {
            phrases.match(held, at, before, complete);
            if (phrases.length() == -2) {
                break;
            }
            String original = phrases.value();
            if (original == null) {
                ready.append(held.charAt(at++));
            } else {
                ready.append(json ? JsonStrings.escaped(original) : original);
                at += phrases.length();
            }
        }
        if (at > 0) {
            before = held.charAt(at - 1);
            held.delete(0, at);
        }
        return ready.toString();
    }
}
