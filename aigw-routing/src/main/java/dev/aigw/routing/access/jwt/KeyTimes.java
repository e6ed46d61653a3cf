package dev.aigw.routing.access.jwt;

import java.time.Duration;
import java.time.InstantSource;

/**
 * When keys are fetched.
 *
 * @param refreshEvery the age at which they are fetched again
 * @param interval the least time between two fetches
 * @param keepFor how long they may be used without a fetch that succeeds
 * @param timeout how long one request may take
 */
record KeyTimes(Duration refreshEvery, Duration interval, Duration keepFor, Duration timeout, InstantSource clock) {}
