// Writes numbered records, and reads them from given offsets with given fetch sizes.
//   Reads write BROKER TOPIC CODEC COUNT SEGMENT_BYTES    (0: the broker's default)
//   Reads read BROKER TOPIC PLAN                          a line of PLAN: first offset, offset to stop before, bytes
// Every record's value begins with its offset; a read must give each offset of its range exactly once, in order.

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Reads {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "write" -> write(args[1], args[2], args[3], Integer.parseInt(args[4]), args[5]);
            case "read" -> read(args[1], args[2], Path.of(args[3]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static void write(String broker, String topic, String codec, int count, String segmentBytes) throws Exception {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker))) {
            var wanted = new NewTopic(topic, 1, (short) 1);
            if (!segmentBytes.equals("0")) {
                wanted.configs(Map.of("segment.bytes", segmentBytes));
            }
            admin.createTopics(List.of(wanted)).all().get();
        }
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker);
        settings.put("compression.type", codec);
        settings.put("linger.ms", 5);
        settings.put("batch.size", 16384);
        // Letters that do not compress to nothing, and batches of many sizes.
        var random = new Random(17);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int number = 0; number < count; number++) {
                var value = new StringBuilder().append(number).append(' ');
                int length = random.nextInt(20) == 0 ? random.nextInt(30_000) : random.nextInt(2_000);
                for (int at = 0; at < length; at++) {
                    value.append((char) ('a' + random.nextInt(26)));
                }
                int expected = number;
                producer.send(new ProducerRecord<>(topic, 0, null, value.toString()), (written, error) -> {
                    if (error != null || written.offset() != expected) {
                        System.out.println("record " + expected + ": " + (error != null ? error : written.offset()));
                        Runtime.getRuntime().halt(1);
                    }
                });
            }
        }
    }

    static void read(String broker, String topic, Path plan) throws Exception {
        var partition = new TopicPartition(topic, 0);
        int reads = 0;
        for (String line : Files.readAllLines(plan)) {
            String[] words = line.split(" ");
            long first = Long.parseLong(words[0]);
            long stop = Long.parseLong(words[1]);
            int bytes = Integer.parseInt(words[2]);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker, "enable.auto.commit", false,
                    "max.partition.fetch.bytes", bytes, "fetch.max.bytes", bytes, "auto.offset.reset", "none");
            try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, first);
                long next = first;
                while (next < stop) {
                    var records = consumer.poll(Duration.ofSeconds(10));
                    if (records.isEmpty()) {
                        throw new IllegalStateException("read [" + line + "]: no record within 10 s at " + next);
                    }
                    for (var record : records) {
                        if (record.offset() != next || !record.value().startsWith(next + " ")) {
                            throw new IllegalStateException("read [" + line + "]: offset " + record.offset() + " for " + next);
                        }
                        next++;
                    }
                }
            }
            reads++;
        }
        System.out.println(reads + " reads");
    }
}
