package dev.aigw.routing.cache;

import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;

/** Installs the stage that looks up and stores replies, and the stage that joins identical calls. */
final class CacheFeature implements EngineFeature {

    private final ResultCache cache;
    private final CachePolicy policy;

    CacheFeature(ResultCache cache, CachePolicy policy) {
        this.cache = cache;
        this.policy = policy;
    }

    @Override
    public void installEngine(EngineInstaller installer) {
        if (cache instanceof InMemoryCache inMemory) {
            inMemory.ageBy(installer.environment());
        }
        CacheKeys keys = new CacheKeys(policy.sharing());
        installer.engineStage(
                Phase.CACHE, Reach.CALLERS_ONLY, new CacheStage(cache, keys, policy, installer.environment()));
        installer.engineStage(
                Phase.SINGLE_FLIGHT, Reach.CALLERS_ONLY, new SingleFlightStage(keys, policy.joinSamples(), installer.environment()));
    }
}
