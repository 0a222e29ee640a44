"""A profile in full over a real Samba AD: licences, every usable kind of group, managers, mailbox settings; planned
first, exact in the tenant, and nothing written the second time."""
import base64
import json
import os
import re
import subprocess
import unittest

from people import read_people
from stage import DISABLED_PLAN, HERE, Daemon, Samba, Sandbox, default_profile, stage, tenant_definition

PEOPLE = int(os.environ.get("UPLIFT_PROFILE_PEOPLE", "200"))
GROUPS = ["All Staff", "sg-vpn@contoso.com", "Newsletter", "Door Keys"]
E3, E5 = "SPE_E3", "SPE_E5"


def line_of(name, value):
    plain = value.isascii() and not value.startswith((" ", ":", "<"))
    return f"{name}: {value}\n" if plain else f"{name}:: {base64.b64encode(value.encode()).decode()}\n"


@unittest.skipIf(os.geteuid() != 0 and not os.environ.get("CI"), "not run: provisioning Samba needs root")
class WholeProfile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("profile")
        cls.folder, add = cls.stage.__enter__()
        cls.add = staticmethod(add)
        cls.addClassCleanup(cls.stage.__exit__, None, None, None)
        cls.samba = cls.add(Samba(cls.folder / "samba"))
        subprocess.run([HERE / "servers/samba-people.sh", cls.folder / "samba", str(PEOPLE)], check=True,
                       capture_output=True)
        cls.give_managers()

    @classmethod
    def give_managers(cls):
        """A chain through everybody, so that most managers come later in the same job, with a pair of two who manage
        each other, one who manages themself, one whose manager is nobody's person, and some without."""
        everybody = read_people(cls.samba.env, base="OU=Uplift," + cls.samba.env["BASE_DN"])
        cls.people = sorted((p for p in everybody.values() if re.match(r"person\d+$", p.sam)), key=lambda p: p.sam)
        chain = {p.sam: cls.people[i + 1] for i, p in enumerate(cls.people[:-1])}
        chain[cls.people[1].sam] = cls.people[0]
        chain[cls.people[0].sam] = cls.people[1]
        chain[cls.people[2].sam] = cls.people[2]
        for person in cls.people[10:15]:
            del chain[person.sam]
        text = ""
        for person in cls.people:
            if person.sam in chain:
                text += line_of("dn", person.dn) + "changetype: modify\nreplace: manager\n"
                text += line_of("manager", chain[person.sam].dn) + "-\n\n"
        outsider = "CN=Administrator,CN=Users," + cls.samba.env["BASE_DN"]
        text += line_of("dn", cls.people[3].dn) + "changetype: modify\nreplace: manager\n"
        text += line_of("manager", outsider) + "-\n\n"
        ldif = cls.folder / "managers.ldif"
        ldif.write_text(text)
        subprocess.run(["ldbmodify", "-H", cls.samba.env["SAM_LDB"], f"--configfile={cls.samba.env['SMB_CONF']}", ldif],
                       check=True, capture_output=True)
        cls.managers = {sam: boss for sam, boss in chain.items()
                        if sam not in (cls.people[2].sam, cls.people[3].sam)}

    def test_planned_then_exact_then_nothing(self):
        definition = tenant_definition(throttle_scale=20)
        definition["apps"][0]["exchange_roles"] = ["Exchange.ManageAsApp"]
        definition["apps"][0]["roles"] = definition["apps"][0]["roles"] + ["Directory.Read.All"]
        definition["groups"] += [
            {"name": "Newsletter", "kind": "distribution", "mail": "newsletter@contoso.com"},
            {"name": "Door Keys", "kind": "mail_security", "mail": "doors@contoso.com"}]
        definition.update(mailbox_delay=[1, 6], mailbox_lag=1)
        sandbox = self.add(Sandbox(self.folder / "sandbox", definition))
        profile = default_profile(
            licenses=f'[ {{ sku = "{E3}", disabled_plans = ["{DISABLED_PLAN}"] }}, {{ sku = "EMS" }} ]',
            groups=json.dumps(GROUPS),
            extra="""
manager = true
aliases = ["{sAMAccountName}.alias@contoso.com", "{sAMAccountName|upper}.ALIAS@contoso.com"]
litigation_hold = { enabled = true, duration_days = 2555, comment = "seven years", url = "https://contoso.com/hold" }
archive = true
""")
        definition["skus"].append({"sku": "EMS", "seats": 100_000})
        sandbox.definition.write_text(json.dumps(definition))
        sandbox.stop()
        sandbox.start()
        daemon = self.add(Daemon(self.folder / "uplift", self.samba.env, sandbox, profile=profile,
                                 tenant='writes_per_second = 400\nunknown_quiet = "1s"',
                                 service='mailbox_poll = ["1s", "5s"]'))
        text = "sAMAccountName\n" + "".join(p.sam + "\n" for p in self.people)
        people_csv = self.folder / "people.csv"
        people_csv.write_text(text)

        before = self.without_counters(sandbox)
        plan = self.plan(daemon, people_csv)
        self.assertEqual({line["action"] for line in plan.values()}, {"create"})
        self.assertEqual(self.without_counters(sandbox), before)

        daemon.drop("people.csv", text)
        job = daemon.wait_accepted("people.csv")
        shown = daemon.wait_job(job, timeout=300)
        self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
        state = sandbox.state()
        self.assertEqual(self.differences(state)[:5], [])

        writes = self.writes(sandbox)
        again = self.plan(daemon, people_csv)
        self.assertEqual({line["action"] for line in again.values()}, {"continue"})
        daemon.drop("again.csv", text + "\n")
        job = daemon.wait_accepted("again.csv")
        shown = daemon.wait_job(job, timeout=300)
        self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
        self.assertEqual(self.writes(sandbox), writes)

    def plan(self, daemon, path):
        out = daemon.ctl("plan", path, "--json", check=False)
        lines = [json.loads(line) for line in out.stdout.splitlines()]
        return {line["row"]: line for line in lines if line["schema"].startswith("uplift.plan_line")}

    @staticmethod
    def without_counters(sandbox):
        state = sandbox.state()
        return {name: state[name] for name in ("users", "groups", "skus")}

    @staticmethod
    def writes(sandbox):
        summary = sandbox.summary()
        users = sandbox.state()["users"]
        return summary["write_cost"], summary["exchange_writes"], [user["writes"] for user in users]

    def differences(self, state):
        ids = {user["onPremisesImmutableId"]: user["id"] for user in state["users"]}
        names = {group["id"]: group["displayName"] for group in state["groups"]}
        wrong = []
        for person in self.people:
            found = [user for user in state["users"] if user["onPremisesImmutableId"] == person.anchor]
            if len(found) != 1:
                wrong.append((person.sam, "accounts", len(found)))
                continue
            user = found[0]
            boss = self.managers.get(person.sam)
            mailbox = user["mailbox"]
            alias = f"smtp:{person.sam}.alias@contoso.com"
            seen = {
                "manager": user["manager"],
                "licenses": sorted((one["sku"], len(one["disabled"])) for one in user["licenses"]),
                "groups": sorted(names.get(one if isinstance(one, str) else one["id"], "?") for one in user["memberOf"]),
                "aliases": [a.lower() for a in mailbox["addresses"]].count(alias.lower()),
                "hold": len(mailbox["writes"]["holds"]), "archive": len(mailbox["writes"]["archives"]),
                "creates": user["writes"]["create"]}
            wanted = {"manager": ids[boss.anchor] if boss else None, "licenses": sorted([("EMS", 0), (E3, 1)]),
                      "groups": sorted(["All Staff", "VPN", "Newsletter", "Door Keys"]), "aliases": 1, "hold": 1,
                      "archive": 1, "creates": 1}
            if seen != wanted:
                wrong.append((person.sam, {k: (seen[k], wanted[k]) for k in wanted if seen[k] != wanted[k]}))
        return wrong


if __name__ == "__main__":
    unittest.main()
