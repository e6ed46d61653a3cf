/**
 * The types an application and a provider adapter share: requests, replies, errors and the contracts to plug into.
 *
 * <p>Has no dependency beyond the JSpecify annotations, which are needed only to compile.
 */
@SuppressWarnings("module") // the modules that its internals are for are built after it
module dev.aigw.api {
    requires static org.jspecify;

    exports dev.aigw.api;
    exports dev.aigw.api.audio;
    exports dev.aigw.api.batch;
    exports dev.aigw.api.chat;
    exports dev.aigw.api.client;
    exports dev.aigw.api.conversation;
    exports dev.aigw.api.embedding;
    exports dev.aigw.api.guard;
    exports dev.aigw.api.image;
    exports dev.aigw.api.inference;
    exports dev.aigw.api.internal to
            dev.aigw.providers,
            dev.aigw.routing;
    exports dev.aigw.api.moderation;
    exports dev.aigw.api.predict;
    exports dev.aigw.api.rerank;
    exports dev.aigw.api.spi;
    exports dev.aigw.api.token;

    uses dev.aigw.api.JsonMapper;
    uses dev.aigw.api.spi.SchemaFallback;
}
