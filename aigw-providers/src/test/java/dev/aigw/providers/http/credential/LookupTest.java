package dev.aigw.providers.http.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupTest {

    private static final InheritableThreadLocal<String> TENANT = new InheritableThreadLocal<>();

    private final Lookup lookup = new Lookup();
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
        assertThat(lookup.secret(Credential.of("key"), "p", attempt().build(), false))
                .isEqualTo("key");
    }

    @Test
    void aSuppliedSecretIsReadInAnother() {
        AtomicReference<Thread> reader = new AtomicReference<>();
        Credential credential = Credential.of("vault", () -> {
            reader.set(Thread.currentThread());
            return "token";
        });

        assertThat(lookup.secret(credential, "p", attempt().build(), false)).isEqualTo("token");
        assertThat(reader.get()).isNotSameAs(Thread.currentThread());
        assertThat(reader.get().isDaemon()).isTrue();
    }

    @Test
    void aLookupEndsWithTheAttemptTimeoutAndIsInterrupted() throws Exception {
        Timeouts limit = Timeouts.builder().attempt(Duration.ofMillis(20)).build();

        assertThatThrownBy(() -> lookup.secret(
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

        assertThatThrownBy(() -> lookup.secret(credential, "p", limited, true))
                .hasMessageContaining("the first event timed out after 20 ms while the credential was looked up")
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.TIMEOUT, GatewayException::kind);
        assertThat(lookup.within(limited, "p", false, () -> limited.timeouts().firstEvent() == null))
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
            assertThat(lookup.secret(credential, "p", attempt().build(), false)).isEqualTo("null true");
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

        assertThatThrownBy(() -> lookup.within(attempt().timeouts(limits).build(), "p", false, this::silence))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.DEADLINE, GatewayException::kind);
    }

    @Test
    void aLookupEndsWhenTheCallIsCancelled() {
        Cancellation cancellation = new Cancellation();
        Supplier<String> cancelling = () -> {
            cancellation.cancel();
            return silence();
        };

        assertThatThrownBy(
                        () -> lookup.within(attempt().cancellation(cancellation).build(), "p", false, cancelling))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.CANCELLED, GatewayException::kind);
    }

    @Test
    void anInterruptedCallerDoesNotWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> lookup.within(attempt().build(), "p", false, this::silence))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.CANCELLED, GatewayException::kind);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatTheLookupThrowsIsThrown() {
        assertThatThrownBy(() -> lookup.within(attempt().build(), "p", false, () -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> lookup.secret(
                        Credential.of("vault", () -> ""), "p", attempt().build(), false))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.AUTHENTICATION, GatewayException::kind);
    }

    /** A supplier that neither answers nor ends when it is interrupted. */
    private static String deafTo(CountDownLatch end) {
        boolean over = false;
        while (!over) {
            try {
                end.await();
                over = true;
            } catch (InterruptedException ignored) {
                // goes on waiting, as a socket does
            }
        }
        return "late";
    }

    @Test
    void suppliersThatNeverAnswerHoldABoundedNumberOfThreads() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        Credential deaf = Credential.of("metadata", () -> {
            running.incrementAndGet();
            return deafTo(end);
        });
        Timeouts limit = Timeouts.builder().attempt(Duration.ofMillis(5)).build();
        for (int i = 0; i < 3 * Lookup.THREADS; i++) {
            assertThatThrownBy(() ->
                            lookup.secret(deaf, "p", attempt().timeouts(limit).build(), false))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorKind.TIMEOUT, GatewayException::kind);
        }
        assertThat(running.get()).isLessThanOrEqualTo(Lookup.THREADS);
        assertThat(new Lookup().within(attempt().build(), "other", false, () -> "key"))
                .as("another adapter")
                .isEqualTo("key");
        end.countDown();
        assertThat(lookup.within(attempt().build(), "p", false, () -> "key")).isEqualTo("key");
    }

    @Test
    void aSuppliersFailureShowsNoSecretOfItsLogin() {
        Credential broken = Credential.of("vault", () -> {
            throw new IllegalStateException("GET https://vault.example/v1/key?token=s3cr3tOfTheVault: 403");
        });
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> lookup.secret(broken, "p", attempt().build(), false));
        assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        assertThat(e.getCause()).hasMessageContaining("403").hasMessageNotContaining("s3cr3tOfTheVault");
    }
}
