package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several JVMs spend one budget in one Redis, and one of them is killed. */
@Timeout(300)
class FleetTest {

    private static final int SURVIVORS = 2;
    private static final int SERVED_BEFORE_DEATH = 20;
    private static final BigDecimal BUDGET = new BigDecimal("0.05");
    private static final BigDecimal ONE_CALL =
            Objects.requireNonNull(FleetWorker.PRICE.cost(FleetWorker.USAGE).amount());

    /** A worker in a JVM of its own. */
    private record Worker(Process process, BufferedReader lines) {

        static Worker start(String uri) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FleetWorker.class.getName(),
                            uri,
                            BUDGET.toPlainString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Worker(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }

        void awaitReady() throws IOException {
            assertThat(lines.readLine()).isEqualTo(FleetWorker.READY);
        }

        void begin() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** Reads until this many calls were served or nothing is left; returns how many were served. */
        int awaitServed(int calls) throws IOException {
            int served = 0;
            while (served < calls) {
                String line = lines.readLine();
                assertThat(line).isIn(FleetWorker.SERVED, FleetWorker.REFUSED);
                if (line.equals(FleetWorker.REFUSED)) {
                    break;
                }
                served++;
            }
            return served;
        }

        /** Returns all that it still says. */
        List<String> rest() {
            return lines.lines().toList();
        }
    }

    @Test
    void whatTheFleetSettledIsWhatItsLedgersSayAndNeverPassesTheBudgetThoughOneIsKilled() throws Exception {
        List<Worker> workers = new ArrayList<>();
        try (RedisProcess server = RedisProcess.started();
                SharedRedis redis = FleetWorker.connect(server.uri())) {
            Allowance budget = SharedLimits.builder(redis)
                    .lease(FleetWorker.LEASE)
                    .build()
                    .allowance(
                            AllowanceSpec.builder()
                                    .limit("budget")
                                    .measure(Measure.COST)
                                    .maximum(BUDGET)
                                    .window(Window.calendar(Window.Unit.MONTH))
                                    .build(),
                            new VirtualEnvironment(1));
            for (int i = 0; i <= SURVIVORS; i++) {
                workers.add(Worker.start(server.uri()));
            }
            for (Worker worker : workers) {
                worker.awaitReady();
            }
            for (Worker worker : workers) {
                worker.begin();
            }
            Worker victim = workers.get(0);
            int servedBeforeDeath = victim.awaitServed(SERVED_BEFORE_DEATH);
            victim.process.toHandle().destroyForcibly(); // what it said can still be read
            long servedByVictim = servedBeforeDeath
                    + victim.rest().stream().filter(FleetWorker.SERVED::equals).count();

            BigDecimal used = awaitSpent(budget);
            assertThat(used).as("what is settled").isLessThanOrEqualTo(BUDGET);
            BigDecimal bySurvivors = BigDecimal.ZERO;
            for (Worker worker : workers.subList(1, workers.size())) {
                worker.process.getOutputStream().close();
                List<String> said = worker.rest();
                String[] ledger = said.get(said.size() - 1).split(" ", -1);
                assertThat(ledger[0]).isEqualTo("ledger");
                BigDecimal spent = new BigDecimal(ledger[1]);
                assertThat(spent).as("what was served").isEqualByComparingTo(ledger[2]);
                long served = said.stream().filter(FleetWorker.SERVED::equals).count();
                assertThat(spent).isEqualByComparingTo(ONE_CALL.multiply(BigDecimal.valueOf(served)));
                bySurvivors = bySurvivors.add(spent);
            }
            // Of the one that died, up to a call for each of its threads was settled and not reported, or reported and
            // not
            // sent.
            BigDecimal reported = ONE_CALL.multiply(BigDecimal.valueOf(servedByVictim));
            BigDecimal unsure = ONE_CALL.multiply(BigDecimal.valueOf(FleetWorker.THREADS));
            assertThat(used.subtract(bySurvivors)).isBetween(reported.subtract(unsure), reported.add(unsure));
            assertThat(budget.level().reserved()).isEqualByComparingTo("0");
        } finally {
            workers.forEach(worker -> worker.process.destroyForcibly());
        }
    }

    /** Waits until nothing is reserved any more, not even by the dead, and no call fits. */
    private static BigDecimal awaitSpent(Allowance budget) {
        while (true) {
            Allowance.Level level = budget.level();
            assertThat(level.used().add(level.reserved())).isLessThanOrEqualTo(BUDGET);
            if (level.reserved().signum() == 0 && level.remaining().compareTo(reservation()) < 0) {
                return level.used();
            }
            Thread.onSpinWait();
        }
    }

    private static BigDecimal reservation() {
        long prompt = TokenCounter.calibrated().countPrompt(FleetWorker.question(), "m");
        return Objects.requireNonNull(FleetWorker.PRICE
                .cost(TokenUsage.of(prompt, FleetWorker.MOST_OUTPUT))
                .amount());
    }
}
