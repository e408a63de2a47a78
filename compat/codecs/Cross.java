// Writes records to, and reads them from, topics of one partition with the Java client. See run.sh for the arguments.

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Cross {
    public static void main(String[] args) throws Exception {
        String broker = args[1];
        if (args[0].equals("produce")) {
            for (int i = 3; i < args.length; i++) {
                String[] pair = args[i].split("=");
                produce(broker, Path.of(args[2]), pair[0], pair[1]);
            }
        } else {
            for (int i = 4; i < args.length; i++) {
                consume(broker, Path.of(args[2]), args[i], Integer.parseInt(args[3]));
            }
        }
    }

    static void produce(String broker, Path input, String topic, String codec) throws Exception {
        boolean idempotent = codec.equals("idempotent");
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", broker, "linger.ms", 20, "acks", "all"));
        settings.put("enable.idempotence", idempotent);
        settings.put("compression.type", idempotent ? "none" : codec);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            Future<?> last = null;
            for (String line : Files.readAllLines(input)) {
                String[] parts = line.split("\t");
                last = producer.send(new ProducerRecord<>(topic, parts[0], parts[1]));
            }
            producer.flush();
            last.get();
        }
    }

    static void consume(String broker, Path folder, String topic, int count) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker, "enable.auto.commit", false);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
                BufferedWriter out = Files.newBufferedWriter(folder.resolve(topic))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = System.nanoTime() + 15_000_000_000L;
            int read = 0;
            while (read < count && System.nanoTime() < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    out.write(record.key() + "\t" + record.value() + "\n");
                    read++;
                }
            }
        }
    }
}
