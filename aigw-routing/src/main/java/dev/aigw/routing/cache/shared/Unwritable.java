package dev.aigw.routing.cache.shared;

import java.io.IOException;

/** A value without a plain form, which therefore stays in this JVM. */
final class Unwritable extends IOException {

    private static final long serialVersionUID = 1;

    /** Creates one that names the kind of value, without its content. */
    Unwritable(String what) {
        super(what);
    }
}
