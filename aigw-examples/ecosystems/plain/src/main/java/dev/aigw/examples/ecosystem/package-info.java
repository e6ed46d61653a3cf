/** A small application that runs in the company of other libraries. */
@org.jspecify.annotations.NullMarked
package dev.aigw.examples.ecosystem;
