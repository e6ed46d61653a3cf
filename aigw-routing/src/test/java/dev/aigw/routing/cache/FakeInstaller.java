package dev.aigw.routing.cache;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import java.util.EnumMap;
import java.util.Map;

/** Keeps the stages a feature installs. */
final class FakeInstaller implements Installer {

    final FakeClock clock = new FakeClock();
    final Map<Phase, Stage> stages = new EnumMap<>(Phase.class);

    static FakeInstaller of(Feature feature) {
        FakeInstaller installer = new FakeInstaller();
        feature.install(installer);
        return installer;
    }

    @Override
    public void stage(Phase phase, Stage stage) {
        stages.put(phase, stage);
    }

    @Override
    public void listener(RouterListener listener) {
        throw new AssertionError("no listener is expected");
    }

    @Override
    public Environment environment() {
        return clock;
    }

    @Override
    public Cooldowns cooldowns() {
        throw new AssertionError("no deployment is expected");
    }

    @Override
    public void onClose(Runnable action) {
        throw new AssertionError("nothing to close is expected");
    }
}
