"""The directory doors on real servers: Kerberos, discovery by DNS, failover, listings, other anchors."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

from name_server import NameServer
from people import ordinary, read_people
from stage import BIN, Daemon, Samba, Sandbox, Slapd, check_accounts, stage, tenant_definition, wait_until

IS_ROOT = os.geteuid() == 0
BASE = "DC=corp,DC=example,DC=com"


def people_csv(people):
    return "objectGUID\n" + "".join(p.guid + "\n" for p in people)


class DirectoryDaemon(Daemon):
    """upliftd with another section [directory.corp] than the usual one; `etc`: what its /etc is to be."""

    def __init__(self, *arguments, directory="", etc=None, **options):
        super().__init__(*arguments, **options)
        self.etc = etc
        if directory:
            text = self.config.read_text()
            self.config.write_text(re.sub(r"\[directory\.corp\]\n.*?\n\n", "[directory.corp]\n" + directory + "\n\n",
                                          text, count=1, flags=re.S))

    def start(self, wait=True):
        if self.etc is None:
            return super().start(wait)
        # A mount namespace of its own: nobody else sees that /etc.
        self.log = open(self.folder / "upliftd.log", "ab")
        script = 'mount --bind "$0" /etc && exec "$@"'
        self.process = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script, str(self.etc), str(BIN / "upliftd"), "--config", str(self.config)],
            stdout=self.log, stderr=self.log)
        wait_until(lambda: self.process.poll() is not None or
                   self.ctl("status", "--quiet", check=False).returncode != 69, "upliftd", 30)
        if self.process.poll() is not None:
            raise AssertionError(f"upliftd ended with {self.process.returncode}:\n" + self.log_text()[-4000:])
        return self


class Directories(unittest.TestCase):
    def setUp(self):
        self.stage = stage("directories")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)

    def sandbox(self, **options):
        options.setdefault("throttle_scale", 20)
        return self.add(Sandbox(self.folder / "sandbox", tenant_definition(**options)))

    def daemon(self, env, sandbox, tenant="writes_per_second = 400", **options):
        return self.add(DirectoryDaemon(self.folder / "uplift", env, sandbox, tenant=tenant, **options))

    def check_job(self, daemon, sandbox, job, people, timeout=240):
        shown = daemon.wait_job(job, timeout=timeout)
        self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
        self.assertEqual(check_accounts(sandbox.state(), {p.anchor: p.planned_upn for p in people})[:5], [])

    def read_from(self, daemon, person):
        return json.loads(daemon.ctl("why", person.guid, "--json").stdout.splitlines()[0])["found"]["read_from"]

    @unittest.skipIf(not IS_ROOT and not os.environ.get("CI"), "not run: Samba and port 53 need root")
    def test_kerberos_and_domain_controllers_that_dns_names(self):
        samba = self.add(Samba(self.folder / "samba", ip="127.0.62.11"))
        subprocess.run([os.path.join(os.path.dirname(__file__), "servers/samba-people.sh"), samba.folder, "60"],
                       check=True, capture_output=True)
        everybody = read_people(samba.env, base="OU=Uplift," + samba.env["BASE_DN"])
        people = [p for p in everybody.values() if re.match(r"person\d+$", p.sam)]
        self.assertEqual(len(people), 60)
        keytab = self.folder / "svc-uplift.keytab"
        subprocess.run(["samba-tool", "domain", "exportkeytab", keytab, "--principal=svc-uplift@CORP.EXAMPLE.COM",
                        "--configfile=" + samba.env["SMB_CONF"]], check=True, capture_output=True)
        names = NameServer("127.0.62.53")
        names.put_service("_ldap._tcp.HQ._sites.dc._msdcs.corp.example.com", "dc1.corp.example.com", 389)
        names.put_service("_ldap._tcp.dc._msdcs.corp.example.com", "gone.corp.example.com", 389)
        names.put_service("_ldap._tcp.dc._msdcs.corp.example.com", "dc1.attacker.example", 389)
        names.put_host("dc1.corp.example.com", "127.0.62.11")
        self.add(names)
        etc = self.folder / "etc"
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True,
                        ignore=shutil.ignore_patterns("resolv.conf", "krb5.conf"))
        (etc / "resolv.conf").write_text("nameserver 127.0.62.53\n")
        shutil.copy(samba.env["KRB5_CONFIG"], etc / "krb5.conf")
        sandbox = self.sandbox()
        daemon = self.daemon(samba.env, sandbox, etc=etc, directory=f"""discover = "corp.example.com"
site = "HQ"
base_dn = "{samba.env['BASE_DN']}"
bind = "gssapi"
principal = "svc-uplift@CORP.EXAMPLE.COM"
keytab = "{keytab}"
ca_file = "{samba.env['CA_FILE']}"
""")
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        self.check_job(daemon, sandbox, job, people)
        self.assertEqual(self.read_from(daemon, people[0]), "dc1.corp.example.com")
        asked = {name for name, kind in names.asked if kind == 33}
        self.assertEqual(asked, {"_ldap._tcp.hq._sites.dc._msdcs.corp.example.com",
                                 "_ldap._tcp.dc._msdcs.corp.example.com"})
        self.assertNotIn("dc1.attacker.example", {name for name, _ in names.asked})

    def two_slapds(self, count):
        """The same people in both, under one certification authority."""
        first, second = self.add(Slapd(self.folder / "dc1", count)), self.add(Slapd(self.folder / "dc2", count))
        both = self.folder / "both.pem"
        both.write_text("".join(pathlib.Path(one.env["CA_FILE"]).read_text() for one in (first, second)))
        return first, second, {**first.env, "CA_FILE": str(both)}

    def fail_over(self, how):
        first, second, env = self.two_slapds(1500)
        sandbox = self.sandbox()
        daemon = self.daemon(env, sandbox, tenant="writes_per_second = 60",
                             uris=[first.env["LDAPS_URI"], second.env["LDAPS_URI"]])
        people = list(ordinary(read_people(second.env)).values())[:1200]
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        wait_until(lambda: sandbox.summary()["users"] > 20, "the first accounts", every=0.02)
        pid = int((first.folder / "run/slapd.pid").read_text())
        os.kill(pid, how)
        went = time.monotonic()
        name = second.env["LDAPS_URI"].removeprefix("ldaps://")
        wait_until(lambda: name in {row.get("read_from") for row in self.people_of(daemon, people[-40:])},
                   "somebody to be read from the second domain controller", 30, every=0.2)
        took = time.monotonic() - went
        if how == signal.SIGSTOP:
            os.kill(pid, signal.SIGKILL)
        self.check_job(daemon, sandbox, job, people)
        print(f"failover after signal {how}: {took:.1f} s")
        self.assertLess(took, 13)

    def people_of(self, daemon, people):
        for person in people:
            shown = daemon.ctl("why", person.guid, "--json", check=False).stdout.splitlines()
            if shown:
                yield json.loads(shown[0]).get("found") or {}

    def test_domain_controller_killed_in_mid_job(self):
        self.fail_over(signal.SIGKILL)

    def test_domain_controller_silent_in_mid_job(self):
        self.fail_over(signal.SIGSTOP)


if __name__ == "__main__":
    unittest.main()
