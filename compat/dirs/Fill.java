// Fills partition 0 of a topic with everything compaction must tell apart: keys written again and again, tombstones,
// all codecs, headers, idempotent producers, transactions that commit and abort, one inside another. The same numbers
// give the same records; only times and producer ids differ from run to run.
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.header.internals.RecordHeader;

public class Fill {
    static final Random random = new Random();
    static String topic;

    public static void main(String[] args) throws Exception {
        String bootstrap = args[0];
        topic = args[1];
        random.setSeed(Long.parseLong(args[2]));
        int rounds = Integer.parseInt(args[3]);
        String[] codecs = {"none", "gzip", "snappy", "lz4", "zstd"};
        Map<String, KafkaProducer<byte[], byte[]>> open = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            String codec = codecs[round % codecs.length];
            try (KafkaProducer<byte[], byte[]> plain = producer(bootstrap, codec, null)) {
                write(plain, 60);
            }
            String id = "txn-" + args[2] + "-" + random.nextInt(3);
            KafkaProducer<byte[], byte[]> transactional = open.get(id);
            if (transactional == null) {
                transactional = producer(bootstrap, codec, id);
                transactional.initTransactions();
                open.put(id, transactional);
            }
            transactional.beginTransaction();
            write(transactional, 20);
            try (KafkaProducer<byte[], byte[]> between = producer(bootstrap, codec, null)) {
                write(between, 5);
            }
            write(transactional, 20);
            if (random.nextInt(2) == 0) {
                transactional.commitTransaction();
            } else {
                transactional.abortTransaction();
            }
        }
        for (KafkaProducer<byte[], byte[]> producer : open.values()) {
            producer.close();
        }
    }

    static KafkaProducer<byte[], byte[]> producer(String bootstrap, String codec, String id) {
        Properties p = new Properties();
        p.put("bootstrap.servers", bootstrap);
        p.put("compression.type", codec);
        p.put("linger.ms", "20");
        p.put("batch.size", "20000");
        p.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        p.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        if (id != null) {
            p.put("transactional.id", id);
        }
        return new KafkaProducer<>(p);
    }

    static void write(KafkaProducer<byte[], byte[]> producer, int count) {
        for (int i = 0; i < count; i++) {
            byte[] key = ("key-" + random.nextInt(random.nextInt(400) + 1)).getBytes();
            byte[] value = null;
            if (random.nextInt(6) != 0) {
                StringBuilder text = new StringBuilder();
                int words = 100 + random.nextInt(1200);
                for (int word = 0; word < words; word++) {
                    text.append(Integer.toHexString(random.nextInt(1 << 24)));
                }
                value = text.toString().getBytes();
            }
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key, value);
            if (random.nextInt(10) == 0) {
                record.headers().add(new RecordHeader("h", new byte[] {'v'}));
            }
            producer.send(record);
        }
        producer.flush();
    }
}
