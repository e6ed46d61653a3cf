package dev.aigw.routing.cache.shared;

import java.io.IOException;

/** Something that has no plain form, and so stays in this JVM. */
final class Unwritable extends IOException {

    private static final long serialVersionUID = 1;

    /** Creates one that names what it is, without its content. */
    Unwritable(String what) {
        super(what);
    }
}
