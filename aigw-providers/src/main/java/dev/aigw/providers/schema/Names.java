package dev.aigw.providers.schema;

import com.fasterxml.jackson.databind.JavaType;
import java.util.StringJoiner;

/** Names types as source code does, without packages. */
final class Names {

    private Names() {}

    static String of(JavaType type) {
        if (type.isArrayType()) {
            return of(type.getContentType()) + "[]";
        }
        String name = type.getRawClass().getSimpleName();
        if (type.containedTypeCount() == 0) {
            return name;
        }
        StringJoiner arguments = new StringJoiner(", ", name + "<", ">");
        for (int i = 0; i < type.containedTypeCount(); i++) {
            arguments.add(of(type.containedType(i)));
        }
        return arguments.toString();
    }
}
