package dev.aigw.examples.stories;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under column names, printed with aligned columns. Not safe for use by several threads. */
final class Table {

    private final List<String[]> rows = new ArrayList<>();
    private final int[] widths;

    /** Starts a table; a column whose name starts with {@code >} is aligned to the right. */
    Table(String... columns) {
        this.widths = new int[columns.length];
        row((Object[]) columns);
    }

    /** Adds a row; each cell's text is its {@code toString}. */
    Table row(Object... cells) {
        String[] row = new String[widths.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = String.valueOf(cells[i]);
            widths[i] = Math.max(widths[i], name(row[i]).length());
        }
        rows.add(row);
        return this;
    }

    /** Prints the table, indented by two. */
    void print(PrintStream out) {
        String[] columns = rows.get(0);
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < row.length; i++) {
                String cell = row == columns ? name(row[i]) : row[i];
                String gap = " ".repeat(widths[i] - cell.length());
                line.append(columns[i].startsWith(">") ? gap + cell : cell + gap)
                        .append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String name(String column) {
        return column.startsWith(">") ? column.substring(1) : column;
    }
}
