/**
 * Batches: many requests that a vendor answers within a day, at about half the price. Read {@link BatchClient} first,
 * then {@link BatchRequest}, {@link BatchHandle} and {@link BatchResults}.
 */
@NullMarked
package dev.aigw.api.batch;

import org.jspecify.annotations.NullMarked;
