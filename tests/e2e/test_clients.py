"""The control socket under many clients, slow ones and silent ones: nobody else waits for them."""
import json
import socket
import threading
import time
import unittest

from stage import Daemon, Sandbox, Slapd, stage, tenant_definition

HELLO = b'{"uplift":1,"program":"test","version":"0"}\n'


def connect(daemon):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(30)
    client.connect(str(daemon.socket))
    return client


def ask(daemon, request, hello=HELLO):
    """The frames that come back to one request."""
    with connect(daemon) as client:
        client.sendall(hello + request)
        text = b""
        while b'"end":true' not in text and b'"error"' not in text:
            piece = client.recv(65536)
            if not piece:
                break
            text += piece
        return [json.loads(line) for line in text.splitlines()]


def memory_of(daemon):
    with open(f"/proc/{daemon.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("clients")
        cls.folder, add = cls.stage.__enter__()
        slapd = add(Slapd(cls.folder / "slapd", 300))
        cls.sandbox = add(Sandbox(cls.folder / "sandbox", tenant_definition(throttle_scale=20)))
        cls.daemon = add(Daemon(cls.folder / "uplift", slapd.env, cls.sandbox, tenant="writes_per_second = 400"))
        cls.daemon.drop("people.csv", "sAMAccountName\n" + "".join(f"user{i:06}\n" for i in range(200)))
        cls.daemon.wait_job(cls.daemon.wait_accepted("people.csv"))

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__(None, None, None)

    def test_a_hundred_at_once(self):
        answers = []

        def one():
            answers.append(ask(self.daemon, b'{"verb":"jobs"}\n'))
        clients = [threading.Thread(target=one) for _ in range(100)]
        for client in clients:
            client.start()
        for client in clients:
            client.join(60)
        self.assertEqual(len(answers), 100)
        for frames in answers:
            self.assertEqual(frames[1]["id"], "J1", frames)
            self.assertEqual(frames[-1], {"end": True})

    def test_those_who_say_nothing_and_those_who_do_not_read_cost_nothing(self):
        before = memory_of(self.daemon)
        silent = [connect(self.daemon) for _ in range(40)]
        deaf = []
        for _ in range(40):
            client = connect(self.daemon)
            client.sendall(HELLO + b'{"verb":"job_export","job":"J1"}\n' * 50)
            deaf.append(client)
        self.addCleanup(lambda: [client.close() for client in silent + deaf])
        started = time.monotonic()
        for _ in range(20):
            self.assertEqual(ask(self.daemon, b'{"verb":"status"}\n')[-1], {"end": True})
        took = time.monotonic() - started
        self.assertLess(memory_of(self.daemon) - before, 20_000, "KiB more for 80 clients that wait")
        print(f"20 answers in {took:.2f} s beside 40 silent and 40 deaf clients, "
              f"{memory_of(self.daemon) - before} KiB more")

    def test_a_silent_client_is_let_go(self):
        with connect(self.daemon) as client:
            started = time.monotonic()
            self.assertEqual(client.recv(100), b"")
            self.assertLess(time.monotonic() - started, 15)

    def test_another_version_gets_a_clear_word(self):
        for version in (0, 2):
            frames = ask(self.daemon, b"", hello=b'{"uplift":%d,"program":"upliftctl","version":"9"}\n' % version)
            self.assertEqual(frames[-1]["error"]["code"], "UPL-1705")
            self.assertIn("upliftctl", frames[-1]["error"]["cure"])

    def test_what_is_no_request_is_refused_and_the_daemon_lives(self):
        for request in (b"x\n", b"{}\n", b'{"verb":"fly"}\n', b'{"verb":"jobs","limit":"x"}\n',
                        b'{"verb":"jobs","more":1}\n', b'{"verb":"jobs","verb":"status"}\n'):
            frames = ask(self.daemon, request)
            self.assertEqual(frames[-1]["error"]["code"], "UPL-1702", request)
        with connect(self.daemon) as client:
            client.sendall(HELLO + b"x" * 70_000)
            while client.recv(65536):
                pass
        self.assertEqual(ask(self.daemon, b'{"verb":"status"}\n')[-1], {"end": True})


if __name__ == "__main__":
    unittest.main()
