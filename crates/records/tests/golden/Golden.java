// Writes batches.tsv with the classes of kafka-clients 4.4.0: "name, batch in hex". Class path: the jars of a Kafka
// 4.4.0 installation (libs/*); the file's name is the first argument.
import java.io.*;
import java.nio.ByteBuffer;
import java.util.*;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.*;
import org.apache.kafka.common.header.internals.*;
import org.apache.kafka.common.record.*;
import org.apache.kafka.common.record.internal.*;

public class Golden {
    static PrintStream out;

    static void print(String name, MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        out.println(name + "\t" + HexFormat.of().formatHex(bytes));
    }

    static Compression codec(String name) {
        return Compression.of(name).build();
    }

    static void appendThree(MemoryRecordsBuilder builder) {
        Header[] headers = {
            new RecordHeader("h", "1".getBytes()),
            new RecordHeader("g", (byte[]) null),
            new RecordHeader("h", "2".getBytes())
        };
        builder.append(new SimpleRecord(5000L, "k".getBytes(), "v".getBytes(), headers));
        builder.append(new SimpleRecord(4000L, null, "x".repeat(300).getBytes()));
        builder.append(new SimpleRecord(6000L, new byte[0], null));
    }

    public static void main(String[] args) throws Exception {
        out = new PrintStream(new FileOutputStream(args[0]));
        for (String name : new String[] {"none", "gzip", "snappy", "lz4", "zstd"}) {
            MemoryRecordsBuilder three = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte) 2, codec(name),
                TimestampType.CREATE_TIME, 1000L, -1L, 42L, (short) 3, 10, true, false, 7);
            appendThree(three);
            print("v2-" + name, three.build());
            if (name.equals("none")) continue;
            // Large enough to be cut into several blocks by every codec.
            MemoryRecordsBuilder big = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), (byte) 2, codec(name),
                TimestampType.CREATE_TIME, 0L, -1L, -1L, (short) -1, -1, false, false, -1);
            for (int i = 0; i < 300; i++)
                big.append(1000L + i, ("key-" + i % 7).getBytes(), ("value " + i % 10 + " ").repeat(60 + i % 3).getBytes());
            print("big-" + name, big.build());
        }
        MemoryRecordsBuilder appendTime = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte) 2, codec("none"),
            TimestampType.LOG_APPEND_TIME, 0L, 777L, -1L, (short) -1, -1, false, false, 0);
        appendThree(appendTime);
        print("v2-append-time", appendTime.build());
        print("commit-marker", MemoryRecords.withEndTransactionMarker(50L, 1234L, 9, 42L, (short) 3,
            new EndTransactionMarker(ControlRecordType.COMMIT, 11)));
        print("abort-marker", MemoryRecords.withEndTransactionMarker(51L, 1234L, 9, 42L, (short) 3,
            new EndTransactionMarker(ControlRecordType.ABORT, 11)));
        for (byte magic = 0; magic < 2; magic++) {
            for (String name : new String[] {"none", "gzip", "snappy", "lz4"}) {
                MemoryRecordsBuilder old = MemoryRecords.builder(ByteBuffer.allocate(8192), magic, codec(name),
                    TimestampType.CREATE_TIME, 1000L, -1L);
                old.append(magic == 0 ? -1L : 5000L, "k".getBytes(), "v".getBytes());
                old.append(magic == 0 ? -1L : 4000L, null, "x".repeat(300).getBytes());
                old.append(magic == 0 ? -1L : 6000L, new byte[0], null);
                print("v" + magic + "-" + name, old.build());
            }
        }
        MemoryRecordsBuilder old = MemoryRecords.builder(ByteBuffer.allocate(8192), (byte) 1, codec("gzip"),
            TimestampType.LOG_APPEND_TIME, 1000L, 9999L);
        old.append(5000L, "k".getBytes(), "v".getBytes());
        old.append(5001L, "k".getBytes(), "w".getBytes());
        print("v1-gzip-append-time", old.build());
        out.close();
    }
}
