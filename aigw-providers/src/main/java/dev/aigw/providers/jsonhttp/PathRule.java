package dev.aigw.providers.jsonhttp;

import org.jspecify.annotations.Nullable;

/** Says under which path a model is asked. Safe for use by many threads. */
@FunctionalInterface
public interface PathRule {

    /**
     * Returns what follows the base URL, with a slash at its beginning.
     *
     * @param model the service's id of the model, up to its last {@code @}, escaped for use in a path
     * @param version what follows that {@code @}, escaped, or null when there is none
     */
    String path(String model, @Nullable String version);

    /**
     * Returns a rule that puts model and version into templates. The parts are {@code {model}} and {@code {version}}; a
     * template without them is a path for all models.
     *
     * @param template the path of a model without a version
     * @param versioned the path of a model with one, or null if ids are not taken apart at their {@code @}
     * @throws IllegalArgumentException if a template has no slash at its beginning, or names another part
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
            throw new IllegalArgumentException("path \"" + template + "\": begin with / and use no part but {model}"
                    + (versioned ? " and {version}" : "; {version} belongs into versionPath"));
        }
        return template;
    }
}
