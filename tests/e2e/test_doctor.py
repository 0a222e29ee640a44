"""doctor over slapd and the sandbox: all well, then one thing wrong at a time, each named with its cure; the same
with and without a running daemon; nothing is ever written."""
import base64
import copy
import json
import os
import socket
import subprocess
import threading
import time
import unittest

from stage import (BIN, CLIENT_ID, HERE, ROLES, Daemon, Sandbox, Slapd, default_profile, read_env, stage,
                   tenant_definition)

KEYS = {"schema", "profile", "part", "name", "check", "state", "message", "code", "cure"}


class Silent:
    """A host that takes connections and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.taken = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            try:
                self.taken.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self):
        self.socket.close()
        for one in self.taken:
            one.close()


class SlapdWith(Slapd):
    def __init__(self, folder, more):
        super().__init__(folder, 20)
        self.more = more

    def start(self):
        out = subprocess.run([HERE / "servers/slapd-up.sh", self.folder, str(self.port), str(self.people), self.more],
                             check=True, capture_output=True, text=True).stdout
        self.env = read_env(out)
        return self


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = stage("doctor")
        cls.folder, cls.add = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.slapd = cls.add(Slapd(cls.folder / "ldap", 60))
        cls.definition = tenant_definition(throttle_scale=20)
        cls.definition["domains"].append({"name": "fed.contoso.com", "federated": True})
        cls.definition["skus"].append({"sku": "STANDARDPACK", "seats": 3, "consumed": 3})
        cls.definition["groups"] += [
            {"name": "All of Sales", "kind": "dynamic", "rule": 'user.department -eq "Sales"'},
            {"name": "Newsletter", "kind": "distribution", "mail": "news@contoso.com"},
            {"name": "From AD", "kind": "synced"}]
        cls.count = 0

    def house(self, change=lambda definition: None, config=lambda text: text, secrets=None, **options):
        """A sandbox and a daemon's configuration, each with its change; the daemon is not started."""
        type(self).count += 1
        folder = self.folder / f"house{self.count}"
        definition = copy.deepcopy(self.definition)
        change(definition)
        sandbox = Sandbox(folder / "sandbox", definition)
        sandbox.start()
        self.addCleanup(sandbox.stop)
        daemon = Daemon(folder / "uplift", self.slapd.env, sandbox, **options)
        text = daemon.config.read_text()
        # The service account itself has no objectGUID in this directory.
        text = text.replace("\n[tenant.contoso]", 'exclude = "(cn=svc-uplift)"\n\n[tenant.contoso]')
        daemon.config.write_text(config(text))
        for name, content in (secrets or {}).items():
            daemon.secret(name, content)
        return sandbox, daemon

    def offline(self, daemon, *arguments, **options):
        return subprocess.run([BIN / "upliftd", "--config", daemon.config, "--doctor", *arguments],
                              capture_output=True, text=True, timeout=120, **options)

    def checks(self, done, code):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")
        checks = [json.loads(line) for line in done.stdout.splitlines()]
        for check in checks:
            self.assertEqual(set(check), KEYS)
            self.assertEqual(check["schema"], "uplift.check/1")
            self.assertEqual(bool(check["cure"]), check["state"] != "success", check)
        self.assertEqual(any(check["state"] == "failure" for check in checks), code == 1)
        return checks

    def both(self, daemon, code):
        """What the two forms say: the same, but for the state directory that upliftd makes at its start."""
        alone = self.checks(self.offline(daemon, "--json"), code)
        daemon.start()
        self.addCleanup(daemon.stop)
        asked = self.checks(daemon.ctl("doctor", "--json", check=False), code)
        daemon.stop()

        def without_state(checks):
            return [check for check in checks if check["check"] != "state directory"]
        self.assertEqual(without_state(alone), without_state(asked))
        return asked

    def nothing_was_written(self, sandbox):
        time.sleep(0.4)  # on disk within 200 ms
        asked = [json.loads(line) for line in (sandbox.folder / "requests.jsonl").read_text().splitlines()]
        self.assertGreater(len(asked), 0)
        wrong = [one for one in asked if one["method"] != "GET" and not one["target"].endswith("/oauth2/v2.0/token")]
        self.assertEqual(wrong, [])
        self.assertEqual(sum(one["writes"] or 0 for one in asked), 0)

    def test_all_is_well(self):
        sandbox, daemon = self.house()

        checks = self.both(daemon, 0)

        self.assertEqual([one for one in checks if one["state"] != "success"], [])
        said = {(one["part"], one["check"].split()[0]) for one in checks}
        for wanted in (("service", "sealing"), ("service", "state"), ("profile", "passwords"), ("directory", "domain"),
                       ("directory", "sign-in"), ("directory", "base_dn"), ("directory", "people"),
                       ("directory", "objectGUID"), ("directory", "userAccountControl"), ("tenant", "sign-in"),
                       ("tenant", "permission"), ("tenant", "domain"), ("tenant", "licence"), ("tenant", "group")):
            self.assertIn(wanted, said)
        self.nothing_was_written(sandbox)
        self.assertEqual(sandbox.state()["users"], [])

    def test_for_people_it_is_nested_with_the_totals_last(self):
        _, daemon = self.house(profile=default_profile() + default_profile("guests", groups="[]"))
        daemon.start()
        self.addCleanup(daemon.stop)

        done = daemon.ctl("doctor", env={**os.environ, "COLUMNS": "80"})

        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()), done.stdout)
        self.assertIn("\nprofile guests\n", done.stdout)
        self.assertIn("\n  directory corp\n    success  domain controller", done.stdout)
        self.assertIn('as under profile "guests"', done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ checks: \d+ success$")
        one = daemon.ctl("doctor", "guests").stdout
        self.assertNotIn("profile staff", one)
        self.assertEqual(self.offline(daemon, "guests").stdout.replace("\n", " ").split(), one.split())
        for unknown in (daemon.ctl("doctor", "gusts", check=False), self.offline(daemon, "gusts")):
            self.assertEqual(unknown.returncode, 1)
            self.assertRegex(unknown.stderr.replace("\n", " "), r"UPL-1121 .*guests")

    def one_wrong(self, check, state, code, cure, also=(), **house):
        """The one check has that state, and all others but those in `also` are well."""
        sandbox, daemon = self.house(**house)
        checks = self.both(daemon, 1 if state == "failure" else 0)
        wrong = {one["check"]: one for one in checks if one["state"] != "success"}
        names = [name for name in wrong if name.startswith(check)]
        self.assertEqual(len(names), 1, wrong)
        said = wrong[names[0]]
        self.assertEqual((said["state"], said["code"]), (state, code), said)
        self.assertRegex(said["cure"], cure)
        others = [name for name in wrong if name != names[0] and not any(name.startswith(one) for one in also)]
        self.assertEqual(others, [], wrong)
        self.nothing_was_written(sandbox)
        return checks

    def with_roles(self, roles):
        return {"change": lambda definition: definition["apps"][0].update(roles=roles)}

    def test_one_thing_of_the_directory_is_wrong(self):
        base = self.slapd.env["BASE_DN"]
        dead = self.slapd.env["LDAPS_URI"].rsplit(":", 1)[0] + ":1"
        live = self.slapd.env["LDAPS_URI"]
        cases = {
            "password": dict(check="sign-in", state="failure", code="UPL-1211", cure="password",
                             secrets={"ad-password": b"wrong"}),
            "base": dict(check="base_dn", state="failure", code="UPL-1212", cure="Correct base_dn",
                         config=lambda text: text.replace(f'base_dn = "{base}"', f'base_dn = "OU=nowhere,{base}"')),
            "authority": dict(check="domain controller", state="failure", code="UPL-1210", cure="ca_file",
                              config=lambda text: text.replace(self.slapd.env["CA_FILE"],
                                                               "/etc/ssl/certs/ca-certificates.crt")),
            "one of two is away": dict(check="domain controller", state="warning", code="UPL-1209", cure="uris",
                                       uris=[dead, live]),
        }
        for name, case in cases.items():
            with self.subTest(name):
                checks = self.one_wrong(**case)
                # The tenant is looked at all the same.
                self.assertTrue(any(one["check"].startswith("group") for one in checks))

    def test_another_anchor_that_is_filled_is_warned_of(self):
        base = self.slapd.env["BASE_DN"]
        more = self.folder / "anchors.ldif"
        more.write_text("\n".join(self.person(f"anchor{own}{other}", own, other, base) for own, other in
                                  ((1, 1), (2, 3), (4, 5))))
        slapd = type(self).add(SlapdWith(self.folder / "anchors", more))
        self.slapd = slapd  # of this test alone
        anchor = 'anchor = "mS-DS-ConsistencyGuid"\n'

        with self.subTest("objectGUID"):
            checks = self.one_wrong("anchor", "warning", "", "mS-DS-ConsistencyGuid")
            self.assertIn("2 people", [one["message"] for one in checks if one["check"] == "anchor"][0])
        with self.subTest("mS-DS-ConsistencyGuid"):
            _, daemon = self.house(config=lambda text: text.replace("[directory.corp]\n", "[directory.corp]\n" + anchor))
            checks = self.both(daemon, 0)
            self.assertNotIn("anchor", [one["check"] for one in checks])

    @staticmethod
    def person(name, own, other, base):
        def octets(number):
            return base64.b64encode(bytes([number]) * 16).decode()
        dn = f"CN={name},{base}"
        return "\n".join([f"dn: {dn}", f"cn: {name}", f"distinguishedName: {dn}", "objectCategory: person",
                          "objectClass: user", f"sAMAccountName: {name}", f"sn: {name}", "userAccountControl: 512",
                          f"objectGUID:: {octets(own)}", f"mS-DS-ConsistencyGuid:: {octets(other)}", ""])

    def test_a_refused_account_is_tried_once_however_many_domain_controllers(self):
        live = self.slapd.env["LDAPS_URI"]
        checks = self.one_wrong("sign-in", "failure", "UPL-1211", "password", also=["domain controller"],
                                secrets={"ad-password": b"wrong"}, uris=[live, live.replace("ldaps://", "LDAPS://")])

        skipped = [one for one in checks if one["message"].startswith("not asked")]
        self.assertEqual(len(skipped), 1)

    def test_one_thing_of_the_tenant_is_wrong(self):
        cases = {
            "secret": dict(check="sign-in", state="failure", code="UPL-1903", cure="secret",
                           secrets={"graph-secret": b"wrong-secret"}),
            "missing": dict(check="permission Domain.Read.All", state="failure", code="UPL-1904",
                            cure="Grant it Domain.Read.All", also=["domains"],
                            **self.with_roles([role for role in ROLES if role != "Domain.Read.All"])),
            "forbidden": dict(check="permission Directory.ReadWrite.All", state="failure", code="UPL-1904",
                              cure="tolerate_permissions", **self.with_roles(ROLES + ["Directory.ReadWrite.All"])),
            "tolerated": dict(check="permission Directory.ReadWrite.All", state="warning", code="UPL-1904",
                              cure="Take it away", **self.with_roles(ROLES + ["Directory.ReadWrite.All"]),
                              tenant='tolerate_permissions = ["Directory.ReadWrite.All"]'),
            "in excess": dict(check="permission Mail.Send", state="warning", code="UPL-1904", cure="Take it away",
                              **self.with_roles(ROLES + ["Mail.Send"])),
        }
        for name, case in cases.items():
            with self.subTest(name):
                self.one_wrong(**case)

    def test_one_thing_that_the_profile_names_is_wrong(self):
        def of_domain(domain):
            return dict(profile=default_profile().replace('domain = "contoso.com"', f'domain = "{domain}"'))

        def of_licence(licence):
            return dict(profile=default_profile(licenses=f"[ {licence} ]"))

        def of_group(group):
            return dict(profile=default_profile(groups=f'[ "All Staff", "{group}" ]'))
        cases = {
            "unverified": dict(check="domain fabrikam.com", state="failure", code="UPL-1307", cure="Verify it",
                               **of_domain("fabrikam.com")),
            "federated": dict(check="domain fed.contoso.com", state="failure", code="UPL-1317", cure="managed",
                              **of_domain("fed.contoso.com")),
            "licence": dict(check="licence SPE_E33", state="failure", code="UPL-1401", cure='Did you mean "SPE_E',
                            **of_licence('{ sku = "SPE_E33" }')),
            "plan": dict(check="service plan YAMER_ENTERPRISE", state="failure", code="UPL-1402",
                         cure='Did you mean "YAMMER_ENTERPRISE"',
                         **of_licence('{ sku = "SPE_E3", disabled_plans = ["YAMER_ENTERPRISE"] }')),
            "no seats": dict(check="licence STANDARDPACK", state="warning", code="UPL-1403", cure="Buy or free",
                             **of_licence('{ sku = "STANDARDPACK" }')),
            "no group": dict(check="group Nobody", state="failure", code="UPL-1501", cure="Correct", **of_group("Nobody")),
            "dynamic": dict(check="group All of Sales", state="failure", code="UPL-1503", cure="Remove it",
                            **of_group("All of Sales")),
            # Only Exchange adds members to a list, and this app may not ask it.
            "list": dict(check="Exchange Online", state="failure", code="UPL-1904", cure="Exchange.ManageAsApp",
                         **of_group("Newsletter")),
            "synced": dict(check="group From AD", state="failure", code="UPL-1504", cure="in AD", **of_group("From AD")),
        }
        for name, case in cases.items():
            with self.subTest(name):
                self.one_wrong(**case)

    def test_a_changed_permission_counts_at_once_in_a_running_daemon(self):
        sandbox, daemon = self.house()
        daemon.start()
        self.addCleanup(daemon.stop)
        self.assertEqual(daemon.ctl("doctor").returncode, 0)
        sandbox.ask("/sandbox/roles", {"client_id": CLIENT_ID, "roles": ROLES + ["Directory.ReadWrite.All"]})

        self.assertEqual(daemon.ctl("doctor", check=False).returncode, 1)

        sandbox.ask("/sandbox/roles", {"client_id": CLIENT_ID, "roles": ROLES})
        self.assertEqual(daemon.ctl("doctor").returncode, 0)

    def test_who_is_silent_has_a_deadline_and_the_rest_goes_on(self):
        silent = Silent()
        self.addCleanup(silent.close)
        _, deaf_directory = self.house(uris=[f"ldaps://127.0.0.1:{silent.port}"])
        sandbox, deaf_tenant = self.house()
        text = deaf_tenant.config.read_text()
        deaf_tenant.config.write_text(text.replace(sandbox.base, f"https://127.0.0.1:{silent.port}"))
        results = {}

        def look(name, daemon):
            begun = time.monotonic()
            done = self.offline(daemon, "--json")
            results[name] = (self.checks(done, 1), time.monotonic() - begun)
        threads = [threading.Thread(target=look, args=one)
                   for one in (("directory", deaf_directory), ("tenant", deaf_tenant))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        checks, took = results["directory"]
        self.assertLess(took, 40)
        self.assertEqual([one["code"] for one in checks if one["state"] == "failure"], ["UPL-1209"])
        self.assertIn("success", [one["state"] for one in checks if one["check"].startswith("group")])
        checks, took = results["tenant"]
        self.assertLess(took, 40)
        self.assertEqual([(one["part"], one["code"]) for one in checks if one["state"] == "failure"],
                         [("tenant", "UPL-1901")])
        self.assertIn("success", [one["state"] for one in checks if one["check"] == "people"])


if __name__ == "__main__":
    unittest.main()
