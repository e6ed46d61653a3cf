package dev.aigw.providers.http.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupTest {

    private static final InheritableThreadLocal<String> TENANT = new InheritableThreadLocal<>();

    private final CountDownLatch interrupted = new CountDownLatch(1);

    /** A metadata service that never answers. */
    private String silence() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return "too late";
    }

    private static AttemptContext.Builder attempt() {
        return AttemptContext.builder("m");
    }

    @Test
    void aFixedSecretIsReadInTheCallingThread() {
        assertThat(Lookup.secret(Credential.of("key"), "p", attempt().build(), false))
                .isEqualTo("key");
    }

    @Test
    void aSuppliedSecretIsReadInAnother() {
        AtomicReference<Thread> reader = new AtomicReference<>();
        Credential credential = Credential.of("vault", () -> {
            reader.set(Thread.currentThread());
            return "token";
        });

        assertThat(Lookup.secret(credential, "p", attempt().build(), false)).isEqualTo("token");
        assertThat(reader.get()).isNotSameAs(Thread.currentThread());
        assertThat(reader.get().isDaemon()).isTrue();
    }

    @Test
    void aLookupEndsWithTheAttemptTimeoutAndIsInterrupted() throws Exception {
        Timeouts limit = Timeouts.builder().attempt(Duration.ofMillis(20)).build();

        assertThatThrownBy(() -> Lookup.secret(
                        Credential.of("vault", this::silence),
                        "p",
                        attempt().timeouts(limit).build(),
                        false))
                .hasMessageContaining("the attempt timed out after 20 ms while the credential was looked up")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.TIMEOUT, GatewayException::kind)
                .returns("p", GatewayException::provider);
        interrupted.await();
    }

    @Test
    void theFirstEventTimeoutAppliesToTheLookupOfAStreamOnly() {
        AttemptContext limited = attempt()
                .timeouts(Timeouts.builder()
                        .firstEvent(Duration.ofMillis(20))
                        .attempt(Duration.ofMinutes(1))
                        .build())
                .build();
        Credential credential = Credential.of("vault", this::silence);

        assertThatThrownBy(() -> Lookup.secret(credential, "p", limited, true))
                .hasMessageContaining("the first event timed out after 20 ms while the credential was looked up")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.TIMEOUT, GatewayException::kind);
        assertThat(Lookup.within(limited, "p", false, () -> limited.timeouts().firstEvent() == null))
                .isFalse();
    }

    @Test
    void aLookupInheritsNothingOfTheCallerWhoseCallBeganItsThread() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Credential credential = Credential.of(
                "vault",
                () -> TENANT.get() + " "
                        + (Thread.currentThread().getContextClassLoader() == Lookup.class.getClassLoader()));
        TENANT.set("first");
        try (URLClassLoader own = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(own);
            assertThat(Lookup.secret(credential, "p", attempt().build(), false)).isEqualTo("null true");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            TENANT.remove();
        }
    }

    @Test
    void aLookupEndsWithTheDeadline() {
        Timeouts limits = Timeouts.builder()
                .attempt(Duration.ofMinutes(1))
                .total(Duration.ofMillis(20))
                .build();

        assertThatThrownBy(() -> Lookup.within(attempt().timeouts(limits).build(), "p", false, this::silence))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.DEADLINE, GatewayException::kind);
    }

    @Test
    void aLookupEndsWhenTheCallIsCancelled() {
        Cancellation cancellation = new Cancellation();
        Supplier<String> lookup = () -> {
            cancellation.cancel();
            return silence();
        };

        assertThatThrownBy(
                        () -> Lookup.within(attempt().cancellation(cancellation).build(), "p", false, lookup))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.CANCELLED, GatewayException::kind);
    }

    @Test
    void anInterruptedCallerDoesNotWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Lookup.within(attempt().build(), "p", false, this::silence))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.CANCELLED, GatewayException::kind);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatTheLookupThrowsIsThrown() {
        assertThatThrownBy(() -> Lookup.within(attempt().build(), "p", false, () -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> Lookup.secret(
                        Credential.of("vault", () -> ""), "p", attempt().build(), false))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.AUTHENTICATION, GatewayException::kind);
    }
}
