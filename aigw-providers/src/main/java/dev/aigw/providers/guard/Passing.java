package dev.aigw.providers.guard;

import java.util.List;

/**
 * Where an answer says whether the service objects.
 *
 * @param passes what is there if it does not
 * @param objects what is there if it does; anything else is no answer
 */
record Passing(ReplyPath at, List<Object> passes, List<Object> objects) {}
