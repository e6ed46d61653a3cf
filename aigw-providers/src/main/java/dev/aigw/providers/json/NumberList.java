package dev.aigw.providers.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.RandomAccess;

/**
 * The numbers of a JSON array in eight bytes each, instead of a node for each: vectors and tensors have millions. Nodes
 * are made when they are read. Not safe for use by several threads while numbers are added.
 */
final class NumberList extends AbstractList<JsonNode> implements RandomAccess {

    private long[] bits = new long[4];
    private final BitSet decimals = new BitSet();
    private int size;

    void add(long number) {
        grow();
        bits[size++] = number;
    }

    void add(double number) {
        grow();
        decimals.set(size);
        bits[size++] = Double.doubleToRawLongBits(number);
    }

    private void grow() {
        if (size == bits.length) {
            bits = Arrays.copyOf(bits, size + (size >> 1) + 4);
        }
    }

    @Override
    public JsonNode get(int index) {
        long number = bits[index];
        if (decimals.get(index)) {
            return DoubleNode.valueOf(Double.longBitsToDouble(number));
        }
        return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
    }

    @Override
    public int size() {
        return size;
    }
}
