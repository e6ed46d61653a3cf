package dev.aigw.routing;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;

/** Gives replies the router's mapper, unless their adapter has given them its own. */
final class MapperStage implements Stage {

    private final JsonMapper mapper;

    MapperStage(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public ModelReply apply(Chain chain) {
        ModelReply reply = chain.proceed(chain.request());
        return mapperOf(reply) == JsonMapper.installed() ? reply.withMapper(mapper) : reply;
    }

    private static JsonMapper mapperOf(ModelReply reply) {
        if (reply instanceof ChatResponse response) {
            return response.mapper();
        }
        if (reply instanceof ChatStream stream) {
            return stream.mapper();
        }
        return reply instanceof PredictResponse response ? response.mapper() : JsonMapper.installed();
    }
}
