package dev.aigw.api.batch;

import java.util.List;

/**
 * One batch at a vendor. A request larger than its vendor takes has several.
 *
 * @param id the vendor's id of it
 * @param items your ids of the items in it, in the order in which they were sent
 */
public record BatchPart(String id, List<String> items) {

    /** Copies the list. */
    public BatchPart {
        items = List.copyOf(items);
    }
}
