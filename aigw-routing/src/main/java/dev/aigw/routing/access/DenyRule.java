package dev.aigw.routing.access;

/** A rule of {@link Permissions} that denies, whatever others allow. Not safe for use by several threads. */
public final class DenyRule extends RuleBuilder<DenyRule> {

    DenyRule(String name) {
        super(name, false);
    }

    @Override
    DenyRule self() {
        return this;
    }
}
