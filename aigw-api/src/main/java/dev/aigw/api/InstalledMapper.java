package dev.aigw.api;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the mapper that is installed, once. */
final class InstalledMapper {

    static final JsonMapper INSTANCE = ServiceLoader.load(JsonMapper.class, JsonMapper.class.getClassLoader())
            .findFirst()
            .orElseGet(Missing::new);

    private InstalledMapper() {}

    private static final class Missing implements JsonMapper {

        @Override
        public Map<String, ?> schema(Type type) {
            throw missing("give the schema as a map");
        }

        @Override
        public Object read(String json, Type type) {
            throw missing("parse text() with a mapper of your own");
        }

        @Override
        public String write(@Nullable Object value) {
            throw missing("give the JSON as a text");
        }

        private static IllegalStateException missing(String otherwise) {
            return new IllegalStateException("no JSON mapper is installed: add aigw-providers, or " + otherwise);
        }
    }
}
