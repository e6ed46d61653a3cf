package dev.aigw.routing.guard.injection;

import java.util.Arrays;

/**
 * Adds up the weights of the features of each segment, and finds the window of one, two or four segments that the
 * classifier suspects most. Sums are additive, so a window costs one addition for each of its segments.
 */
final class WindowScores implements Segments.Sink {

    private static final int[] SIZES = {1, 2, 4};
    /** Makes short segments count less: they have few features. */
    private static final double SMOOTHING = 6;
    /** The sum of squares of about five sentences. */
    private static final double LONG = 1000;

    private final byte[] weights;
    private final int foreignShift;
    private double[] sums = new double[16];
    private double[] squares = new double[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int count;
    private long sum;
    private float square;

    /** The largest sum of a window, in units of the quantised weights. */
    double most = Double.NEGATIVE_INFINITY;

    double whole;
    int mostStart;
    int mostEnd;
    int segments;

    WindowScores(byte[] weights, boolean foreign) {
        this.weights = weights;
        this.foreignShift = foreign ? 1 : 0;
    }

    @Override
    public void feature(int bucket, float value) {
        int at = bucket << 1;
        int weight = weights[at] + foreignShift * weights[at + 1];
        // Values are 1 and 1/2, so twice the sum is an integer.
        sum += value == 1 ? weight << 1 : weight;
        square += value * value;
    }

    @Override
    public void segment(int start, int end) {
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, count * 2);
            squares = Arrays.copyOf(squares, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        sums[count] = sum * 0.5;
        squares[count] = square;
        starts[count] = start;
        ends[count++] = end;
        sum = 0;
        square = 0;
    }

    /** Takes the windows of a view into account that has been read. */
    void finish(View view) {
        double total = 0;
        double totalSquares = 0;
        for (int i = 0; i < count; i++) {
            double windowSum = 0;
            double windowSquares = 0;
            int size = 0;
            for (int wanted : SIZES) {
                while (size < wanted && i + size < count) {
                    windowSum += sums[i + size];
                    windowSquares += squares[i + size++];
                }
                consider(view, windowSum, windowSquares, starts[i], ends[i + size - 1]);
            }
            total += sums[i];
            totalSquares += squares[i];
        }
        if (count > 0) {
            consider(view, total, totalSquares, starts[0], ends[count - 1]);
        }
        if (view.kind == View.Kind.PLAIN) {
            whole = normalize(total, totalSquares);
            segments = count;
        }
        count = 0;
    }

    private void consider(View view, double windowSum, double windowSquares, int start, int end) {
        double score = normalize(windowSum, windowSquares);
        if (score > most) {
            most = score;
            mostStart = view.originalStart(start);
            mostEnd = view.originalEnd(end);
        }
    }

    /** Makes sums of windows of different lengths comparable. */
    static double normalize(double sum, double squares) {
        return sum * norm(squares);
    }

    /** Returns the factor for a window whose values have this sum of squares; a long text counts by its average. */
    static double norm(double squares) {
        return squares < LONG ? 1 / Math.sqrt(squares + SMOOTHING) : Math.sqrt(LONG) / squares;
    }
}
