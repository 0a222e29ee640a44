"""The directory doors on real servers: Kerberos, discovery by DNS, failover, listings, other anchors."""
import base64
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


def connections_to(port):
    established = "01"
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == established for row in rows)


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
        first, second, env = self.two_slapds(1000)
        sandbox = self.sandbox()
        daemon = self.daemon(env, sandbox, tenant="writes_per_second = 200",
                             uris=[first.env["LDAPS_URI"], second.env["LDAPS_URI"]])
        people = list(ordinary(read_people(second.env)).values())[:800]
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        wait_until(lambda: sandbox.summary()["users"] > 150, "the first accounts", every=0.02)
        pid = int((first.folder / "run/slapd.pid").read_text())
        os.kill(pid, how)
        went, made = time.monotonic(), sandbox.summary()["users"]
        # The engine has 64 people in hand: who comes behind them was read after it went.
        wait_until(lambda: sandbox.summary()["users"] > made + 128, "work to go on", 60, every=0.1)
        took = time.monotonic() - went
        if how == signal.SIGSTOP:
            os.kill(pid, signal.SIGKILL)
        self.check_job(daemon, sandbox, job, people)
        print(f"128 more accounts {took:.1f} s after signal {how.name}")
        # 10 s of silence until it is left, and the time for the accounts themselves.
        self.assertLess(took, 12)
        names = [one.env["LDAPS_URI"].removeprefix("ldaps://") for one in (first, second)]
        self.assertEqual([self.read_from(daemon, people[0]), self.read_from(daemon, people[-1])], names)

    def test_domain_controller_killed_in_mid_job(self):
        self.fail_over(signal.SIGKILL)

    def test_domain_controller_silent_in_mid_job(self):
        self.fail_over(signal.SIGSTOP)

    def crowd(self, page_limit):
        """Twenty thousand people behind a hard limit; a computer, a contact and groups among them."""
        os.environ["LDAP_PAGE_LIMIT"] = str(page_limit)
        self.addCleanup(os.environ.pop, "LDAP_PAGE_LIMIT", None)
        return self.add(Slapd(self.folder / "ldap", 20_000))

    def test_four_thousand_of_twenty_thousand_by_filter_below_a_hard_limit(self):
        slapd = self.crowd(page_limit=200)
        daemon = self.daemon(slapd.env, self.sandbox(), tenant="writes_per_second = 1")
        began = time.monotonic()
        said = json.loads(daemon.ctl("submit", "--filter", "(department=IT)", "--json").stdout.splitlines()[0])
        print(f"{said['people']} people taken by filter in {time.monotonic() - began:.1f} s")
        self.assertEqual(said["people"], 4000)
        said = json.loads(daemon.ctl("submit", "--ou", "OU=Branch 1," + BASE, "--ou", "ou=branch 1," + BASE.lower(),
                                     "--exclude-ou", "OU=IT Department," + BASE, "--json").stdout.splitlines()[0])
        self.assertEqual((said["people"], said["twice"]), (4000, 4000))

    def test_directory_restarted_in_mid_listing_gives_all_or_nothing(self):
        slapd = self.crowd(page_limit=1000)
        sandbox = self.sandbox()
        whole = interrupted = 0
        for delay in (0.01, 0.05, 0.1, 0.15, 0.2, None):
            # A daemon of its own each: the only domain controller rests a minute once it could not be reached.
            daemon = self.add(DirectoryDaemon(self.folder / f"uplift-{delay}", slapd.env, sandbox,
                                              tenant="writes_per_second = 1"))
            submitting = subprocess.Popen(
                [str(BIN / "upliftctl"), "--socket", str(daemon.socket), "submit", "--filter", "(cn=*)", "--json"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if delay is not None:
                wait_until(lambda: connections_to(slapd.port + 1) > 0, "the listing to begin", every=0.002)
                time.sleep(delay)
                os.kill(int((slapd.folder / "run/slapd.pid").read_text()), signal.SIGKILL)
            out, err = submitting.communicate(timeout=120)
            slapd.start()
            if submitting.returncode == 0:
                whole += 1
                self.assertEqual(json.loads(out.splitlines()[0])["people"], 20_001)
            else:
                interrupted += 1
                self.assertIn("UPL-12", err)
                self.assertEqual(daemon.lines("jobs"), [])
            daemon.stop()
        print(f"{interrupted} interrupted in mid-listing, {whole} whole")
        self.assertGreater(interrupted, 0)
        self.assertGreater(whole, 0)

    def test_anchor_is_the_attribute_that_the_directory_names(self):
        slapd = self.add(Slapd(self.folder / "ldap", 50))
        people = list(ordinary(read_people(slapd.env)).values())[:4]
        anchors = {p.sam: base64.b64encode(bytes([65 + i] * 16)).decode() for i, p in enumerate(people[:3])}
        changes = "".join(f"dn:: {base64.b64encode(p.dn.encode()).decode()}\nchangetype: modify\n"
                          f"add: mS-DS-ConsistencyGuid\nmS-DS-ConsistencyGuid:: {anchors[p.sam]}\n\n"
                          for p in people[:3])
        subprocess.run(["ldapmodify", "-x", "-H", slapd.env["LDAP_URI"], "-D", slapd.env["ADMIN_DN"],
                        "-w", slapd.env["ADMIN_PASSWORD"]], input=changes, text=True, check=True, capture_output=True)
        sandbox = self.sandbox()
        daemon = self.daemon(slapd.env, sandbox, directory=f"""uris = ["{slapd.env['LDAPS_URI']}"]
base_dn = "{BASE}"
bind_dn = "{slapd.env['BIND_DN']}"
password = {{ file = "{self.folder}/uplift/ad-password" }}
ca_file = "{slapd.env['CA_FILE']}"
anchor = "mS-DS-ConsistencyGuid"
""")
        daemon.drop("people.csv", people_csv(people))
        job = daemon.wait_accepted("people.csv")
        self.assertEqual(daemon.wait_job(job)["state"], "done")
        wanted = {anchors.get(p.sam, p.anchor): p.planned_upn for p in people}
        self.assertEqual(check_accounts(sandbox.state(), wanted), [])
        self.assertEqual({user["onPremisesImmutableId"] for user in sandbox.state()["users"]}, set(wanted))


if __name__ == "__main__":
    unittest.main()
