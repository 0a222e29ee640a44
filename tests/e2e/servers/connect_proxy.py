"""A proxy on 127.0.0.1 that knows CONNECT only: what it was asked is kept, and it can be told to refuse."""
import asyncio
import threading


class ConnectProxy:
    def __init__(self):
        self.refusal = None  # (407, "Proxy Authentication Required"), or None: the way is open
        self.asked = []  # the first lines
        self.bytes_up = 0  # what went through the tunnels from the client
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()

    def start(self):
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.ready.wait(10)
        return self

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    async def _serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line = head.split(b"\r\n", 1)[0].decode()
            self.asked.append(line)
            method, place, _ = line.split(" ", 2)
            if self.refusal or method != "CONNECT":
                status, words = self.refusal or (405, "Method Not Allowed")
                writer.write(f"HTTP/1.1 {status} {words}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
                return
            host, _, port = place.rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host.strip("[]"), int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(self._pass(reader, far_writer, up=True), self._pass(far_reader, writer))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    async def _pass(self, reader, writer, up=False):
        try:
            while data := await reader.read(65536):
                if up:
                    self.bytes_up += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
