// Puts produce cases to Apache Kafka 4.4.0's own classes and prints its answers. Class path: the jars of a Kafka
// 4.4.0 installation (libs/*). Reads lines "name, config, version, batch in hex" (tabs between) from standard
// input, writes "name, error code, max timestamp or indexes of record errors, stored bytes in hex" to the file
// named by the first argument.
import java.io.*;
import java.nio.ByteBuffer;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.*;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.utils.*;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.log.*;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

public class Oracle {
    static final long NOW_MS = 1700000000000L;
    static final ScheduledThreadPoolExecutor NEVER = new ScheduledThreadPoolExecutor(1);

    static class StoppedClock implements Time {
        public long milliseconds() { return NOW_MS; }
        public long nanoseconds() { return 0; }
        public void sleep(long ms) {}
        public void waitObject(Object o, java.util.function.Supplier<Boolean> done, long deadline) {}
    }

    static class IdleScheduler implements Scheduler {
        public void startup() {}
        public void shutdown() {}
        public void resizeThreadPool(int size) {}
        public ScheduledFuture<?> schedule(String name, Runnable task, long delay, long period) {
            return NEVER.schedule(() -> {}, 1, TimeUnit.DAYS);
        }
    }

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory("oracle");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        try (PrintStream out = new PrintStream(new FileOutputStream(args[0]))) {
            int number = 0;
            for (String line; (line = in.readLine()) != null; number++) {
                String[] fields = line.split("\t", -1);
                out.println(fields[0] + "\t" + answer(root.resolve("t" + number + "-0"), fields));
            }
        }
        Files.delete(root);
        NEVER.shutdownNow();
    }

    static String answer(Path path, String[] fields) throws Exception {
        Map<String, String> config = new HashMap<>();
        for (String pair : fields[1].split(","))
            if (!pair.isEmpty()) config.put(pair.split("=")[0], pair.split("=")[1]);
        short version = Short.parseShort(fields[2]);
        byte[] bytes = HexFormat.of().parseHex(fields[3]);
        File dir = Files.createDirectory(path).toFile();
        UnifiedLog log = UnifiedLog.create(dir, new LogConfig(config), 0L, 0L, new IdleScheduler(),
            new BrokerTopicStats(), new StoppedClock(), 86400000, new ProducerStateManagerConfig(86400000, false),
            86400000, new LogDirFailureChannel(10), true, Optional.empty());
        try {
            MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
            ProduceRequest.validateRecords(version, records);
            LogAppendInfo info = log.appendAsLeader(records, 5, AppendOrigin.CLIENT, RequestLocal.noCaching(),
                VerificationGuard.SENTINEL, (short) 1);
            byte[] stored = Files.readAllBytes(new File(dir, "00000000000000000000.log").toPath());
            return "0\t" + info.maxTimestamp() + "\t" + HexFormat.of().formatHex(stored);
        } catch (RecordValidationException e) {
            StringJoiner indexes = new StringJoiner(" ");
            for (ProduceResponse.RecordError error : e.recordErrors()) indexes.add("" + error.batchIndex);
            return Errors.forException(e.invalidException()).code() + "\t" + indexes + "\t";
        } catch (Throwable e) {
            return Errors.forException(e).code() + "\t\t";
        } finally {
            log.close();
            try (var files = Files.walk(path)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
