"""A name server for tests: SRV and A records that a test puts there, over UDP on port 53 of a loopback address."""
import socket
import struct
import threading


def encode_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split(".")) + b"\0"


class NameServer:
    """Needs root for its port. Names are looked up in lower case; whatever is not there does not exist."""

    def __init__(self, address):
        self.address, self.records, self.asked = address, {}, []

    def put_host(self, name, address):
        self.records.setdefault((name.lower(), 1), []).append(socket.inet_aton(address))

    def put_service(self, name, target, port, priority=0, weight=100):
        data = struct.pack("!HHH", priority, weight, port) + encode_name(target)
        self.records.setdefault((name.lower(), 33), []).append(data)

    def start(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.address, 53))
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def stop(self):
        self.socket.close()

    def serve(self):
        while True:
            try:
                query, sender = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(query), sender)
            except OSError:
                return
            except (IndexError, struct.error):
                continue

    def answer(self, query):
        at, parts = 12, []
        while query[at]:
            parts.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name = ".".join(parts).lower()
        kind, = struct.unpack("!H", query[at + 1:at + 3])
        question = query[12:at + 5]
        self.asked.append((name, kind))
        found = self.records.get((name, kind), [])
        exists = any(known == name for known, _ in self.records)
        flags = 0x8580 if exists else 0x8583  # an authority's answer: found, or no such name
        head = query[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0)
        return head + question + b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for data in found)
