/** Finding prompt injections and jailbreaks. Entry point: {@code PromptInjection}. */
@NullMarked
package dev.aigw.routing.guard.injection;

import org.jspecify.annotations.NullMarked;
