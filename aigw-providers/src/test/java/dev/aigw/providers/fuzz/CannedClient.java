package dev.aigw.providers.fuzz;

import dev.aigw.api.spi.Chain;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** A client that answers every request with the same reply, without a socket. For one thread. */
final class CannedClient implements Interceptor {

    private int status = 200;
    private Headers headers = Headers.of();
    private String type = "application/json";
    private byte[] body = {};

    OkHttpClient client() {
        return new OkHttpClient.Builder().addInterceptor(this).build();
    }

    void answer(int status, Headers headers, String type, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.type = type;
        this.body = body;
    }

    @Override
    public Response intercept(Chain chain) {
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("fuzz")
                .headers(headers)
                .body(ResponseBody.create(body, MediaType.parse(type)))
                .build();
    }
}
