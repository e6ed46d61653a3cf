package dev.aigw.examples.stories;

import java.io.PrintStream;

/**
 * Prints a text that arrives in pieces, breaking lines between words. A line that starts with spaces (code) is not
 * changed. Not safe for use by several threads.
 */
final class WordWrap {

    private static final int WIDTH = 100;
    private static final String INDENT = "  ";

    private final PrintStream out;
    private final StringBuilder word = new StringBuilder();
    private int column;
    private boolean code;

    WordWrap(PrintStream out) {
        this.out = out;
    }

    /** Prints the next piece, except a last word that may not be complete yet. */
    void print(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c == '\n') {
                flush();
                out.println();
                column = 0;
                code = false;
            } else if (c == ' ') {
                if (column == 0 && word.isEmpty()) {
                    code = true;
                }
                flush();
                word.append(c);
            } else {
                word.append(c);
            }
        }
    }

    /** Prints what is left and ends the line. */
    void end() {
        flush();
        out.println();
        out.flush();
        column = 0;
    }

    private void flush() {
        if (word.isEmpty()) {
            return;
        }
        String next = word.toString();
        word.setLength(0);
        if (!code && column > 0 && column + next.length() > WIDTH) {
            out.println();
            column = 0;
            next = next.stripLeading();
        }
        if (column == 0) {
            out.print(INDENT);
        }
        out.print(next);
        out.flush();
        column += next.length();
    }
}
