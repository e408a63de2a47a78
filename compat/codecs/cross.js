// Writes records to, and reads them from, topics of one partition with node-rdkafka. See run.sh for the arguments.
const fs = require('fs');
const kafka = require(`${process.env.COMPAT}/node-rdkafka/suite`);

const [verb, broker, place, ...rest] = process.argv.slice(2);

function produce(topic, codec) {
  return new Promise((done, fail) => {
    const idempotent = codec === 'idempotent';
    const producer = new kafka.Producer({
      'metadata.broker.list': broker,
      'compression.codec': idempotent ? 'none' : codec,
      'enable.idempotence': idempotent,
      'linger.ms': 20,
      'dr_cb': true,
    });
    const lines = fs.readFileSync(place, 'utf8').trimEnd().split('\n');
    let delivered = 0;
    producer.on('event.error', fail);
    producer.on('delivery-report', (error) => {
      if (error) fail(error);
      delivered += 1;
      if (delivered === lines.length) producer.disconnect(done);
    });
    producer.on('ready', () => {
      producer.setPollInterval(20);
      for (const line of lines) {
        const [key, value] = line.split('\t');
        producer.produce(topic, 0, Buffer.from(value), key);
      }
    });
    producer.connect({}, (error) => error && fail(error));
  });
}

function consume(topics, count) {
  return new Promise((done, fail) => {
    const consumer = new kafka.KafkaConsumer({
      'metadata.broker.list': broker,
      'group.id': 'unused',
      'enable.auto.commit': false,
      'enable.auto.offset.store': false,
    }, { 'auto.offset.reset': 'earliest' });
    const texts = Object.fromEntries(topics.map((topic) => [topic, '']));
    let read = 0;
    consumer.on('event.error', (error) => console.error(error));
    consumer.on('data', (record) => {
      texts[record.topic] += `${record.key}\t${record.value}\n`;
      read += 1;
      if (read === count * topics.length) finish();
    });
    const finish = () => {
      for (const topic of topics) fs.writeFileSync(`${place}/${topic}`, texts[topic]);
      done();
    };
    setTimeout(finish, 20000);
    consumer.on('ready', () => {
      consumer.assign(topics.map((topic) => ({ topic, partition: 0, offset: 0 })));
      consumer.consume();
    });
    consumer.connect({}, (error) => error && fail(error));
  });
}

(async () => {
  if (verb === 'produce') {
    for (const pair of rest) await produce(...pair.split('='));
  } else {
    await consume(rest.slice(1), Number(rest[0]));
  }
  // The native client may hang when it is torn down; all it had to do is done.
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
