package dev.aigw.routing.access.jwt;

/** Why a token, a key or a document is refused, in words for the audit log: no secret, no part of one. */
final class Refused extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    Refused(String reason) {
        super(reason);
    }
}
