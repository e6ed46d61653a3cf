package dev.aigw.examples.ecosystem;

import com.fasterxml.jackson.annotation.JsonProperty;
import tools.jackson.databind.json.JsonMapper;

/** Runs the application and maps JSON with Jackson 3, which shares its annotations with Jackson 2. */
public final class WithJackson3 {

    record Named(@JsonProperty("the name") String name) {}

    private WithJackson3() {}

    /** Runs both. */
    public static void main(String[] args) {
        Application.run();
        Named named = JsonMapper.shared().readValue("{\"the name\": \"x\"}", Named.class);
        if (!named.equals(new Named("x"))) {
            throw new IllegalStateException("read " + named);
        }
        Application.run();
        Libraries.print();
    }
}
