import java.io.*; import java.nio.ByteBuffer; import java.util.*;
import org.apache.kafka.common.compress.Compression; import org.apache.kafka.common.header.*; import org.apache.kafka.common.header.internals.*;
import org.apache.kafka.common.record.*; import org.apache.kafka.common.record.internal.*;
public class Golden {
  static PrintStream out;
  static void p(String name, ByteBuffer b) { byte[] x = new byte[b.remaining()]; b.duplicate().get(x); out.println(name + "\t" + HexFormat.of().formatHex(x)); }
  static void p(String n, MemoryRecords r) { p(n, r.buffer()); }
  static Compression c(String n) { return Compression.of(n).build(); }
  static SimpleRecord[] three() {
    Header[] h = { new RecordHeader("h", "1".getBytes()), new RecordHeader("g", (byte[]) null), new RecordHeader("h", "2".getBytes()) };
    return new SimpleRecord[] { new SimpleRecord(5000L, "k".getBytes(), "v".getBytes(), h), new SimpleRecord(4000L, null, "x".repeat(300).getBytes()), new SimpleRecord(6000L, new byte[0], null) };
  }
  public static void main(String[] a) throws Exception {
    out = new PrintStream(new FileOutputStream(a[0]));
    for (String codec : new String[]{"none","gzip","snappy","lz4","zstd"}) {
      MemoryRecordsBuilder b = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte)2, c(codec), TimestampType.CREATE_TIME, 1000L, -1L, 42L, (short)3, 10, true, false, 7);
      for (SimpleRecord r : three()) b.append(r);
      p("v2-" + codec, b.build());
      MemoryRecordsBuilder big = MemoryRecords.builder(ByteBuffer.allocate(1<<20), (byte)2, c(codec), TimestampType.CREATE_TIME, 0L, -1L, -1L, (short)-1, -1, false, false, -1);
      if (!codec.equals("none")) { for (int i = 0; i < 300; i++) big.append(1000L + i, ("key-" + i % 7).getBytes(), ("value " + i % 10 + " ").repeat(60 + i % 3).getBytes()); p("big-" + codec, big.build()); }
    }
    MemoryRecordsBuilder b = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte)2, c("none"), TimestampType.LOG_APPEND_TIME, 0L, 777L, -1L, (short)-1, -1, false, false, 0);
    for (SimpleRecord r : three()) b.append(r);
    p("v2-append-time", b.build());
    p("commit-marker", MemoryRecords.withEndTransactionMarker(50L, 1234L, 9, 42L, (short)3, new EndTransactionMarker(ControlRecordType.COMMIT, 11)));
    p("abort-marker", MemoryRecords.withEndTransactionMarker(51L, 1234L, 9, 42L, (short)3, new EndTransactionMarker(ControlRecordType.ABORT, 11)));
    for (byte magic = 0; magic < 2; magic++) for (String codec : new String[]{"none","gzip","snappy","lz4"}) {
      MemoryRecordsBuilder l = MemoryRecords.builder(ByteBuffer.allocate(8192), magic, c(codec), TimestampType.CREATE_TIME, 1000L, -1L);
      l.append(magic == 0 ? -1L : 5000L, "k".getBytes(), "v".getBytes());
      l.append(magic == 0 ? -1L : 4000L, null, "x".repeat(300).getBytes());
      l.append(magic == 0 ? -1L : 6000L, new byte[0], null);
      p("v" + magic + "-" + codec, l.build());
    }
    MemoryRecordsBuilder l = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte)1, c("gzip"), TimestampType.LOG_APPEND_TIME, 1000L, 9999L);
    l.append(5000L, "k".getBytes(), "v".getBytes()); l.append(5001L, "k".getBytes(), "w".getBytes());
    p("v1-gzip-append-time", l.build());
    out.close();
  }
}
