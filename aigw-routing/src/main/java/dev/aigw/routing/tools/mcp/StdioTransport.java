package dev.aigw.routing.tools.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Speaks to a server that runs as a child process. Unlike the SDK's, it notices at once when the process ends, and ends
 * it surely at close. Safe for use by many threads.
 */
final class StdioTransport implements McpClientTransport {

    private static final Logger LOG = LoggerFactory.getLogger(StdioTransport.class);

    private final ChildProcess process;
    private final McpJsonMapper mapper;
    private volatile @Nullable Consumer<String> lost;
    private volatile boolean closing;

    StdioTransport(ChildProcess process, McpJsonMapper mapper) {
        this.process = process;
        this.mapper = mapper;
    }

    /** Sets what runs, with the reason, when the process ends by itself. */
    void onLost(Consumer<String> action) {
        lost = action;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromCallable(() -> {
            process.start(line -> receive(line, handler), this::ended); // at once: messages may follow without waiting
            return null;
        });
    }

    private void receive(String line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException noMessage) {
            LOG.debug("a child process wrote a line to its output that is no message");
            return;
        }
        handler.apply(Mono.just(message))
                .subscribe(answered -> {}, failure -> LOG.debug("a message of a child process failed", failure));
    }

    private void ended() {
        Consumer<String> action = lost;
        if (!closing && action != null) {
            action.accept(process.end());
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.<Void>fromCallable(() -> {
                    process.write(mapper.writeValueAsString(message));
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.<Void>fromRunnable(() -> {
                    closing = true;
                    process.stop();
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }
}
