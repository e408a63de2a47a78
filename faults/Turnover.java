// Groups and transactions while their broker is killed again and again: Apache Kafka's own clients do the work and keep
// the record of what they were told. Started by `kills --groups`; says "ready" once everything runs, ends on a line of
// standard input, and prints "ok ..." or "broken ..." as its last line.
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.serialization.*;

public class Turnover {
  static final int INPUTS = 8, OUTPUTS = 3, MEMBERS = 4, PRODUCERS = 4;
  static final String IN = "in", OUT = "out";
  static String broker;
  static volatile boolean stopping;
  static final AtomicReference<String> broken = new AtomicReference<>();
  // Highest acknowledged commit of group and partition; what any member of the group was given.
  static final ConcurrentHashMap<String, Long> committed = new ConcurrentHashMap<>(), offered = new ConcurrentHashMap<>();
  // What became of each transaction: its producer was told of a commit, of an abort, or of neither.
  static final ConcurrentHashMap<String, String> told = new ConcurrentHashMap<>();
  static final ConcurrentHashMap<String, Integer> parts = new ConcurrentHashMap<>();
  static final AtomicLong fed = new AtomicLong(), commits = new AtomicLong(), given = new AtomicLong();
  static final Set<String> begun = ConcurrentHashMap.newKeySet();

  public static void main(String[] arguments) throws Exception {
    broker = arguments[0];
    try (Admin admin = Admin.create(client())) {
      admin.createTopics(List.of(new NewTopic(IN, INPUTS, (short) 1), new NewTopic(OUT, OUTPUTS, (short) 1))).all().get();
    }
    List<Thread> work = new ArrayList<>();
    work.add(thread("feeder", Turnover::feed));
    for (int n = 0; n < MEMBERS; n++) {
      for (String protocol : List.of("classic", "consumer")) {
        work.add(thread(protocol + n, () -> member(protocol)));
      }
    }
    for (int n = 0; n < PRODUCERS; n++) {
      int number = n;
      work.add(thread("transactions" + n, () -> transactions(number)));
    }
    Thread monitor = thread("monitor", Turnover::monitor);
    int wanted = 2 + PRODUCERS;
    while (begun.size() < wanted && broken.get() == null) Thread.sleep(20);
    System.out.println("ready");
    System.in.read();
    stopping = true;
    for (Thread one : work) {
      one.join(120_000);
      if (one.isAlive()) breakRule(one.getName() + " does not end");
    }
    monitor.join(120_000);
    if (broken.get() == null) checkOutput();
    String what = broken.get();
    long commitsTold = told.values().stream().filter("committed"::equals).count();
    long abortsTold = told.values().stream().filter("aborted"::equals).count();
    System.out.println(what != null ? "broken " + what
        : "ok fed=" + fed + " given=" + given + " commits=" + commits + " committed=" + commitsTold + " aborted=" + abortsTold
            + " unknown=" + (told.size() - commitsTold - abortsTold));
    System.exit(what == null ? 0 : 1);
  }

  interface Work { void run() throws Exception; }

  static Thread thread(String name, Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (Throwable error) {
        breakRule(name + ": " + error);
      }
    }, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void breakRule(String what) { broken.compareAndSet(null, what); }

