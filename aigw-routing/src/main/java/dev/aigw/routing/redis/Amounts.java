package dev.aigw.routing.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Decimal amounts in the form of the scripts: two whole numbers, units and 10^-12 parts, because numbers in Lua are
 * exact only up to 2^53. So sums are exact up to 9 * 10^15 units with twelve decimal places; finer amounts are rounded
 * up.
 */
final class Amounts {

    private static final int SCALE = 12;
    private static final BigInteger PARTS = BigInteger.TEN.pow(SCALE);

    private Amounts() {}

    /** Returns a nonnegative amount, rounded. */
    static BigDecimal rounded(BigDecimal amount) {
        return amount.scale() <= SCALE ? amount : amount.setScale(SCALE, RoundingMode.CEILING);
    }

    /** Returns units and parts. */
    static String[] split(BigDecimal amount) {
        BigInteger[] both = amount.movePointRight(SCALE)
                .setScale(0, RoundingMode.CEILING)
                .toBigInteger()
                .divideAndRemainder(PARTS);
        return new String[] {both[0].toString(), both[1].toString()};
    }

    /** Returns the amount of units and parts. */
    static BigDecimal join(String units, String parts) {
        return new BigDecimal(units).add(BigDecimal.valueOf(Long.parseLong(parts), SCALE));
    }
}
