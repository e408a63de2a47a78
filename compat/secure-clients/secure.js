// Writes ten records over TLS with node-rdkafka and reads them back: secure.js ADDRESS MECHANISM USER SECRET TOPIC FOLDER.
// Prints `ok`, or why not.
const kafka = require(`${process.env.COMPAT}/node-rdkafka/suite`);

const [address, mechanism, user, secret, topic, folder] = process.argv.slice(2);
const names = { plain: 'PLAIN', scram256: 'SCRAM-SHA-256', scram512: 'SCRAM-SHA-512', oauth: 'OAUTHBEARER' };
const options = { 'metadata.broker.list': address, 'ssl.ca.location': `${folder}/ca.pem`, 'security.protocol': 'sasl_ssl' };
if (mechanism === 'mtls') {
  Object.assign(options, { 'security.protocol': 'ssl', 'ssl.certificate.location': secret, 'ssl.key.location': secret });
} else {
  options['sasl.mechanisms'] = names[mechanism];
  if (mechanism === 'oauth') {
    Object.assign(options, { 'enable.sasl.oauthbearer.unsecure.jwt': true, 'sasl.oauthbearer.config': `principal=${user}` });
  } else {
    Object.assign(options, { 'sasl.username': user, 'sasl.password': secret });
  }
}

let last = 'no answer';
const end = (text, code) => { console.log(text); process.exit(code); };
const note = (error) => { last = `${error.code} ${error.message}`; console.log(last); };
setTimeout(() => end(last, 1), 9000);

const producer = new kafka.Producer({ ...options, dr_cb: true, 'linger.ms': 10, 'message.timeout.ms': 6000 });
let delivered = 0;
producer.on('event.error', note);
producer.on('delivery-report', (error) => {
  if (error) end(`${error.code} ${error.message}`, 1);
  delivered += 1;
  if (delivered === 10) read();
});
producer.on('ready', () => {
  producer.setPollInterval(20);
  for (let at = 0; at < 10; at += 1) producer.produce(topic, 0, Buffer.from(`node ${at}`));
});
producer.connect({ timeout: 6000 }, (error) => error && end(`${last} ${error.code} ${error.message}`, 1));

function read() {
  const consumer = new kafka.KafkaConsumer({ ...options, 'group.id': 'unused', 'enable.auto.commit': false }, { 'auto.offset.reset': 'earliest' });
  let at = 0;
  consumer.on('event.error', note);
  consumer.on('data', (record) => {
    if (`${record.value}` !== `node ${at}`) end(`read ${record.value} at ${at}`, 1);
    at += 1;
    if (at === 10) end('ok', 0);
  });
  consumer.on('ready', () => { consumer.assign([{ topic, partition: 0, offset: 0 }]); consumer.consume(); });
  consumer.connect({}, (error) => error && note(error));
}
