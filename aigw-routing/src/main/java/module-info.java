/** The router: models, balancing, retry and fallback, cache, meter. */
module dev.aigw.routing {
    requires transitive dev.aigw.api;
    requires static com.nimbusds.jose.jwt;
    requires static concurrency.limits.core;
    requires static context.propagation;
    requires static io.modelcontextprotocol.sdk.mcp.core;
    requires static io.netty.common;
    requires static java.net.http;
    requires static java.sql;
    requires static lettuce.core;
    requires static org.jspecify;
    requires static org.reactivestreams;
    requires static re2j;
    requires static reactor.core;
    requires static jtokkit;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires dev.failsafe.core;
    requires org.semver4j;
    requires org.slf4j;

    exports dev.aigw.routing;
    exports dev.aigw.routing.access;
    exports dev.aigw.routing.access.jwt;
    exports dev.aigw.routing.access.keys;
    exports dev.aigw.routing.access.keys.jdbc;
    exports dev.aigw.routing.balance;
    exports dev.aigw.routing.cache;
    exports dev.aigw.routing.cache.semantic;
    exports dev.aigw.routing.cache.shared;
    exports dev.aigw.routing.catalog;
    exports dev.aigw.routing.deployment;
    exports dev.aigw.routing.feature;
    exports dev.aigw.routing.limit;
    exports dev.aigw.routing.metering;
    exports dev.aigw.routing.metering.jtokkit;
    exports dev.aigw.routing.observe;
    exports dev.aigw.routing.observe.micrometer;
    exports dev.aigw.routing.redis;
    exports dev.aigw.routing.resilience;
    exports dev.aigw.routing.resilience.adaptive;
    exports dev.aigw.routing.rollout;
    exports dev.aigw.routing.route;
    exports dev.aigw.routing.tools;
    exports dev.aigw.routing.tools.mcp;
}
