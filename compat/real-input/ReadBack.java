// Reads all partitions of a topic to their ends with the Java client: ReadBack BROKER TOPIC FOLDER writes one file a
// partition, one record a line.

import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class ReadBack {
    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "enable.auto.commit", false);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> next = new HashMap<>();
            Map<Integer, OutputStream> files = new HashMap<>();
            for (TopicPartition partition : partitions) {
                Path path = Path.of(args[2], "p" + partition.partition());
                files.put(partition.partition(), new BufferedOutputStream(Files.newOutputStream(path), 1 << 16));
            }
            while (ends.entrySet().stream().anyMatch(end -> next.getOrDefault(end.getKey(), 0L) < end.getValue())) {
                var records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) {
                    throw new IllegalStateException("no record within 10 s; at " + next + " of " + ends);
                }
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    var partition = new TopicPartition(record.topic(), record.partition());
                    long expected = next.getOrDefault(partition, 0L);
                    if (record.offset() != expected) {
                        throw new IllegalStateException(partition + " gave offset " + record.offset() + " after " + expected);
                    }
                    next.put(partition, expected + 1);
                    OutputStream file = files.get(record.partition());
                    file.write(record.value());
                    file.write('\n');
                }
            }
            for (OutputStream file : files.values()) {
                file.close();
            }
        }
    }
}
