"""Sends what no client should send: hostile.py KIND HOST:PORT TOPIC SEED. Prints how many requests it made and how they
ended. What it sends follows from the seed alone."""
import collections
import random
import socket
import struct
import sys

KIND, BROKER, TOPIC, SEED = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
HOST, PORT = BROKER.rsplit(":", 1)
ANY = random.Random(SEED)
ENDS = collections.Counter()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


def varint(number):
    number = (number << 1) ^ (number >> 63)
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def batch(values, change=lambda body: body):
    records = b""
    for at, value in enumerate(values):
        body = b"\0" + varint(0) + varint(at) + varint(-1) + varint(len(value)) + value + varint(0)
        records += varint(len(body)) + body
    body = struct.pack(">hiqqqhii", 0, len(values) - 1, 1700000000000, 1700000000000, -1, -1, -1, len(values)) + records
    body = change(body)
    tail = struct.pack(">ibI", -1, 2, crc32c(body)) + body
    return struct.pack(">qi", 0, len(tail)) + tail


def produce(records, acks=-1):
    return struct.pack(">hhii", -1, acks, 1000, 1) + string(TOPIC) + struct.pack(">iii", 1, 0, len(records)) + records


def framed(key, version, body, correlation=7):
    inner = struct.pack(">hhi", key, version, correlation) + string("hostile") + body
    return struct.pack(">i", len(inner)) + inner


def topic_and_partition(rest):
    return struct.pack(">i", 1) + string(TOPIC) + struct.pack(">ii", 1, 0) + rest


def requests():
    yield framed(18, 0, b"")
    yield framed(3, 1, struct.pack(">i", 1) + string(TOPIC))
    yield framed(0, 3, produce(batch([b"fuzz"])))
    yield framed(1, 4, struct.pack(">iiiib", -1, 10, 1, 1 << 20, 0) + topic_and_partition(struct.pack(">qi", 0, 1 << 20)))
    yield framed(2, 1, struct.pack(">i", -1) + topic_and_partition(struct.pack(">q", -1)))
    yield framed(19, 2, struct.pack(">i", 1) + string("made-" + TOPIC) + struct.pack(">ihiiib", 1, 1, 0, 0, 1000, 1))
    yield framed(22, 0, struct.pack(">hi", -1, 1000))
    yield framed(32, 1, struct.pack(">ib", 1, 2) + string(TOPIC) + struct.pack(">ib", -1, 0))
    yield framed(10, 1, string("group") + b"\0")
    yield framed(11, 1, string("group") + struct.pack(">ii", 6000, 6000) + string("") + string("consumer")
                 + struct.pack(">i", 1) + string("range") + struct.pack(">i", 0))
    yield framed(9, 1, string("group") + topic_and_partition(b"")[:-4] + struct.pack(">i", 0))


def send(data, wait=0.2):
    """One connection, one shot; how it ended."""
    with socket.create_connection((HOST, int(PORT)), timeout=10) as stream:
        stream.settimeout(wait)
        try:
            stream.sendall(data)
            answer = stream.recv(4096)
        except socket.timeout:
            ENDS["no answer"] += 1
            return b""
        except OSError:
            ENDS["closed"] += 1
            return b""
    ENDS["answered" if answer else "closed"] += 1
    return answer


def mutated(data, keep=0):
    data = bytearray(data)
    for _ in range(ANY.choice([1, 1, 1, 2, 5])):
        at = ANY.randrange(keep, len(data))
        act = ANY.randrange(5)
        if act == 0:
            data[at] ^= 1 << ANY.randrange(8)
        elif act == 1:
            data[at] = ANY.choice([0, 1, 127, 128, 255])
        elif act == 2:
            data[at:at + 4] = ANY.choice([b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\0\0\xff\xff"])
        elif act == 3 and len(data) > keep + 1:
            del data[at:at + ANY.randrange(1, 9)]
        else:
            data[at:at] = ANY.randbytes(ANY.randrange(1, 9))
        if len(data) <= keep:
            break
    return bytes(data)


def broken_frames():
    for announced in [0, -1, -2**31, 2**31 - 1, 100 << 20, (100 << 20) + 1, 1, 7]:
        send(struct.pack(">i", announced) + ANY.randbytes(ANY.randrange(0, 64)))
    for _ in range(150):
        send(ANY.randbytes(ANY.randrange(1, 2000)), 0.05)
    whole = list(requests())
    for data in whole:
        for cut in {1, 3, 4, 5, 8, 12, len(data) - 1}:
            with socket.create_connection((HOST, int(PORT)), timeout=10) as stream:
                stream.sendall(data[:cut])
            ENDS["cut"] += 1
    # Announced and never sent; the connections stay until this process ends.
    held = []
    for _ in range(300):
        stream = socket.create_connection((HOST, int(PORT)), timeout=10)
        stream.sendall(struct.pack(">i", 1 << 20))
        held.append(stream)
    assert send(whole[0], 10), "it does not answer beside them"


def broken_requests():
    for data in list(requests()) * 60:
        body = mutated(data[4:])
        send(struct.pack(">i", len(body)) + body, 0.05)
    for key in range(-1, 100):
        send(framed(key, ANY.choice([0, 1, 5, 99, -1, 32767]), ANY.randbytes(ANY.randrange(0, 200))), 0.05)


def broken_batches():
    values = [b"v" * ANY.randrange(1, 50) for _ in range(5)]
    for _ in range(400):
        # Half of them with a right CRC over what was broken.
        whole = batch(values, mutated) if ANY.randrange(2) else mutated(batch(values))
        send(framed(0, 3, produce(whole)), 1)
    for acks in [5, -2, 32767]:
        send(framed(0, 3, produce(batch(values), acks)), 1)
    send(framed(0, 3, produce(batch(values) * 2)), 1)
    send(framed(0, 3, produce(b"")), 1)
    for attributes in [0x07, 0x10, 0x20, 0x30, 0x05, 0x7FFF]:
        send(framed(0, 3, produce(batch(values, lambda body: struct.pack(">h", attributes) + body[2:]))), 1)


def clients_that_never_read():
    # Thousands of answers each that nobody takes.
    fetch = list(requests())[3]
    held = []
    for _ in range(50):
        stream = socket.create_connection((HOST, int(PORT)), timeout=10)
        stream.settimeout(0.5)
        try:
            stream.sendall(fetch * 500)
        except OSError:
            ENDS["pushed back"] += 1
        held.append(stream)
    assert send(list(requests())[0], 10), "it does not answer beside them"


{"broken_frames": broken_frames, "broken_requests": broken_requests, "broken_batches": broken_batches,
 "clients_that_never_read": clients_that_never_read}[KIND]()
print(dict(ENDS))
