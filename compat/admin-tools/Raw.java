// Sends requests written as JSON and prints the answers as JSON, one line each, with Kafka's own message classes: what a
// broker says on the wire, without a client's retries and translations between.
//
// Input lines: `# title`, `sleep MS`, or `API VERSION {json}`. A closed connection is an answer, too.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

public class Raw {
    static final ObjectMapper JSON = new ObjectMapper();
    static Socket socket;
    static int correlation = 0;

    public static void main(String[] arguments) throws Exception {
        String[] address = arguments[0].split(":");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            line = line.trim();
            if (line.isEmpty()) continue;
            if (line.startsWith("#")) {
                System.out.println(line);
            } else if (line.startsWith("sleep ")) {
                Thread.sleep(Long.parseLong(line.substring(6)));
            } else {
                String[] words = line.split(" ", 3);
                System.out.println(words[0] + " v" + words[1] + " " + words[2]);
                System.out.println("  " + ask(address, words[0], Short.parseShort(words[1]), JSON.readTree(words[2])));
            }
        }
    }

    static String ask(String[] address, String name, short version, JsonNode body) throws Exception {
        ApiKeys key = ApiKeys.valueOf(name);
        ApiMessage request = (ApiMessage) converter(key.messageType.newRequest())
            .getMethod("read", JsonNode.class, short.class).invoke(null, body, version);
        RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion(version)
            .setCorrelationId(++correlation).setClientId("admin-tools");
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header, key.requestHeaderVersion(version)).buffer();
        ByteBuffer rest = MessageUtil.toByteBufferAccessor(request, version).buffer();
        try {
            if (socket == null) {
                socket = new Socket(address[0], Integer.parseInt(address[1]));
                socket.setSoTimeout(30000);
            }
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] frame = new byte[4 + head.remaining() + rest.remaining()];
            ByteBuffer whole = ByteBuffer.wrap(frame);
            whole.putInt(frame.length - 4).put(head).put(rest);
            out.write(frame);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.wrap(answer));
            new ResponseHeaderData(bytes, key.responseHeaderVersion(version));
            ApiMessage response = key.messageType.newResponse();
            response.read(bytes, version);
            Object json = converter(response).getMethod("write", response.getClass(), short.class)
                .invoke(null, response, version);
            return json.toString() + (bytes.remaining() > 0 ? " and " + bytes.remaining() + " bytes more" : "");
        } catch (EOFException | java.net.SocketException error) {
            socket = null;
            return "connection closed";
        } catch (IOException error) {
            socket = null;
            return error.toString();
        }
    }

    static Class<?> converter(ApiMessage message) throws ClassNotFoundException {
        return Class.forName(message.getClass().getName() + "JsonConverter");
    }
}
