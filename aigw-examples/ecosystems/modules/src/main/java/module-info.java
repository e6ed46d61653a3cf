/** The application as a named module. */
module dev.aigw.examples.ecosystem {
    requires dev.aigw.providers;
    requires dev.aigw.routing;
    requires static org.jspecify;
}
