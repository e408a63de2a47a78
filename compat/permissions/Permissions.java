// Runs every case of table.txt as a user without the leave it asks for, as the same user with it, and as a super user;
// prints what each was answered, and WRONG where that is not what the table says.
//   Permissions HOST:PORT TABLE     (SASL PLAIN: `admin` is a super user, `ann` is nobody yet)
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.resource.ResourceType;

public class Permissions {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Map<String, ApiKeys> KEYS = new TreeMap<>();
    static int number = 0;
    static String topicId;
    static Client admin, ann;

    public static void main(String[] arguments) throws Exception {
        for (ApiKeys key : ApiKeys.values()) KEYS.put(key.name, key);
        admin = new Client(arguments[0], "admin", "secret");
        ann = new Client(arguments[0], "ann", "pencil");
        prepare();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            if (!line.isBlank() && !line.startsWith("#")) run(line);
        }
    }

    /** Topics t and u, a group with offsets and one with a member, a transactional id, and a token of bob's. */
    static void prepare() throws Exception {
        topicId = topic("t");
        topic("u");
        until("CreateDelegationToken", 3, "{\"ownerPrincipalType\":\"User\",\"ownerPrincipalName\":\"bob\",\"renewers\":[],\"maxLifetimeMs\":600000}");
        until("FindCoordinator", 4, "{\"keyType\":0,\"coordinatorKeys\":[\"g\"]}");
        until("FindCoordinator", 4, "{\"keyType\":1,\"coordinatorKeys\":[\"x\"]}");
        until("OffsetCommit", 9, "{\"groupId\":\"g\",\"generationIdOrMemberEpoch\":-1,\"memberId\":\"\",\"topics\":[{\"name\":\"t\",\"partitions\":[{\"partitionIndex\":0,\"committedOffset\":1,\"committedLeaderEpoch\":-1,\"committedMetadata\":\"\"}]}]}");
        until("InitProducerId", 5, "{\"transactionalId\":\"x\",\"transactionTimeoutMs\":5000}");
        until("ConsumerGroupHeartbeat", 1, "{\"groupId\":\"g-members\",\"memberId\":\"member\",\"memberEpoch\":0,\"rebalanceTimeoutMs\":5000,\"subscribedTopicNames\":[\"t\"],\"topicPartitions\":[]}");
    }

    static String topic(String name) throws Exception {
        until("CreateTopics", 7, "{\"topics\":[{\"name\":\"" + name + "\",\"numPartitions\":2,\"replicationFactor\":1,\"assignments\":[],\"configs\":[]}],\"timeoutMs\":5000}");
        return until("Metadata", 12, "{\"topics\":[{\"topicId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"name\":\"" + name + "\"}],\"allowAutoTopicCreation\":false}")
            .get("topics").get(0).get("topicId").textValue();
    }

    /** Asks as the super user until there is no error: a coordinator may still be loading. */
    static JsonNode until(String api, int version, String body) throws Exception {
        JsonNode answer = null;
        for (int attempt = 0; attempt < 300; attempt++) {
            answer = admin.ask(api, (short) version, body);
            Answer read = new Answer(answer);
            if (read.codes.keySet().stream().allMatch(code -> code == 0 || code == 36)) return answer;
            Thread.sleep(100);
        }
        throw new IllegalStateException(api + ": " + answer);
    }

    static void run(String line) throws Exception {
        String[] words = line.split(" ", 5);
        String request = words[4], also = "";
        if (request.startsWith("also=")) {
            also = request.substring(5, request.indexOf(' '));
            request = request.substring(request.indexOf(' ') + 1);
        }
        String title = words[0] + " v" + words[1] + " " + words[2] + " " + words[3] + (also.isEmpty() ? "" : " also=" + also);
        System.out.println(title);
        short version = Short.parseShort(words[1]);
        boolean isOpen = words[2].equals("-");
        for (String who : isOpen ? new String[] {"nobody", "super"} : new String[] {"without", "with", "super"}) {
            String body = filled(request);
            if (!who.equals("super")) allow(also + (who.equals("with") ? "," + words[2] : ""));
            Answer answer = new Answer((who.equals("super") ? admin : ann).ask(words[0], version, body));
            System.out.println("  " + who + ": " + answer);
            boolean wants = who.equals("without");
            boolean has = isOpen ? answer.codes.keySet().stream().anyMatch(code -> Errors.forCode(code.shortValue()).name().endsWith("AUTHORIZATION_FAILED"))
                : words[3].startsWith("hides=") ? !answer.names.contains(words[3].substring(6))
                : answer.codes.containsKey((int) Errors.valueOf(words[3]).code());
            if (wants != has) System.out.println("WRONG " + title + " " + who + ": " + answer);
        }
    }

    static String filled(String request) throws Exception {
        if (request.contains("$FRESH")) {
            String name = "t-fresh-" + number++;
            request = request.replace("$FRESH_ID", topic(name)).replace("$FRESH", name);
        }
        SimpleRecord record = new SimpleRecord(System.currentTimeMillis(), null, "v".getBytes(StandardCharsets.UTF_8));
        return request.replace("$N", String.valueOf(number++)).replace("$ID", topicId)
            .replace("$RECORDS", base64(MemoryRecords.withRecords(Compression.NONE, record)))
            .replace("$TXN_RECORDS", base64(MemoryRecords.withTransactionalRecords(Compression.NONE, 999, (short) 0, 0, record)));
    }

    static String base64(MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** From now on ann has this leave and no other. */
    static void allow(String rules) throws Exception {
        JsonNode filter = JSON.readTree("{\"filters\":[{\"resourceTypeFilter\":1,\"resourceNameFilter\":null,\"patternTypeFilter\":1,\"principalFilter\":\"User:ann\",\"hostFilter\":null,\"operation\":1,\"permissionType\":1}]}");
        admin.ask("DeleteAcls", (short) 3, filter.toString());
        List<String> creations = new ArrayList<>();
        for (String rule : rules.split(",")) {
            if (rule.isEmpty()) continue;
            String kind = rule.substring(0, rule.indexOf('.')), operation = rule.substring(rule.indexOf('.') + 1);
            String name = switch (kind) {
                case "Topic" -> "t";
                case "Group" -> "g";
                case "TransactionalId" -> "x";
                case "Cluster" -> "kafka-cluster";
                case "User" -> "User:bob";
                default -> "*";
            };
            boolean isPrefix = name.length() == 1 && !name.equals("*");
            creations.add("{\"resourceType\":" + ResourceType.valueOf(upper(kind)).code() + ",\"resourceName\":\"" + name + "\",\"resourcePatternType\":"
                + (isPrefix ? 4 : 3) + ",\"principal\":\"User:ann\",\"host\":\"*\",\"operation\":" + AclOperation.valueOf(upper(operation)).code() + ",\"permissionType\":3}");
        }
        if (!creations.isEmpty()) admin.ask("CreateAcls", (short) 3, "{\"creations\":[" + String.join(",", creations) + "]}");
        for (int attempt = 0; attempt < 500; attempt++) {
            JsonNode told = admin.ask("DescribeAcls", (short) 3, "{\"resourceTypeFilter\":1,\"resourceNameFilter\":null,\"patternTypeFilter\":1,\"principalFilter\":\"User:ann\",\"hostFilter\":null,\"operation\":1,\"permissionType\":1}");
            int count = 0;
            for (JsonNode resource : told.get("resources")) count += resource.get("acls").size();
            if (count == creations.size()) return;
            Thread.sleep(10);
        }
        throw new IllegalStateException("the rules do not come into force: " + rules);
    }

    static String upper(String words) {
        return words.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase();
    }

    /** What of an answer is compared: its error codes, and the names it shows. */
    static class Answer {
        final Map<Integer, Integer> codes = new TreeMap<>();
        final TreeSet<String> names = new TreeSet<>();
        final boolean isClosed;

        Answer(JsonNode answer) {
            isClosed = answer == null;
            if (answer != null) look(answer);
        }

        void look(JsonNode node) {
            if (node.isArray()) node.forEach(this::look);
            if (!node.isObject()) return;
            node.fields().forEachRemaining(field -> {
                String name = field.getKey();
                JsonNode value = field.getValue();
                if (name.endsWith("rrorCode")) codes.merge(value.intValue(), 1, Integer::sum);
                else if (SHOWN.contains(name) && value.isTextual() && !value.textValue().startsWith("__")) names.add(value.textValue().replaceAll("-[0-9]+$", ""));
                else if (!HIDDEN.contains(name)) look(value);
            });
        }

        public String toString() {
            return isClosed ? "connection closed" : "codes " + new TreeSet<>(codes.keySet()) + " names " + names;
        }
    }

    static final List<String> SHOWN = List.of("name", "topicName", "topic", "groupId", "transactionalId", "principalName");
    static final List<String> HIDDEN = List.of("configs", "apiKeys", "supportedFeatures", "finalizedFeatures", "members", "nodes");

    static class Client {
        final Socket socket;
        int correlation = 0;

        Client(String address, String user, String password) throws Exception {
            String[] words = address.split(":");
            socket = new Socket(words[0], Integer.parseInt(words[1]));
            socket.setSoTimeout(20000);
            ask("SaslHandshake", (short) 1, "{\"mechanism\":\"PLAIN\"}");
            String token = Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
            JsonNode answer = ask("SaslAuthenticate", (short) 2, "{\"authBytes\":\"" + token + "\"}");
            if (answer.get("errorCode").intValue() != 0) throw new IllegalStateException(answer.toString());
        }

        JsonNode ask(String name, short version, String text) throws Exception {
            ApiKeys key = KEYS.get(name);
            ApiMessage empty = key.messageType.newRequest();
            ObjectNode body;
            try {
                body = (ObjectNode) converter(empty).getMethod("write", empty.getClass(), short.class).invoke(null, empty, version);
            } catch (java.lang.reflect.InvocationTargetException error) {
                body = JSON.createObjectNode();
            }
            body.setAll((ObjectNode) JSON.readTree(text));
            ApiMessage request = (ApiMessage) converter(empty).getMethod("read", JsonNode.class, short.class).invoke(null, body, version);
            RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion(version)
                .setCorrelationId(++correlation).setClientId("permissions");
            ByteBuffer head = MessageUtil.toByteBufferAccessor(header, key.requestHeaderVersion(version)).buffer();
            ByteBuffer rest = MessageUtil.toByteBufferAccessor(request, version).buffer();
            byte[] frame = new byte[4 + head.remaining() + rest.remaining()];
            ByteBuffer.wrap(frame).putInt(frame.length - 4).put(head).put(rest);
            try {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.write(frame);
                out.flush();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] answer = new byte[in.readInt()];
                in.readFully(answer);
                ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.wrap(answer));
                new ResponseHeaderData(bytes, key.responseHeaderVersion(version));
                ApiMessage response = key.messageType.newResponse();
                response.read(bytes, version);
                return (JsonNode) converter(response).getMethod("write", response.getClass(), short.class).invoke(null, response, version);
            } catch (EOFException | java.net.SocketException error) {
                throw new IllegalStateException(name + " v" + version + " " + text + ": the connection was closed");
            }
        }

        static Class<?> converter(ApiMessage message) throws ClassNotFoundException {
            return Class.forName(message.getClass().getName() + "JsonConverter");
        }
    }
}
