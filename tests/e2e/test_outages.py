"""What goes away comes back: each trouble is said with place, cause and cure, nothing is lost, work goes on."""
import json
import os
import re
import secrets
import shutil
import subprocess
import time
import unittest

from people import ordinary, read_people
from stage import BIN, CLIENT_ID, Daemon, Sandbox, Slapd, check_accounts, stage, tenant_definition, wait_until


def people_csv(people):
    return "sAMAccountName\n" + "".join(p.sam + "\n" for p in people)


class Outages(unittest.TestCase):
    def setUp(self):
        self.stage = stage("outages")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        self.slapd = self.add(Slapd(self.folder / "ldap", 120))
        self.chosen = list(ordinary(read_people(self.slapd.env)).values())[:60]

    def sandbox(self, **options):
        return self.add(Sandbox(self.folder / "sandbox", tenant_definition(throttle_scale=20, **options)))

    def daemon(self, sandbox, **options):
        options.setdefault("tenant", 'writes_per_second = 400\nunknown_quiet = "1s"')
        return self.add(Daemon(self.folder / "uplift", self.slapd.env, sandbox, **options))

    def all_made(self, daemon, sandbox, job, people=None, timeout=120):
        people = self.chosen if people is None else people
        shown = daemon.wait_job(job, timeout=timeout)
        self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
        self.assertEqual(check_accounts(sandbox.state(), {p.anchor: p.planned_upn for p in people})[:5], [])

    def status_says(self, daemon, pattern, timeout=60):
        def said():
            text = daemon.ctl("status", check=False).stdout
            return text if re.search(pattern, text) else None
        return wait_until(said, f"status to say {pattern}", timeout)

    def test_both_domain_controllers_away_for_a_while(self):
        sandbox = self.sandbox()
        dead = self.slapd.env["LDAPS_URI"].replace(str(self.slapd.port + 1), "1")
        daemon = self.daemon(sandbox, uris=[dead, self.slapd.env["LDAPS_URI"]])
        self.slapd.stop()
        daemon.drop("people.csv", people_csv(self.chosen))
        job = daemon.wait_accepted("people.csv")
        said = self.status_says(daemon, r"UPL-12|domain controller|directory")
        print(said)
        self.slapd.start()
        self.all_made(daemon, sandbox, job)

    def test_tenant_away_for_a_while(self):
        sandbox = self.sandbox()
        daemon = self.daemon(sandbox)
        port = sandbox.port
        sandbox.stop()
        daemon.drop("people.csv", people_csv(self.chosen))
        job = daemon.wait_accepted("people.csv")
        print(self.status_says(daemon, r"contoso.*\n?.*(UPL-19|degraded|resting|down)"))
        sandbox.start()
        self.assertEqual(port, sandbox.port)
        self.all_made(daemon, sandbox, job)

    def test_expired_secret(self):
        definition = tenant_definition(throttle_scale=20)
        definition["apps"][0]["secrets"] = [{"value": "Sandbox-Secret-0001~", "expires": "2020-01-01T00:00:00Z"}]
        sandbox = self.add(Sandbox(self.folder / "sandbox", definition))
        daemon = self.daemon(sandbox)
        daemon.drop("people.csv", people_csv(self.chosen[:5]))
        job = daemon.wait_accepted("people.csv")
        print(self.status_says(daemon, r"UPL-1903|secret"))
        time.sleep(2)
        asked = [json.loads(line) for line in (sandbox.folder / "requests.jsonl").read_text().splitlines()]
        self.assertLessEqual(sum("/token" in one["target"] for one in asked), 2)
        self.assertEqual([one for one in asked if "/v1.0/users" in one["target"]], [])
        # The administrator puts a new secret in place and says so; nobody has to wait for the next try.
        sandbox.ask("/sandbox/secrets", {"client_id": CLIENT_ID, "secrets": ["Sandbox-Secret-0002~"]})
        daemon.secret("graph-secret", b"Sandbox-Secret-0002~")
        daemon.ctl("reload")
        self.all_made(daemon, sandbox, job, self.chosen[:5], timeout=60)

    def test_wrong_certificate_authority(self):
        sandbox = self.sandbox()
        right = (sandbox.folder / "ca.pem").read_bytes()
        daemon = Daemon(self.folder / "uplift", self.slapd.env, sandbox)
        wrong = self.folder / "wrong-ca.pem"
        shutil.copy(self.slapd.env["CA_FILE"], wrong)
        daemon.config.write_text(daemon.config.read_text().replace(f"{sandbox.folder}/ca.pem", str(wrong)))
        self.add(daemon)
        daemon.drop("people.csv", people_csv(self.chosen[:5]))
        job = daemon.wait_accepted("people.csv")
        print(self.status_says(daemon, r"UPL-1902|certificate"))
        asked = (sandbox.folder / "requests.jsonl").read_text()
        self.assertEqual(asked, "")
        wrong.write_bytes(right)
        daemon.ctl("reload")
        self.all_made(daemon, sandbox, job, self.chosen[:5], timeout=90)

    @unittest.skipIf(os.geteuid() != 0 and not os.environ.get("CI"), "not run: a small file system needs root")
    def test_full_disk(self):
        sandbox = self.sandbox()
        state = self.folder / "uplift" / "state"
        state.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", state], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", state], check=False)
        daemon = self.daemon(sandbox, tenant='writes_per_second = 20\nunknown_quiet = "1s"')
        daemon.drop("people.csv", people_csv(self.chosen))
        job = daemon.wait_accepted("people.csv")
        filler = state / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(secrets.token_bytes(4096))
            except OSError:
                pass
        print(self.status_says(daemon, r"UPL-1807|disk"))
        time.sleep(3)
        self.assertIsNone(daemon.process.poll(), daemon.log_text()[-2000:])
        filler.unlink()
        self.all_made(daemon, sandbox, job)

    def test_bad_configuration(self):
        sandbox = self.sandbox()
        daemon = Daemon(self.folder / "uplift", self.slapd.env, sandbox)
        text = daemon.config.read_text()
        text = text.replace("client_id =", "clientid =").replace('domain = "contoso.com"', 'domain = 7')
        daemon.config.write_text(text)
        done = subprocess.run([BIN / "upliftd", "--config", daemon.config, "--check-config"],
                              capture_output=True, text=True)
        print(done.stdout + done.stderr)
        self.assertEqual(done.returncode, 78)
        said = done.stdout + done.stderr
        self.assertRegex(said, r"uplift\.toml:\d+:\d+: UPL-1002 .*client_id")
        self.assertRegex(said, r"uplift\.toml:\d+:\d+: UPL-1003")
        started = subprocess.run([BIN / "upliftd", "--config", daemon.config], capture_output=True, text=True, timeout=20)
        self.assertEqual(started.returncode, 78)

    def test_bad_csv(self):
        sandbox = self.sandbox()
        daemon = self.daemon(sandbox)
        daemon.drop("bad.csv", "sAMAccountName,password,usageLocaton\nuser000001,x,DE\n,y,UK\n")
        error = daemon.state / "rejected" / "bad.csv.error.txt"
        wait_until(error.exists, "the error file", 20)
        said = error.read_text()
        print(said)
        self.assertRegex(said, r"bad\.csv:1:\d+: UPL-1107")
        self.assertRegex(said, r"bad\.csv:1:\d+: UPL-1104 .*usageLocation")
        self.assertTrue((daemon.state / "rejected" / "bad.csv").exists())
        self.assertEqual(list((daemon.state / "inbox").glob("*.csv")), [])
        self.assertEqual(daemon.lines("jobs"), [])


if __name__ == "__main__":
    unittest.main()
