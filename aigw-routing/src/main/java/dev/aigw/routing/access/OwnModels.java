package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import dev.aigw.routing.engine.call.CallerModels;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.OwnDeployments;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Gives callers the models that use their credentials. Safe for use by many threads. */
final class OwnModels implements CallerModels {

    private final CallerCredentials source;
    private final OwnDeployments deployments;

    OwnModels(CallerCredentials source, OwnDeployments deployments) {
        this.source = source;
        this.deployments = deployments;
    }

    @Override
    public Model of(Caller caller, Model model) {
        Map<String, Credential> own = new HashMap<>(2);
        Set<String> asked = new HashSet<>(2);
        Set<String> refused = new HashSet<>(0);
        for (LiveDeployment deployment : model.pool().deployments()) {
            String provider = deployment.provider();
            if (asked.add(provider)) {
                Credential credential = source.credential(caller, provider);
                if (credential != null) {
                    own.put(provider, credential);
                } else if (!source.mayUseApplications(caller, provider)) {
                    refused.add(provider);
                }
            }
        }
        return deployments.of(model, own, refused);
    }
}
