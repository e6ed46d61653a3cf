package dev.aigw.routing.cache;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;

/** Installs the stage that looks up and stores, and the one that joins identical calls. */
final class CacheFeature implements Feature {

    private final ResultCache cache;
    private final CachePolicy policy;

    CacheFeature(ResultCache cache, CachePolicy policy) {
        this.cache = cache;
        this.policy = policy;
    }

    @Override
    public void install(Installer installer) {
        if (cache instanceof InMemoryCache inMemory) {
            inMemory.ageBy(installer.environment());
        }
        CacheKeys keys = new CacheKeys(policy.shared());
        installer.stage(Phase.CACHE, new CacheStage(cache, keys, policy, installer.environment()));
        installer.stage(Phase.SINGLE_FLIGHT, new SingleFlightStage(keys, installer.environment()));
    }
}
