package dev.aigw.routing.engine.call;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import dev.aigw.routing.metering.Meters;
import org.junit.jupiter.api.Test;

class EngineFeatureTest {

    /** An installer that wraps another. */
    private static final class Strange implements Installer {

        @Override
        public void stage(Phase phase, Stage stage) {
            throw new AssertionError("nothing is installed");
        }

        @Override
        public void listener(RouterListener listener) {
            throw new AssertionError("nothing is installed");
        }

        @Override
        public Environment environment() {
            throw new AssertionError("nothing is installed");
        }

        @Override
        public Cooldowns cooldowns() {
            throw new AssertionError("nothing is installed");
        }

        @Override
        public void onClose(Runnable action) {
            throw new AssertionError("nothing is installed");
        }
    }

    @Test
    void aFeatureOfTheRoutersOwnRefusesAnInstallerThatIsNotARouters() {
        Feature feature = Meters.feature(Meters.inMemory());

        assertThatThrownBy(() -> feature.install(new Strange()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Strange.class.getName())
                .hasMessageContaining("ModelRouter.builder().feature(...)");
    }
}
