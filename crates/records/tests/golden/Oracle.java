import java.io.*; import java.nio.ByteBuffer; import java.nio.file.*; import java.util.*; import java.util.concurrent.*;
import org.apache.kafka.common.*; import org.apache.kafka.common.record.internal.*; import org.apache.kafka.common.utils.*;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceRequest; import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.server.util.Scheduler; import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.storage.internals.log.*; import org.apache.kafka.storage.log.metrics.BrokerTopicStats;
public class Oracle {
  static class T implements Time { public long milliseconds(){return 1700000000000L;} public long nanoseconds(){return 0;} public void sleep(long ms){} 
    public void waitObject(Object o, java.util.function.Supplier<Boolean> s, long d){} }
  static final ScheduledThreadPoolExecutor EX = new ScheduledThreadPoolExecutor(1);
  static class S implements Scheduler { public void startup(){} public void shutdown(){} public ScheduledFuture<?> schedule(String n, Runnable r, long a, long b){return EX.schedule(() -> {}, 1, TimeUnit.DAYS);} public void resizeThreadPool(int n){} }
  // stdin lines: name \t config k=v,k=v \t version \t hex ; out: name \t code \t nerrors indexes \t hex of stored
  public static void main(String[] a) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in)); PrintStream out = new PrintStream(new FileOutputStream(a[0]));
    String line; int n=0;
    while ((line = in.readLine()) != null) {
      String[] p = line.split("\t", -1);
      byte[] bytes = HexFormat.of().parseHex(p[3]);
      Map<String,String> cfg = new HashMap<>();
      for (String kv : p[1].split(",")) if (!kv.isEmpty()) { String[] x = kv.split("="); cfg.put(x[0], x[1]); }
      short version = Short.parseShort(p[2]);
      File dir = new File("/tmp/rj/logs/t"+(n++)+"-0"); dir.mkdirs();
      UnifiedLog log = UnifiedLog.create(dir, new LogConfig(cfg), 0L, 0L, new S(), new BrokerTopicStats(), new T(), 86400000, new ProducerStateManagerConfig(86400000, false), 86400000, new LogDirFailureChannel(10), true, Optional.empty());
      String res;
      try {
        MemoryRecords r = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
        ProduceRequest.validateRecords(version, r);
        LogAppendInfo info = log.appendAsLeader(r, 5, AppendOrigin.CLIENT, RequestLocal.noCaching(), VerificationGuard.SENTINEL, (short)1);
        byte[] stored = Files.readAllBytes(new File(dir, "00000000000000000000.log").toPath());
        res = "0\t" + info.maxTimestamp() + "\t" + HexFormat.of().formatHex(stored);
      } catch (RecordValidationException e) {
        StringBuilder sb = new StringBuilder();
        for (ProduceResponse.RecordError re : e.recordErrors()) sb.append(re.batchIndex).append(' ');
        res = Errors.forException(e.invalidException()).code() + "\t" + sb.toString().trim() + "\t";
      } catch (Throwable t) { Throwable c = t; res = Errors.forException(t).code() + "\t" + (a.length>1? t.toString():"") + "\t"; }
      log.close();
      try (var st = Files.walk(dir.toPath())) { st.sorted(Comparator.reverseOrder()).forEach(f->f.toFile().delete()); }
      out.println(p[0] + "\t" + res);
    }
    out.close(); EX.shutdownNow();
  }
}
