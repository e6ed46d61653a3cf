package dev.aigw.providers.fuzz;

import java.util.List;

/**
 * Something that reads bytes from outside.
 *
 * @param name of the test
 * @param seeds inputs that it reads, to be mutated
 * @param reader reads an input, and throws nothing but what it may
 */
record Target(String name, List<byte[]> seeds, Reader reader) {

    /** Reads bytes. */
    interface Reader {
        void read(byte[] input) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
