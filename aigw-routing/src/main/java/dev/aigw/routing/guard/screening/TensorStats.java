package dev.aigw.routing.guard.screening;

import dev.aigw.api.inference.DataType;
import dev.aigw.api.inference.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is counted in a numeric tensor, item by item of a batch and channel by channel, in one pass and without boxing.
 * Mean and variance are merged by the formula of Chan, Golub and LeVeque (1979), which keeps its precision far from
 * zero. Not safe for use by several threads.
 */
final class TensorStats {

    private static final int CHUNK = 2_048;
    private static final double UNSIGNED = 0x1p64;

    /** Takes the counts of each item. */
    @FunctionalInterface
    interface Items {

        /** Called when an item has been read. */
        void read(TensorStats item);
    }

    private final int channels;
    private final long inner;
    private final long itemSize;

    private final double[] mean;
    private final double[] squares;
    private final double[] previous;
    private final long[] count;
    private final double @Nullable [] low;
    private final double @Nullable [] high;
    private double differences;
    private long neighbours;
    private long outside;

    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private boolean nan;
    private boolean infinite;

    /**
     * Prepares.
     *
     * @param low by channel, below which a value counts as outside; null to count none
     * @param high by channel, above which a value counts as outside; null to count none
     */
    TensorStats(TensorLayout layout, Tensor tensor, double @Nullable [] low, double @Nullable [] high) {
        long[] shape = tensor.shape();
        channels = layout.channels(shape);
        inner = Math.max(1, layout.inner(shape));
        itemSize = layout.itemSize(shape);
        mean = new double[channels];
        squares = new double[channels];
        previous = new double[channels];
        count = new long[channels];
        this.low = low;
        this.high = high;
    }

    /** Reads all elements, and calls {@code items} after each item. */
    void read(Tensor tensor, Items items) {
        double[] chunk = new double[CHUNK];
        boolean unsigned = tensor.datatype() == DataType.UINT64;
        long inItem = 0;
        int channel = 0;
        long inRun = 0;
        begin();
        for (int from = 0; from < tensor.size(); ) {
            int read = tensor.read(from, chunk);
            if (unsigned) {
                for (int i = 0; i < read; i++) {
                    chunk[i] += chunk[i] < 0 ? UNSIGNED : 0;
                }
            }
            for (int at = 0; at < read; ) {
                int run = (int) Math.min(read - at, inner - inRun);
                add(chunk, at, run, channel);
                at += run;
                inItem += run;
                inRun += run;
                if (inRun == inner) {
                    inRun = 0;
                    channel = channel + 1 == channels ? 0 : channel + 1;
                }
                if (inItem == itemSize) {
                    items.read(this);
                    inItem = 0;
                    channel = 0;
                    inRun = 0;
                    begin();
                }
            }
            from += read;
        }
    }

    private void begin() {
        Arrays.fill(mean, 0);
        Arrays.fill(squares, 0);
        Arrays.fill(count, 0);
        differences = 0;
        neighbours = 0;
        outside = 0;
    }

    private void add(double[] values, int from, int length, int channel) {
        double sum = 0;
        double min = values[from];
        double max = min;
        int to = from + length;
        for (int i = from; i < to; i++) {
            double value = values[i];
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        if (!Double.isFinite(sum)) { // infinite, or no number, which hides the least and the greatest
            min = Double.POSITIVE_INFINITY;
            max = Double.NEGATIVE_INFINITY;
            for (int i = from; i < to; i++) {
                if (Double.isNaN(values[i])) {
                    nan = true;
                } else {
                    infinite |= Double.isInfinite(values[i]);
                    min = Math.min(min, values[i]);
                    max = Math.max(max, values[i]);
                }
            }
        }
        least = Math.min(least, min);
        most = Math.max(most, max);
        double average = sum / length;
        double spread = 0;
        double rough = 0;
        double before = count[channel] == 0 ? values[from] : previous[channel];
        for (int i = from; i < to; i++) {
            double value = values[i];
            double distance = value - average;
            spread += distance * distance;
            double step = value - before;
            rough += step * step;
            before = value;
        }
        if (low != null && high != null) {
            double lower = low[channel];
            double upper = high[channel];
            for (int i = from; i < to; i++) {
                outside += values[i] < lower || values[i] > upper ? 1 : 0;
            }
        }
        neighbours += count[channel] == 0 ? length - 1 : length;
        differences += rough;
        previous[channel] = before;
        long known = count[channel];
        long together = known + length;
        double difference = average - mean[channel];
        mean[channel] += difference * length / together;
        squares[channel] += spread + difference * difference * known * length / together;
        count[channel] = together;
    }

    int channels() {
        return channels;
    }

    double mean(int channel) {
        return mean[channel];
    }

    double variance(int channel) {
        return count[channel] == 0 ? 0 : squares[channel] / count[channel];
    }

    /** Returns the mean square of all values of the item. */
    double energy() {
        double sum = 0;
        for (int i = 0; i < channels; i++) {
            sum += variance(i) + mean[i] * mean[i];
        }
        return sum / channels;
    }

    /** Returns the mean square of the differences of neighbours in a channel: noise raises it in what is smooth. */
    double roughness() {
        return neighbours == 0 ? 0 : differences / neighbours;
    }

    double shareOutside() {
        return itemSize == 0 ? 0 : (double) outside / itemSize;
    }

    /** Returns the least value of the tensor so far. */
    double least() {
        return least;
    }

    /** Returns the greatest value of the tensor so far. */
    double most() {
        return most;
    }

    boolean hasNan() {
        return nan;
    }

    boolean hasInfinite() {
        return infinite;
    }
}
