package dev.aigw.routing.access;

/** Text from outside, made fit for a log: no control characters, a bounded length. */
final class AuditText {

    private AuditText() {}

    /** Returns the text with a space for each control or format character, cut after {@code most} characters. */
    static String clean(String text, int most) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && clean.length() < most; i++) {
            char c = text.charAt(i);
            clean.append(isHarmless(c) ? c : ' ');
        }
        return clean.toString();
    }

    private static boolean isHarmless(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
