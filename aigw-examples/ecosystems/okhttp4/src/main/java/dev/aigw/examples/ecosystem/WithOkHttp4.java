package dev.aigw.examples.ecosystem;

import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import java.io.IOException;
import java.util.Objects;
import okhttp3.OkHttp;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Runs the application and a call by the OkHttp of the application's own. */
public final class WithOkHttp4 {

    private WithOkHttp4() {}

    /** Runs both. */
    public static void main(String[] args) throws IOException {
        System.out.println("OkHttp " + OkHttp.VERSION);
        Application.run();
        call();
        Application.run();
        Libraries.print();
    }

    private static void call() throws IOException {
        try (FaultServer server = FaultServer.start(Fault.reply(200, "text/plain", "hello"))) {
            OkHttpClient client = new OkHttpClient();
            Request request = new Request.Builder().url(server.baseUrl()).build();
            try (Response response = client.newCall(request).execute()) {
                String said = Objects.requireNonNull(response.body()).string();
                if (!said.equals("hello")) {
                    throw new IllegalStateException("said " + said);
                }
            }
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
    }
}
