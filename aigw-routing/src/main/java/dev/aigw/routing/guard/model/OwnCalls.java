package dev.aigw.routing.guard.model;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.moderation.ModerationRequest;
import java.util.Objects;

/** The calls that a guard makes, perhaps through the very router that it guards. */
final class OwnCalls {

    private OwnCalls() {}
}
