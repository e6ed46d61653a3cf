package dev.aigw.routing.access;

import dev.aigw.api.Capability;
import dev.aigw.api.Price;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link Permissions} from lines of text. */
final class PermissionText {

    private final int line;
    private final String text;

    private PermissionText(int line, String text) {
        this.line = line;
        this.text = text;
    }

    static Permissions parse(String text) {
        Permissions.Builder permissions = Permissions.builder();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String rule = line.strip();
            if (!rule.isEmpty() && rule.charAt(0) != '#') {
                new PermissionText(number, rule).addTo(permissions);
            }
        }
        return permissions.build();
    }

    private void addTo(Permissions.Builder permissions) {
        int space = text.indexOf(' ');
        int colon = text.indexOf(':');
        if (space < 0 || colon < space) {
            throw wrong("has no name and colon: write \"allow name: criteria\" or \"deny name: criteria\"", null);
        }
        String name = text.substring(space, colon).strip();
        List<String[]> criteria = criteria(text.substring(colon + 1));
        try {
            switch (text.substring(0, space)) {
                case "allow" -> permissions.allow(name, rule -> criteria.forEach(each -> allow(rule, each)));
                case "deny" -> permissions.deny(name, rule -> criteria.forEach(each -> any(rule, each)));
                default -> throw wrong("begins with neither \"allow\" nor \"deny\"", null);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("permissions, line") ? e : wrong(e.getMessage(), e);
        }
    }

    /** Returns names and values. Quotes keep spaces and commas together. */
    private List<String[]> criteria(String list) {
        List<String[]> criteria = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (int i = 0; i <= list.length(); i++) {
            char c = i == list.length() ? ' ' : list.charAt(i);
            if (i == list.length() && quoted) {
                throw wrong("has an opening quote without a closing one", null);
            }
            if (c == '"') {
                quoted = !quoted;
                begun = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (begun) {
                    criteria.add(criterion(word.toString()));
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(quoted && c == ',' ? QUOTED_COMMA : c);
                begun = true;
            }
        }
        return criteria;
    }

    private static final char QUOTED_COMMA = '\uE000'; // of the private use area

    private String[] criterion(String word) {
        int equals = word.indexOf('=');
        return equals < 0
                ? new String[] {word, ""}
                : new String[] {word.substring(0, equals), word.substring(equals + 1)};
    }

    private static String[] values(String list) {
        String[] values = list.split(",", -1);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i].replace(QUOTED_COMMA, ',');
        }
        return values;
    }

    private void allow(AllowRule rule, String[] criterion) {
        String value = criterion[1];
        switch (criterion[0]) {
            case "anyone" -> rule.anyone();
            case "region" -> rule.region(values(value));
            case "requireTags" -> rule.requireTags(values(value));
            case "maxOutputTokens" -> rule.maxOutputTokens(number(value));
            case "maxPrice" -> {
                int slash = value.indexOf('/');
                if (slash < 0) {
                    throw wrong("has the maxPrice \"" + value + "\": write maxPrice=5/15", null);
                }
                rule.maxPrice(Price.usdPerMillion(value.substring(0, slash), value.substring(slash + 1)));
            }
            case "maxRetention" -> {
                try {
                    rule.maxRetention(Duration.parse(value));
                } catch (DateTimeParseException e) {
                    throw wrong("has the maxRetention \"" + value + "\": write PT0S for none, or P30D", e);
                }
            }
            default -> any(rule, criterion);
        }
    }

    private void any(RuleBuilder<?> rule, String[] criterion) {
        String[] values = values(criterion[1]);
        switch (criterion[0]) {
            case "tenant" -> rule.tenant(values);
            case "user" -> rule.user(values);
            case "role" -> rule.role(values);
            case "tier" -> rule.tier(values);
            case "key" -> rule.key(values);
            case "scope" -> rule.scope(values);
            case "model" -> rule.model(values);
            case "operation" -> {
                for (String operation : values) {
                    rule.operation(operation);
                }
            }
            case "capability" -> {
                rule.capability();
                for (String capability : values) {
                    if (!capability.isEmpty()) {
                        rule.capability(Capability.of(capability));
                    }
                }
            }
            default ->
                throw wrong(
                        "has the criterion \"" + criterion[0] + "\", which "
                                + (rule.allows ? "there is none of" : "a rule that denies has not")
                                + ": use tenant, user, role, tier, key, scope, model, operation or capability"
                                + (rule.allows
                                        ? ", anyone, region, requireTags, maxPrice, maxRetention or maxOutputTokens"
                                        : ""),
                        null);
        }
    }

    private int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong("has \"" + value + "\" in place of a whole number", e);
        }
    }

    private IllegalArgumentException wrong(@Nullable String why, @Nullable Exception cause) {
        return new IllegalArgumentException("permissions, line " + line + ": \"" + text + "\" " + why, cause);
    }
}
