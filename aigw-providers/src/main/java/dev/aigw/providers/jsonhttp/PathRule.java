package dev.aigw.providers.jsonhttp;

import org.jspecify.annotations.Nullable;

/** Determines the path of a model. Safe for use by many threads. */
@FunctionalInterface
public interface PathRule {

    /**
     * Returns the path after the base URL, with a leading slash.
     *
     * @param model the service's id of the model, up to its last {@code @}, escaped for use in a path
     * @param version the text after that {@code @}, escaped, or null when there is none
     */
    String path(String model, @Nullable String version);

    /**
     * Returns a rule that puts model and version into templates with {@code {model}} and {@code {version}}; a template
     * without them is a path for all models.
     *
     * @param template the path of a model without a version
     * @param versioned the path of a model with one, or null if ids are not split at their {@code @}
     * @throws IllegalArgumentException if a template has no leading slash, or has another placeholder
     */
    static PathRule template(String template, @Nullable String versioned) {
        String plain = checked(template, false);
        String full = versioned == null ? null : checked(versioned, true);
        return (model, version) -> {
            if (version == null) {
                return plain.replace("{model}", model);
            }
            return full == null
                    ? plain.replace("{model}", model + "%40" + version)
                    : full.replace("{model}", model).replace("{version}", version);
        };
    }

    private static String checked(String template, boolean versioned) {
        String rest = template.replace("{model}", "");
        rest = versioned ? rest.replace("{version}", "") : rest;
        if (!template.startsWith("/") || rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "path \"" + template + "\": begin with / and use no placeholder but {model}"
                            + (versioned ? " and {version}" : "; {version} belongs into versionPath"));
        }
        return template;
    }
}
