#!/bin/bash
# One broker with TLS and every mechanism, which all checks share; each check is one client, one way to log in, and what
# it should come to. The clients share one command line, and print `ok` or why not:
#   CLIENT ADDRESS MECHANISM USER SECRET TOPIC FOLDER
. "$SUITE/../checks.sh"
cd "$WORK"
KAFKA_LIBS=${KAFKA_LIBS:-$KAFKA_TOOLS/../libs}
OPEN=127.0.0.1:9192 SASL=127.0.0.1:9193 MTLS=127.0.0.1:9194
SECURITY=org.apache.kafka.common.security

python_() { "$COMPAT/kafka-python/venv/bin/python" "$SUITE/secure.py" "$@"; }
node_() { node "$SUITE/secure.js" "$@"; }
go_() { ./secure "$@"; }
kcat_() {
  local options=(-b "$1" -X broker.address.family=v4 -X "ssl.ca.location=$6/ca.pem" -X security.protocol=sasl_ssl -m 8 -X message.timeout.ms=8000)
  case $2 in
    plain) options+=(-X sasl.mechanisms=PLAIN) ;;
    scram256) options+=(-X sasl.mechanisms=SCRAM-SHA-256) ;;
    scram512) options+=(-X sasl.mechanisms=SCRAM-SHA-512) ;;
    oauth) options+=(-X sasl.mechanisms=OAUTHBEARER -X enable.sasl.oauthbearer.unsecure.jwt=true -X "sasl.oauthbearer.config=principal=$3") ;;
    mtls) options+=(-X security.protocol=ssl -X "ssl.certificate.location=$4" -X "ssl.key.location=$4") ;;
  esac
  case $2 in plain | scram*) options+=(-X "sasl.username=$3" -X "sasl.password=$4") ;; esac
  seq 1 10 | timeout 20 kcat "${options[@]}" -P -t "$5" -p 0 || return 1
  same "$(seq 1 10)" "$(timeout 20 kcat "${options[@]}" -C -q -e -t "$5" -p 0 -o beginning)" && echo ok
}
jvm() { timeout 60 java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$KAFKA_TOOLS/*" "$@" 2>&1; }
java_properties() { # java_properties MECHANISM USER SECRET FOLDER
  echo "ssl.truststore.type=PEM
ssl.truststore.location=$4/ca.pem
max.block.ms=8000
delivery.timeout.ms=8000
request.timeout.ms=5000
linger.ms=0"
  if [ "$1" = mtls ]; then
    echo "security.protocol=SSL
ssl.keystore.type=PEM
ssl.keystore.location=$3"
    return
  fi
  echo security.protocol=SASL_SSL
  case $1 in
    plain) echo "sasl.mechanism=PLAIN
sasl.jaas.config=$SECURITY.plain.PlainLoginModule required username=\"$2\" password=\"$3\";" ;;
    scram*) echo "sasl.mechanism=SCRAM-SHA-${1#scram}
sasl.jaas.config=$SECURITY.scram.ScramLoginModule required username=\"$2\" password=\"$3\";" ;;
    oauth) echo "sasl.mechanism=OAUTHBEARER
sasl.jaas.config=$SECURITY.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"$2\";" ;;
  esac
}
java_() {
  local mine=$WORK/checks/$5
  java_properties "$2" "$3" "$4" "$6" > "$mine.properties"
  seq 1 10 | jvm org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$1" --command-config "$mine.properties" --topic "$5" > "$mine.wrote"
  # The tool's exit code is 0 even when a record was refused.
  grep -E 'ERROR|WARN|Exception' "$mine.wrote" && return 1
  same "$(seq 1 10)" "$(jvm org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$1" --command-config "$mine.properties" \
    --topic "$5" --partition 0 --offset earliest --max-messages 10 --timeout-ms 15000 | grep -E '^[0-9]+$')" && echo ok
}

# A topic of one partition that User:ann may use when its name begins with `open-`.
fresh() { topic=$1-$topic; "$THALWEG" -b "$OPEN" topic create "$topic" --partitions 1 --replicas 1 > /dev/null; }
address() { if [ "$1" = mtls ]; then echo "$MTLS"; else echo "$SASL"; fi; }
secret() { if [ "$1" = mtls ]; then echo "$WORK/certs/ann.pem"; else echo pencil; fi; }
# round CLIENT MECHANISM
round() { fresh open && "${1}_" "$(address "$2")" "$2" ann "$(secret "$2")" "$topic" "$WORK/certs" | tail -n 1 | grep -qx ok; }
# refused WORDS CLIENT MECHANISM SECRET [FOLDER]: it fails, the client says these words
refused() { fresh open && says "$1" "${2}_" "$(address "$3")" "$3" ann "$4" "$topic" "${5:-$WORK/certs}"; }
# denied WORDS CLIENT MECHANISM: a topic that ann may not see
denied() { fresh shut && says "$1" "${2}_" "$(address "$3")" "$3" ann "$(secret "$3")" "$topic" "$WORK/certs"; }
# Our broker says the reason in its log; Kafka in other words.
logged() { [ "$BROKER_KIND" = kafka ] || grep -q "$1" "$log" || { echo "no line '$1' in the broker's log"; return 1; }; }

for client in kcat java python node go; do
  for mechanism in plain scram256 scram512 oauth mtls; do
    eval "${client}_by_$mechanism() { round $client $mechanism; }"
  done
done
# What a client is told of its password is Kafka's sentence; kafka-go shows the code alone.
INVALID='invalid credentials with SASL mechanism SCRAM-SHA-512'
kcat_with_a_wrong_password() { refused "$INVALID" kcat scram512 eraser && logged login_refused; }
java_with_a_wrong_password() { refused "$INVALID" java scram512 eraser && logged login_refused; }
python_with_a_wrong_password() { refused "$INVALID" python scram512 eraser && logged login_refused; }
# It has no words for what happens before it is connected.
node_with_a_wrong_password() { refused 'broker transport failure' node scram512 eraser && logged login_refused; }
go_with_a_wrong_password() { refused 'SASL Authentication Failed' go scram512 eraser && logged login_refused; }
kcat_with_a_wrong_plain_password() { refused 'Invalid username or password' kcat plain eraser; }
kcat_on_a_topic_not_its_own() { denied 'Topic authorization failed' kcat scram512; }
java_on_a_topic_not_its_own() { denied 'Not authorized to access topics' java scram512; }
python_on_a_topic_not_its_own() { denied TopicAuthorizationFailed python scram512; }
node_on_a_topic_not_its_own() { denied 'topic authorization failed' node scram512; }
# It asks for all topics, and this one is not among them.
go_on_a_topic_not_its_own() { denied 'Unknown Topic Or Partition' go scram512; }
# The alerts of RFC 8446, section 6.2, as OpenSSL names them.
kcat_with_an_expired_certificate() { refused 'certificate expired' kcat mtls "$WORK/other/old.pem" && logged 'certificate expired'; }
kcat_with_a_certificate_of_another_authority() { refused 'unknown ca' kcat mtls "$WORK/other/ann.pem" && logged UnknownIssuer; }
kcat_that_trusts_another_authority() { refused 'certificate verify failed' kcat mtls "$WORK/certs/ann.pem" "$WORK/other"; }
java_that_trusts_another_authority() { refused 'SSL handshake failed' java scram512 pencil "$WORK/other"; }
python_that_trusts_another_authority() { refused CERTIFICATE_VERIFY_FAILED python scram512 pencil "$WORK/other"; }
go_that_trusts_another_authority() { refused 'certificate signed by unknown authority' go scram512 pencil "$WORK/other"; }
admin_tools_over_sasl_ssl() {
  java_properties scram512 admin secret "$WORK/certs" > "$out.properties"
  local tool
  for tool in "TopicCommand --create --topic $topic --partitions 2" "TopicCommand --describe --topic $topic" \
    "AclCommand --add --allow-principal User:bob --operation Read --topic $topic"; do
    # shellcheck disable=SC2086 # Words of a command line.
    jvm org.apache.kafka.tools.${tool%% *} --bootstrap-server "$SASL" --command-config "$out.properties" ${tool#* } >> "$out.said" || { tail -n 1 "$out.said"; return 1; }
  done
  "$THALWEG" -b "$OPEN" acl list --topic "$topic" | grep -q User:bob && grep -q 'PartitionCount: 2' "$out.said"
}

# The broker: a plaintext listener for the set-up, whose anonymous user may do everything; SASL over TLS; mutual TLS.
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid"' EXIT
settings() {
  echo "listeners=PLAINTEXT://$OPEN,SASL_SSL://$SASL,SSL://$MTLS$1
advertised.listeners=PLAINTEXT://$OPEN,SASL_SSL://$SASL,SSL://$MTLS
ssl.keystore.type=PEM
ssl.keystore.location=$WORK/certs/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=$WORK/certs/ca.pem
listener.name.ssl.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*\$/\$1/,DEFAULT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.plain.sasl.jaas.config=$SECURITY.plain.PlainLoginModule required user_ann=\"pencil\";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=$SECURITY.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=$SECURITY.scram.ScramLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=$SECURITY.oauthbearer.OAuthBearerLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin
node.id=1
auto.create.topics.enable=false
offsets.topic.replication.factor=1"
}
start() {
  rm -rf certs other secure-data && log=$WORK/secure.log
  "$THALWEG" generate certs --out certs --client ann > /dev/null || return 1
  # One that ended years ago, and another authority with one of its own.
  mkdir other && printf '%s\n' '[ca]' default_ca=here '[here]' database=other/index new_certs_dir=other rand_serial=yes \
    default_md=sha256 policy=any '[any]' commonName=supplied > other/ca.cnf && : > other/index
  # With extensions they are certificates of version 3; no other is looked at for long.
  printf '%s\n' basicConstraints=CA:FALSE extendedKeyUsage=clientAuth > other/extensions
  openssl req -x509 -newkey rsa:2048 -nodes -keyout other/ca.key -out other/ca.pem -subj '/CN=Another authority' -days 30 2> /dev/null &&
    openssl req -new -newkey rsa:2048 -nodes -keyout other/ann.key -out other/ann.csr -subj /CN=ann 2> /dev/null &&
    openssl x509 -req -in other/ann.csr -CA other/ca.pem -CAkey other/ca.key -CAcreateserial -days 30 -extfile other/extensions -out other/ann.crt 2> /dev/null &&
    openssl ca -batch -notext -config other/ca.cnf -cert certs/ca.pem -keyfile certs/ca.key.pem -in other/ann.csr -out other/old.crt \
      -extfile other/extensions -startdate 20200101000000Z -enddate 20210101000000Z 2> /dev/null &&
    cat other/ann.crt other/ann.key other/ca.pem > other/ann.pem && cat other/old.crt other/ann.key certs/ca.pem > other/old.pem || return 1
  if [ "$BROKER_KIND" = kafka ]; then
    { settings ",CONTROLLER://127.0.0.1:9195"; echo "process.roles=broker,controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
controller.quorum.bootstrap.servers=127.0.0.1:9195
log.dirs=$WORK/secure-data"; } > secure.properties
    # Kafka takes a PEM store's key in PKCS#8 behind its certificates, which is how ours are written.
    java -Xmx256m -cp "$KAFKA_LIBS/*" kafka.tools.StorageTool format --standalone -t LgTHcJ2WTcqN-s8O1nWZTg -c secure.properties > format.log 2>&1
    java -Xmx512m -cp "$KAFKA_LIBS/*" kafka.Kafka secure.properties > "$log" 2>&1 &
  else
    settings '' > secure.properties
    THALWEG_LOG=info "$THALWEG" serve --config secure.properties --data secure-data --admin off -X thalweg.oauthbearer.unsecured=true > "$log" 2>&1 &
  fi
  pid=$!
  eventually 60 "$THALWEG" -b "$OPEN" topic list > /dev/null 2>&1 || { tail -n 1 "$log"; return 1; }
  local mechanism
  for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
    echo pencil | "$THALWEG" -b "$OPEN" user add ann --mechanism $mechanism > /dev/null &&
      echo secret | "$THALWEG" -b "$OPEN" user add admin --mechanism $mechanism > /dev/null || return 1
  done
  "$THALWEG" -b "$OPEN" acl add ann all --topic open- --prefixed > /dev/null &&
    "$THALWEG" -b "$OPEN" acl add ann all --group '*' > /dev/null && "$THALWEG" -b "$OPEN" acl add ann idempotent-write --cluster > /dev/null
}
start || echo 'the broker could not be made ready'
run_checks
kill -TERM "$pid" && wait "$pid"
pid=