  static Properties client() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", broker);
    settings.put("reconnect.backoff.ms", "20");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("retry.backoff.ms", "50");
    settings.put("request.timeout.ms", "15000");
    settings.put("default.api.timeout.ms", "60000");
    return settings;
  }

  static KafkaProducer<byte[], String> producer(String transactionalId) {
    Properties settings = client();
    settings.remove("default.api.timeout.ms");
    settings.put("acks", "all");
    settings.put("delivery.timeout.ms", "60000");
    settings.put("max.block.ms", "60000");
    if (transactionalId != null) settings.put("transactional.id", transactionalId);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new StringSerializer());
  }

  static KafkaConsumer<byte[], String> consumer(String group, String protocol, boolean onlyCommitted) {
    Properties settings = client();
    if (group != null) settings.put("group.id", group);
    settings.put("group.protocol", protocol);
    if (protocol.equals("classic") && group != null) settings.put("session.timeout.ms", "10000");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", "100");
    settings.put("isolation.level", onlyCommitted ? "read_committed" : "read_uncommitted");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new StringDeserializer());
  }

  // A record now and then to every input.
  static void feed() throws Exception {
    try (KafkaProducer<byte[], String> producer = producer(null)) {
      while (!stopping) {
        for (int partition = 0; partition < INPUTS; partition++) {
          producer.send(new ProducerRecord<>(IN, partition, null, "x"), (metadata, error) -> {
            if (error == null) fed.incrementAndGet();
            else breakRule("the feeder's record was given up: " + error);
          });
        }
        Thread.sleep(15);
      }
    }
  }

  // Reads with its group and commits what it was given.
  static void member(String protocol) {
    String group = "group-" + protocol;
    try (KafkaConsumer<byte[], String> consumer = consumer(group, protocol, false)) {
      consumer.subscribe(List.of(IN));
      while (!stopping) {
        ConsumerRecords<byte[], String> records = consumer.poll(Duration.ofMillis(100));
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        for (ConsumerRecord<byte[], String> record : records) {
          String place = group + "/" + record.partition();
          long end = record.offset() + 1;
          long known = offered.getOrDefault(place, 0L);
          if (record.offset() > known) breakRule(place + ": given " + record.offset() + " though only " + known + " were before");
          offered.merge(place, end, Math::max);
          next.put(new TopicPartition(IN, record.partition()), new OffsetAndMetadata(end));
          given.incrementAndGet();
        }
        if (next.isEmpty()) continue;
        try {
          consumer.commitSync(next, Duration.ofSeconds(30));
        } catch (CommitFailedException | RebalanceInProgressException | org.apache.kafka.common.errors.TimeoutException error) {
          continue; // Not acknowledged: its partitions may be another's now.
        }
        next.forEach((partition, offset) -> committed.merge(group + "/" + partition.partition(), offset.offset(), Math::max));
        commits.incrementAndGet();
        begun.add(group);
      }
    }
  }

  // Whatever was acknowledged must still be committed, all the time.
  static void monitor() throws Exception {
    try (Admin admin = Admin.create(client())) {
      boolean last;
      do {
        last = stopping;
        Map<String, Long> before = new TreeMap<>(committed);
        for (String group : new TreeSet<>(before.keySet().stream().map(place -> place.split("/")[0]).toList())) {
          Map<TopicPartition, OffsetAndMetadata> now;
          try {
            // A transaction is committed once that is decided; its offsets show when its markers are written.
            ListConsumerGroupOffsetsOptions stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
            List<TopicPartition> inputs = new ArrayList<>();
            for (int n = 0; n < INPUTS; n++) inputs.add(new TopicPartition(IN, n));
            var asked = Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(inputs));
            now = admin.listConsumerGroupOffsets(asked, stable).partitionsToOffsetAndMetadata(group).get();
          } catch (ExecutionException error) {
            if (error.getCause() instanceof RetriableException) continue;
            throw error;
          }
          before.forEach((place, offset) -> {
            if (!place.startsWith(group + "/")) return;
            int partition = Integer.parseInt(place.substring(place.indexOf('/') + 1));
            TopicPartition input = new TopicPartition(IN, partition);
            // Not answered for: not stable yet. Without an offset it is there, and null.
            if (!now.containsKey(input)) return;
            OffsetAndMetadata found = now.get(input);
            if (found == null || found.offset() < offset) breakRule(place + ": " + offset + " was committed, now " + found);
          });
        }
        Thread.sleep(50);
      } while (!last);
    }
  }

  // Takes records in and writes what says where they came from, all in transactions; one in six is aborted.
  static void transactions(int number) throws Exception {
    String id = "transactions-" + number;
    List<TopicPartition> inputs = List.of(new TopicPartition(IN, 2 * number), new TopicPartition(IN, 2 * number + 1));
    KafkaProducer<byte[], String> producer = null;
    try (KafkaConsumer<byte[], String> consumer = consumer(id, "classic", true)) {
      consumer.assign(inputs);
      for (int count = 0; !stopping || producer == null; ) {
        String name = id + "." + count;
        try {
          if (producer == null) {
            producer = producer(id);
            producer.initTransactions();
            goBack(consumer, inputs);
          }
          ConsumerRecords<byte[], String> records = consumer.poll(Duration.ofMillis(50));
          if (records.isEmpty()) continue;
          count++;
          producer.beginTransaction();
          told.put(name, "unknown");
          parts.put(name, records.count());
          int part = 0;
          Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
          for (ConsumerRecord<byte[], String> record : records) {
            String value = name + "/" + record.partition() + "/" + record.offset();
            producer.send(new ProducerRecord<>(OUT, part++ % OUTPUTS, null, value));
            next.put(new TopicPartition(IN, record.partition()), new OffsetAndMetadata(record.offset() + 1));
          }
          producer.sendOffsetsToTransaction(next, new ConsumerGroupMetadata(id));
          if (count % 6 == 0) {
            producer.abortTransaction();
            told.put(name, "aborted");
            goBack(consumer, inputs);
          } else {
            producer.commitTransaction();
            told.put(name, "committed");
            next.forEach((partition, offset) -> committed.merge(id + "/" + partition.partition(), offset.offset(), Math::max));
          }
          begun.add(id);
        } catch (org.apache.kafka.common.KafkaException error) {
          // It was told nothing. A new producer of the same id settles what is open.
          if (error instanceof ProducerFencedException) breakRule(name + ": fenced, though nobody else has its id");
          producer.close(Duration.ZERO);
          producer = null;
        }
      }
      producer.close(Duration.ofSeconds(30));
    }
  }

  static void goBack(KafkaConsumer<byte[], String> consumer, List<TopicPartition> inputs) {
    Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(new HashSet<>(inputs));
    for (TopicPartition input : inputs) {
      OffsetAndMetadata offset = known.get(input);
      consumer.seek(input, offset == null ? 0 : offset.offset());
    }
  }

  // All that a reader of committed records is given, held against what the producers were told.
  static void checkOutput() {
    List<TopicPartition> outputs = new ArrayList<>();
    for (int n = 0; n < OUTPUTS; n++) outputs.add(new TopicPartition(OUT, n));
    Map<String, Integer> seen = new TreeMap<>();
    Map<String, Integer> inputs = new TreeMap<>();
    try (KafkaConsumer<byte[], String> all = consumer(null, "classic", false);
        KafkaConsumer<byte[], String> consumer = consumer(null, "classic", true)) {
      Map<TopicPartition, Long> ends = all.endOffsets(outputs);
      long patience = System.nanoTime() + 60_000_000_000L;
      while (!consumer.endOffsets(outputs).equals(ends)) {
        if (System.nanoTime() > patience) {
          breakRule("transactions stay open: " + consumer.endOffsets(outputs) + " of " + ends);
          return;
        }
      }
      consumer.assign(outputs);
      consumer.seekToBeginning(outputs);
      while (outputs.stream().anyMatch(output -> consumer.position(output) < ends.get(output))) {
        if (System.nanoTime() > patience + 60_000_000_000L) {
          breakRule("the output cannot be read to its end");
          return;
        }
        for (ConsumerRecord<byte[], String> record : consumer.poll(Duration.ofMillis(200))) {
          String name = record.value().substring(0, record.value().indexOf('/'));
          seen.merge(name, 1, Integer::sum);
          inputs.merge(record.value().substring(name.length() + 1), 1, Integer::sum);
        }
      }
    }
    told.forEach((name, end) -> {
      int there = seen.getOrDefault(name, 0), all = parts.get(name);
      if (end.equals("committed") && there != all) breakRule(name + ": committed, " + there + " of " + all + " records are there");
      if (end.equals("aborted") && there != 0) breakRule(name + ": aborted, " + there + " of " + all + " records are there");
      if (there != 0 && there != all) breakRule(name + ": " + there + " of " + all + " records are there");
    });
    inputs.forEach((place, times) -> {
      if (times != 1) breakRule("input " + place + " was worked on " + times + " times");
    });
    committed.forEach((place, offset) -> {
      if (!place.startsWith("transactions-")) return;
      String partition = place.substring(place.indexOf('/') + 1);
      for (long at = 0; at < offset; at++) {
        if (!inputs.containsKey(partition + "/" + at)) {
          breakRule("input " + partition + "/" + at + " was passed, and nothing came of it");
          return;
        }
      }
    });
  }
}
