"""The main job against a real Samba AD domain controller: 200 people with hostile names, by each identity."""
import os
import re
import subprocess
import unittest

from people import read_people
from stage import HERE, Daemon, Samba, Sandbox, check_accounts, default_profile, stage, tenant_definition

HEADERS = {
    "objectGUID": lambda p: p.guid,
    "userPrincipalName": lambda p: p.upn,
    "sAMAccountName": lambda p: p.sam,
    "distinguishedName": lambda p: p.dn,
}


def field(value):
    return '"' + value.replace('"', '""') + '"'


@unittest.skipIf(os.geteuid() != 0 and not os.environ.get("CI"), "not run: provisioning Samba needs root")
class SambaDomain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("samba")
        cls.folder, add = cls.stage.__enter__()
        cls.add = staticmethod(add)
        cls.samba = add(Samba(cls.folder / "samba"))
        made = subprocess.run([HERE / "servers/samba-people.sh", cls.folder / "samba", "200"],
                              check=True, capture_output=True, text=True).stdout
        print(made.strip())
        everybody = read_people(cls.samba.env, base="OU=Uplift," + cls.samba.env["BASE_DN"])
        cls.people = [p for p in everybody.values() if re.match(r"person\d+$", p.sam)]

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__(None, None, None)

    def run_job(self, name, csv_text, profile="", expect="done"):
        sandbox = self.add(Sandbox(self.folder / name / "sandbox", tenant_definition(throttle_scale=20)))
        daemon = self.add(Daemon(self.folder / name / "uplift", self.samba.env, sandbox, profile=profile,
                                 tenant="writes_per_second = 400"))
        daemon.drop("people.csv", csv_text)
        job = daemon.wait_accepted("people.csv")
        shown = daemon.wait_job(job)
        self.assertEqual(shown["state"], expect, daemon.ctl("job", "show", job, check=False).stdout)
        return sandbox, daemon, job

    def wanted(self):
        return {p.anchor: p.planned_upn for p in self.people}

    def test_two_hundred_people_with_awkward_anchors_are_there(self):
        self.assertEqual(len(self.people), 200)
        self.assertGreater(sum("+" in p.anchor for p in self.people), 10)
        self.assertGreater(sum("/" in p.anchor for p in self.people), 10)
        self.assertGreater(sum("\\" in p.dn for p in self.people), 10)

    def test_by_each_header(self):
        for header, value in HEADERS.items():
            with self.subTest(header=header):
                text = header + "\r\n" + "".join(field(value(p)) + "\r\n" for p in self.people)
                sandbox, daemon, job = self.run_job("by-" + header, text)
                self.assertEqual(check_accounts(sandbox.state(), self.wanted())[:5], [])
                self.assertEqual(len(daemon.results(job)), 200)
                daemon.stop()
                sandbox.stop()

    def test_account_without_licence(self):
        text = "sAMAccountName\n" + "".join(p.sam + "\n" for p in self.people[:20])
        sandbox, _, _ = self.run_job("bare", text, profile=default_profile(licenses="[]", groups="[]"))
        wanted = {p.anchor: p.planned_upn for p in self.people[:20]}
        self.assertEqual(check_accounts(sandbox.state(), wanted, want_license=False, want_groups=0), [])

    def test_typed_password(self):
        folder = self.folder / "typed" / "uplift"
        folder.mkdir(parents=True)
        typed = folder / "typed-password"
        typed.write_text("Winter-Rain-2026!\n")
        typed.chmod(0o600)
        profile = default_profile(password=f'{{ mode = "typed", value = {{ file = "{typed}" }} }}')
        text = "sAMAccountName\n" + "".join(p.sam + "\n" for p in self.people[:10])
        sandbox, daemon, job = self.run_job("typed", text, profile=profile)
        wanted = {p.anchor for p in self.people[:10]}
        given = {u["passwordGiven"] for u in sandbox.state()["users"] if u.get("onPremisesImmutableId") in wanted}
        self.assertEqual(given, {"Winter-Rain-2026!"})
        shown, text = daemon.reveal(job)
        self.assertEqual(set(shown.values()), {"Winter-Rain-2026!"}, text)

    def test_people_it_must_not_touch_and_people_who_are_not_there(self):
        everybody = read_people(self.samba.env)
        text = "sAMAccountName\nAdministrator\nnobody-here\n"
        disabled = [p for p in everybody.values() if p.control & 2 and p.sam.startswith("person") or "isabled" in p.dn]
        text += "".join(p.sam + "\n" for p in disabled[:1])
        sandbox, daemon, job = self.run_job("nobody", text, expect="partial")
        rows = {row["given"]: row for row in daemon.results(job)}
        self.assertEqual(rows["nobody-here"]["code"], "UPL-1201")
        self.assertEqual(rows["Administrator"]["state"], "skipped")
        self.assertEqual([u for u in sandbox.state()["users"]], [])


if __name__ == "__main__":
    unittest.main()
