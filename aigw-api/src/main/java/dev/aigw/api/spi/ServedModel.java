package dev.aigw.api.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose model is behind an adapter's id of it, and what its price is there. A router takes from it what is known of the
 * model. Immutable.
 *
 * @param card the name of the model's card: {@code vendor/model}, by the vendor's own id
 * @param byVendor whether the vendor itself serves it here, so that the dates at which it shuts models down apply
 * @param priceFactor what the place charges in relation to the vendor's own price, such as {@code 1} or {@code 1.1};
 *     null if that is not known, so that no price is taken
 */
public record ServedModel(
        String card, boolean byVendor, @Nullable String priceFactor) {

    /** Checks that there is a name. */
    public ServedModel {
        Objects.requireNonNull(card, "card");
    }

    /** Returns a model that its vendor serves at its own price. */
    public static ServedModel byVendor(String card) {
        return new ServedModel(card, true, "1");
    }

    /**
     * Returns a vendor's model that another place serves.
     *
     * @param priceFactor see {@link #priceFactor()}
     */
    public static ServedModel elsewhere(String card, @Nullable String priceFactor) {
        return new ServedModel(card, false, priceFactor);
    }
}
