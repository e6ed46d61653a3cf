package dev.aigw.routing.guard.screening;

/**
 * How the dimensions of a tensor are meant. Immutable.
 *
 * @param batched whether the first dimension counts the items of a batch, each of which is a sample
 * @param channelAxis the dimension of the channels, from 0, or -1 if there are none
 */
record TensorLayout(boolean batched, int channelAxis) {

    static final TensorLayout PLAIN = new TensorLayout(false, -1);

    int channels(long[] shape) {
        return hasChannels(shape) ? (int) Math.max(1, shape[channelAxis]) : 1;
    }

    /** Returns how many neighbouring elements belong to one channel. */
    long inner(long[] shape) {
        return hasChannels(shape) ? product(shape, channelAxis + 1) : itemSize(shape);
    }

    long itemSize(long[] shape) {
        return product(shape, batched ? 1 : 0);
    }

    private boolean hasChannels(long[] shape) {
        return channelAxis >= (batched ? 1 : 0) && channelAxis < shape.length;
    }

    private static long product(long[] shape, int from) {
        long product = 1;
        for (int i = from; i < shape.length; i++) {
            product *= shape[i];
        }
        return product;
    }
}
