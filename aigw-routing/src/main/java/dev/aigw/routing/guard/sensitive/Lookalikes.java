package dev.aigw.routing.guard.sensitive;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Made-up values with the form of real ones, from ranges that nobody has. Stateless. */
final class Lookalikes {

    private static final String[] GIVEN = {
        "Alma", "Bruno", "Clara", "Dario", "Edda", "Fabian", "Greta", "Hugo", "Irene", "Jonas", "Klara", "Leon", "Mira",
        "Nils", "Olga", "Pavel", "Ronja", "Simon", "Thea", "Urban", "Vera", "Wanda", "Xenia", "Yara", "Zeno", "Aron",
        "Berta", "Conrad", "Dora", "Emil", "Flora", "Gustav"
    };

    private static final String[] FAMILY = {
        "Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fernley", "Gorse", "Hazel", "Ivers", "Juniper", "Knotweed",
        "Larch", "Maple", "Nettle", "Oakley", "Poplar", "Quince", "Rowan", "Sorrel", "Thistle", "Umber", "Vetch",
        "Willow", "Yarrow", "Aspen", "Bramble", "Clover", "Dahlia", "Elmwood", "Foxglove", "Gentian", "Heather"
    };

    private Lookalikes() {}

    /**
     * Returns a made-up value; null for a type without a form that is surely nobody's.
     *
     * @param hash 32 bytes that belong to the value
     */
    static @Nullable String of(EntityType type, String value, byte[] hash) {
        long number = ByteBuffer.wrap(hash).getLong(8) >>> 1;
        return switch (type.name()) {
            case "EMAIL" -> "user." + Pseudonyms.code(hash, 8).toLowerCase(Locale.ROOT) + "@example.com";
            case "PERSON" -> name(hash, number);
            case "PHONE" -> phone(number);
            case "CARD" -> card(number);
            case "IP_ADDRESS" -> value.indexOf(':') >= 0 ? version6(hash) : version4(number);
            case "MAC_ADDRESS" -> interfaceAddress(hash);
            default -> null;
        };
    }

    private static String name(byte[] hash, long number) {
        char initial = (char) ('A' + number % 26);
        return GIVEN[hash[0] & 31] + " " + initial + ". " + FAMILY[hash[1] & 31] + "-" + FAMILY[hash[2] & 31];
    }

    /** 555-0100 to 555-0199 of each area are kept for fiction. */
    private static String phone(long number) {
        long area = 200 + number % 800;
        return String.format(Locale.ROOT, "+1 %03d-555-01%02d", area, number / 800 % 100);
    }

    /** 400000 is a range that processors use in tests. */
    private static String card(long number) {
        String digits = "400000" + String.format(Locale.ROOT, "%09d", number % 1_000_000_000L);
        int[] d = new int[16];
        for (int i = 0; i < 15; i++) {
            d[i] = digits.charAt(i) - '0';
        }
        for (int check = 0; check < 10; check++) {
            d[15] = check;
            if (CheckDigits.luhn(d, 16)) {
                return digits + check;
            }
        }
        throw new AssertionError("one digit of ten passes");
    }

    /** 198.18.0.0/15 is for benchmarks (RFC 2544). */
    private static String version4(long number) {
        return "198." + (18 + number % 2) + "." + number / 2 % 256 + "." + number / 512 % 256;
    }

    /** 2001:db8::/32 is for documentation (RFC 3849). */
    private static String version6(byte[] hash) {
        StringBuilder address = new StringBuilder("2001:db8");
        for (int i = 0; i < 12; i += 2) {
            address.append(':').append(Integer.toHexString(((hash[i] & 0xFF) << 8) | (hash[i + 1] & 0xFF)));
        }
        return address.toString();
    }

    /** The second bit of the first byte says that the address was given locally. */
    private static String interfaceAddress(byte[] hash) {
        StringBuilder address = new StringBuilder("02");
        for (int i = 0; i < 5; i++) {
            address.append(String.format(Locale.ROOT, ":%02x", hash[i]));
        }
        return address.toString();
    }
}
