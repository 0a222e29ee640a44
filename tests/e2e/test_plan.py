"""`plan` against what then happens: 200 people of slapd, with every conflict, on the sandbox.

Planning sends no write; the job then does what the plan said; the second plan has nothing left to write.
"""
import json
import os
import unittest

from people import ordinary, read_people
from stage import ROLES, SKU_E3, Daemon, Sandbox, Slapd, default_profile, stage, tenant_definition

PEOPLE = 200
OTHER_ANCHOR = "b3RoZXItcGVyc29uLTAwMQ=="


def user(upn, name, **more):
    return {"userPrincipalName": upn, "displayName": name, "mailNickname": upn.split("@")[0], "usageLocation": "DE",
            **more}


class Plan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("plan")
        cls.folder, add = cls.stage.__enter__()
        cls.slapd = add(Slapd(cls.folder / "ldap", PEOPLE))
        everybody = read_people(cls.slapd.env, also=("msExchMailboxGuid",))
        takes = list(ordinary(everybody).values())
        (cls.by_user, cls.by_group, cls.by_contact, cls.deleted, cls.deleted_other, cls.bare, cls.admin,
         cls.there) = takes[:8]
        cls.everybody = list(everybody.values())
        extra = {
            "users": [
                user(cls.by_user.planned_upn, "Somebody Else", onPremisesImmutableId=OTHER_ANCHOR),
                user(cls.bare.planned_upn, "Made By Hand"),
                user(cls.admin.planned_upn, "Admin By Hand", directory_roles=["Global Administrator"]),
                user(cls.there.planned_upn, "There Before", onPremisesImmutableId=cls.there.anchor),
            ],
            "deleted_users": [
                user(cls.deleted.planned_upn, "Was There", onPremisesImmutableId=cls.deleted.anchor),
                user(cls.deleted_other.planned_upn, "Another Who Left", onPremisesImmutableId="bGVmdC1sb25nLWFnby0wMQ=="),
            ],
            "contacts": [{"name": "Vera Vendor", "mail": cls.by_contact.planned_upn}],
        }
        definition = tenant_definition(throttle_scale=20, extra=extra)
        definition["apps"][0]["roles"] = ROLES + ["OrgContact.Read.All"]  # else contacts are met by the create only
        definition["groups"].append(
            {"name": "Held Name", "kind": "microsoft365", "mail": cls.by_group.planned_upn})
        cls.sandbox = add(Sandbox(cls.folder / "sandbox", definition))
        cls.daemon = add(Daemon(cls.folder / "uplift", cls.slapd.env, cls.sandbox,
                                profile=default_profile() + default_profile(name="adopting", extra='existing = "adopt"') +
                                default_profile(name="mailless", licenses="[]", extra='aliases = ["{givenName|ascii|lower}.x@contoso.com"]') +
                                default_profile(name="unverified").replace('"contoso.com"\n', '"fabrikam.com"\n', 1),
                                tenant='writes_per_second = 400\nunknown_quiet = "2s"'))
        cls.file = cls.folder / "people.csv"
        cls.file.write_text("sAMAccountName\n" + "".join(p.sam + "\n" for p in cls.everybody))

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__(None, None, None)

    def plan(self, *arguments, expect=(0, 1, 3)):
        done = self.daemon.ctl("plan", *arguments, "--json", check=False)
        self.assertIn(done.returncode, expect, done.stdout[-2000:] + done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(lines[-1]["schema"], "uplift.plan_totals/1")
        return {line["given"]: line for line in lines[:-1]}, lines[-1], done.returncode

    def truth(self):
        state = self.sandbox.state()
        for volatile in ("summary", "time", "now"):
            state.pop(volatile, None)
        return state

    def test_1_each_conflict_is_named_with_its_holder(self):
        lines, _, code = self.plan(self.file, expect=(1,))
        table = [
            (self.by_user, "refuse", "UPL-1308", "user"),
            (self.by_group, "refuse", "UPL-1310", "group"),
            (self.by_contact, "refuse", "UPL-1310", "contact"),
            (self.deleted, "refuse", "UPL-1323", "deleted_user"),
            (self.deleted_other, "create", "", None),
            (self.bare, "refuse", "UPL-1325", "user"),
            (self.admin, "refuse", "UPL-1325", "user"),
            (self.there, "continue", "", None),
        ]
        for person, action, fault, kind in table:
            line = lines[person.sam]
            said = (line["action"], line["code"], line["holder"] and line["holder"]["kind"])
            self.assertEqual(said, (action, fault, kind), line)
            if kind:
                self.assertTrue(line["holder"]["id"] and line["cure"], line)
        self.assertEqual(code, 1)

    def test_2_adopting_leaves_administrators_and_other_anchors(self):
        named = [argument for p in (self.by_user, self.bare, self.admin) for argument in ("--user", p.sam)]
        lines, _, _ = self.plan("--profile", "adopting", *named)
        said = [(line["action"], line["code"]) for line in lines.values()]
        self.assertEqual(said, [("refuse", "UPL-1308"), ("adopt", ""), ("refuse", "UPL-1324")])

    def test_3_what_the_tenant_cannot_give_is_refused_before_the_first_write(self):
        person = self.everybody[20].sam
        for profile, fault in (("unverified", "UPL-1307"), ("mailless", "UPL-1413")):
            lines, totals, code = self.plan("--profile", profile, "--user", person)
            self.assertEqual((lines[person]["code"], totals["refused"], code), (fault, 1, 1), lines)

    def test_4_the_bodies_have_no_password(self):
        person = self.deleted_other
        lines, _, _ = self.plan("--user", person.sam, "--bodies")
        body = json.loads(lines[person.sam]["body"])
        self.assertEqual((body["userPrincipalName"], body["onPremisesImmutableId"], body["passwordProfile"]["password"]),
                         (person.planned_upn, person.anchor, ""))

    def test_5_planning_writes_nothing_and_then_it_happens_so(self):
        before = self.truth()
        kept = self.folder / "people.plan"
        lines, totals, _ = self.plan(self.file, "--out", kept)
        self.assertEqual(self.truth(), before)
        self.assertEqual(self.daemon.lines("jobs"), [])
        self.assertEqual(len(lines), len(self.everybody))
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)
        plan = json.loads(kept.read_text())
        self.assertEqual(list(plan)[:3], ["schema", "changes", "refused"])
        self.assertEqual((plan["changes"], plan["refused"]), (totals["changes"], totals["refused"]))
        self.assertEqual(self.daemon.ctl("plan", "show", kept, check=False).returncode, 1)
        wanted = sum(SKU_E3 in line["licenses"] for line in lines.values())
        self.assertEqual([(one["sku"], one["needed"]) for one in totals["seats"]], [(SKU_E3, wanted)])

        self.daemon.drop("people.csv", self.file.read_text())
        job = self.daemon.wait_accepted("people.csv")
        self.daemon.wait_job(job)
        states = {"create": "done", "continue": "done", "skip": "skipped", "refuse": "failed"}
        differing = [(row["given"], row["state"], row["code"], lines[row["given"]]["action"], lines[row["given"]]["code"])
                     for row in self.daemon.results(job)
                     if (row["state"], row["code"]) != (states[lines[row["given"]]["action"]], lines[row["given"]]["code"])]
        self.assertEqual(differing, [])
        made = {u["onPremisesImmutableId"] for u in self.sandbox.state()["users"] if u["presence"] == "active"
                and u.get("createdBy") != "definition" and u.get("onPremisesImmutableId")}
        planned = {p.anchor for p in self.everybody if lines[p.sam]["action"] in ("create", "continue")}
        self.assertEqual(made - {OTHER_ANCHOR}, planned)
        print(f"planned and so done: {totals['actions']}, {totals['changes']} writes")

    def test_6_the_second_plan_has_nothing_left(self):
        lines, totals, _ = self.plan(self.file)
        self.assertEqual(totals["changes"], 0, [line for line in lines.values() if line["changes"]][:3])
        self.assertNotIn("create", totals["actions"])
        taken = [p.sam for p in self.everybody if lines[p.sam]["action"] == "continue"]
        self.assertGreater(len(taken), 150)
        named = [argument for sam in taken[:5] for argument in ("--user", sam)]
        self.assertEqual(self.plan(*named, "--detailed-exitcode")[2], 0)

    def test_7_adoption_writes_the_anchor_and_never_the_password(self):
        lines, totals, code = self.plan("--profile", "adopting", "--user", self.bare.sam, "--detailed-exitcode")
        self.assertEqual((lines[self.bare.sam]["action"], code), ("adopt", 3), lines)
        accepted = self.daemon.lines("submit", "--profile", "adopting", "--user", self.bare.sam)[0]
        shown = self.daemon.wait_job(accepted["id"])
        self.assertEqual((shown["state"], shown["passwords_waiting"]), ("done", 0),
                         self.daemon.ctl("job", "show", accepted["id"], check=False).stdout)
        account = [u for u in self.sandbox.state()["users"] if u["userPrincipalName"] == self.bare.planned_upn][0]
        self.assertEqual(account["onPremisesImmutableId"], self.bare.anchor)
        self.assertFalse(account.get("passwordGiven"))
        self.assertEqual((len(account["licenses"]), len(account["memberOf"])), (1, 2))
        self.assertGreater(totals["changes"], 3)


if __name__ == "__main__":
    unittest.main()
