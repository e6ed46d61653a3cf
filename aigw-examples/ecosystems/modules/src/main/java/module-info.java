/** The application as a named module. */
module dev.aigw.examples.ecosystem {
    requires dev.aigw.providers;
    requires dev.aigw.routing;
    requires static org.jspecify;

    // Jackson makes the records that replies are read as
    opens dev.aigw.examples.ecosystem to
            com.fasterxml.jackson.databind;
}
