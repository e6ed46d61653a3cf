package dev.aigw.routing.guard.sensitive;

import java.util.Objects;

/**
 * A kind of personal data or secret. An open set: the constants are what the built-in detectors find, and a detector of
 * your own may add its own types. Immutable; types are equal when their names are.
 *
 * <p>The name appears in pseudonyms and as the rule of findings.
 */
public final class EntityType {

    /** An e-mail address. */
    public static final EntityType EMAIL = of("EMAIL");

    /** A telephone number. */
    public static final EntityType PHONE = of("PHONE");

    /** The number of a payment card, with a valid check digit. */
    public static final EntityType CARD = of("CARD");

    /** An International Bank Account Number, with valid check digits. */
    public static final EntityType IBAN = of("IBAN");

    /** An IP address, version 4 or 6. */
    public static final EntityType IP_ADDRESS = of("IP_ADDRESS");

    /** The hardware address of a network interface. */
    public static final EntityType MAC_ADDRESS = of("MAC_ADDRESS");

    /** A date of birth. */
    public static final EntityType DATE_OF_BIRTH = of("DATE_OF_BIRTH");

    /** A postal address. */
    public static final EntityType ADDRESS = of("ADDRESS");

    /** The name of a person. */
    public static final EntityType PERSON = of("PERSON");

    /** A number that a state gives a person, such as a social security number. */
    public static final EntityType NATIONAL_ID = of("NATIONAL_ID");

    /** A key of a vendor's API, by its published shape. */
    public static final EntityType API_KEY = secret("API_KEY");

    /** A private key. */
    public static final EntityType PRIVATE_KEY = secret("PRIVATE_KEY");

    /** A JSON Web Token. */
    public static final EntityType JWT = secret("JWT");

    /** A connection string or URL with a password in it. */
    public static final EntityType CONNECTION_STRING = secret("CONNECTION_STRING");

    /** A password, token or key by its context, such as the value of a field named {@code password}. */
    public static final EntityType PASSWORD = secret("PASSWORD");

    private final String name;
    private final boolean secret;

    private EntityType(String name, boolean secret) {
        this.name = Objects.requireNonNull(name, "name");
        this.secret = secret;
        if (!name.matches("[A-Z][A-Z0-9_]{0,30}")) {
            throw new IllegalArgumentException("the entity type \"" + name
                    + "\" is not a name: write capital letters, digits and underscores, as in CUSTOMER_NUMBER");
        }
    }

    /**
     * Returns the type of personal data with this name.
     *
     * @throws IllegalArgumentException if it is not 1 to 31 capital letters, digits and underscores
     */
    public static EntityType of(String name) {
        return new EntityType(name, false);
    }

    /**
     * Returns the type of secret with this name.
     *
     * @throws IllegalArgumentException if it is not 1 to 31 capital letters, digits and underscores
     */
    public static EntityType secret(String name) {
        return new EntityType(name, true);
    }

    /** Returns the name, for example {@code EMAIL}. */
    public String name() {
        return name;
    }

    /** Returns whether it gives access to something, rather than being data about a person. */
    public boolean isSecret() {
        return secret;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntityType that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
