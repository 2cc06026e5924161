import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDeployment } from "../../infra/policy/deployment.ts";
import { applyEdit, type Case, inCopy, problemsOf, realPolicy, sayOf } from "../core/policy/files/edited.ts";

const file = "deployment.yaml";
const ACCOUNTS = 'accounts: ["{account}"]';
const load = (dir: string) => loadDeployment(join(dir, file));

const becomes = (find: string, by: string) => ({
  file,
  find,
  by: by.includes("<here>") ? by : `<here>${by}`,
});
const SENDER = "sender: must be an e-mail address or a domain";
const HOST = 'approvalDomain: must be "none" or a host name';
const ACCOUNT = 'callers.accounts[0]: must be 12 digits or "{account}"';
const EITHER = "callers: must have either accounts or organization";
const EXTERNAL = "externalId: must be 2 to 64 letters, digits or any of + = , . @ : / -";

const cases: Case[] = [
  {
    rule: "a sender that is no address",
    ...becomes("sender: latchkey@", "sender: latchkey at "),
    says: SENDER,
  },
  {
    rule: "an approval domain that is a URL",
    ...becomes("approvalDomain: none", "approvalDomain: https://approve.example"),
    says: HOST,
  },
  {
    rule: "an approval domain of one label",
    ...becomes("approvalDomain: none", "approvalDomain: intranet"),
    says: HOST,
  },
  { rule: "an account of 11 digits", ...becomes(ACCOUNTS, 'accounts: ["12345678901"]'), says: ACCOUNT },
  { rule: "every account", ...becomes(ACCOUNTS, 'accounts: ["*"]'), says: ACCOUNT },
  {
    rule: "an account without quotes, which YAML reads as a number",
    ...becomes(ACCOUNTS, "accounts: [111122223333]"),
    says: "callers.accounts[0]: must be text: quote it",
  },
  {
    rule: "no account at all",
    ...becomes(ACCOUNTS, "accounts: []"),
    says: "callers.accounts: must name at least one account",
  },
  {
    rule: "an account twice",
    ...becomes(ACCOUNTS, 'accounts: ["{account}", "{account}"]'),
    says: "callers.accounts: must not name an account twice",
  },
  {
    rule: "accounts and an organisation",
    ...becomes(`callers:\n  ${ACCOUNTS}`, `<here>callers:\n  organization: o-a1b2c3d4e5\n  ${ACCOUNTS}`),
    says: EITHER,
  },
  {
    rule: "neither accounts nor an organisation",
    ...becomes(`callers:\n  ${ACCOUNTS}`, "callers: {}"),
    says: EITHER,
  },
  {
    rule: "an organisation's id that is none",
    ...becomes(ACCOUNTS, "organization: northwind"),
    says: "callers.organization: must be an organisation's id: o- and 10 to 32 characters",
  },
  { rule: "an external id of one character", ...becomes("latchkey-northwind", "x"), says: EXTERNAL },
  {
    rule: "an external id that is too long",
    ...becomes("latchkey-northwind", "x".repeat(65)),
    says: EXTERNAL,
  },
  { rule: "an external id with a space", ...becomes("latchkey-northwind", "latch key"), says: EXTERNAL },
  {
    rule: "an unknown lock",
    ...becomes("mode: GOVERNANCE", "mode: governance"),
    says: "auditLock.mode: must be GOVERNANCE or COMPLIANCE",
  },
  { rule: "no day", ...becomes("days: 30", "days: 0"), says: "auditLock.days: must be at least 1" },
  {
    rule: "too many days",
    ...becomes("days: 30", "days: 3651"),
    says: "auditLock.days: must be at most 3650",
  },
  {
    rule: "part of a day",
    ...becomes("days: 30", "days: 1.5"),
    says: "auditLock.days: must be a whole number of days",
  },
  {
    rule: "gathering for no time",
    ...becomes("exportSeconds: 60", "exportSeconds: 0"),
    says: "record.exportSeconds: must be at least 1",
  },
  {
    rule: "gathering more than a stream gives at once",
    ...becomes("exportEvents: 5000", "exportEvents: 10001"),
    says: "record.exportEvents: must be at most 10000",
  },
  {
    rule: "a key that is not counted",
    ...becomes("digestKey: 1", "digestKey: 0"),
    says: "record.digestKey: must be at least 1",
  },
  {
    rule: "a witness that is no bucket",
    ...becomes("witnessBucket: none", "witnessBucket: s3://elsewhere"),
    says: 'record.witnessBucket: must be "none" or the name of a bucket',
  },
  {
    rule: "a witness that is no address",
    ...becomes("witnessAddress: none", "witnessAddress: auditor"),
    says: 'record.witnessAddress: must be "none" or an e-mail address',
  },
  {
    rule: "a trail that is neither on nor off",
    ...becomes("usageTrail: true", 'usageTrail: "yes"'),
    says: "record.usageTrail: must be true or false",
  },
  {
    rule: "an alarm address that is none",
    ...becomes("alarmAddress: none", "alarmAddress: ops"),
    says: 'alarmAddress: must be "none" or an e-mail address',
  },
  {
    rule: "an unknown field",
    ...becomes("mode: GOVERNANCE", "<here>modus: x\n  mode: GOVERNANCE"),
    says: "auditLock.modus: is not a known field",
  },
];

describe("a broken deployment file fails with file, line and reason", () => {
  it.each(cases)("$rule", (broken) => {
    const { said, expected } = sayOf(broken, load);
    expect(said).toEqual(expected);
  });

  it("no sender, at the head of the file", () => {
    const edit = { file, find: "sender: latchkey@northwind.example\n", by: "" };
    const { said } = sayOf({ ...edit, rule: "", says: [] }, load);
    expect(said).toEqual([expect.stringMatching(/^policy\/deployment\.yaml:\d+: sender: is required$/)]);
  });

  it("a file that is not there", () => {
    expect(problemsOf(() => loadDeployment(join(realPolicy, "nowhere.yaml")))).toEqual([
      "policy/nowhere.yaml:1: cannot be read: it does not exist",
    ]);
  });
});

describe("a deployment file that is right", () => {
  const edited = (find: string, by: string) =>
    inCopy((dir) => {
      applyEdit(dir, { file, find, by });
      return load(dir);
    });

  it("is the one that is shipped", () => {
    expect(load(realPolicy)).toEqual({
      sender: "latchkey@northwind.example",
      approvalDomain: "none",
      callers: { accounts: ["{account}"] },
      externalId: "latchkey-northwind",
      auditLock: { mode: "GOVERNANCE", days: 30 },
      record: {
        exportSeconds: 60,
        exportEvents: 5_000,
        digestKey: 1,
        witnessBucket: "none",
        witnessAddress: "none",
        usageTrail: true,
      },
      permitKey: 1,
      alarmAddress: "none",
    });
  });

  it("may name a domain to send from, an approval host, an alarm address and several accounts", () => {
    expect(edited("latchkey@northwind.example", "northwind.example").sender).toBe("northwind.example");
    expect(edited("approvalDomain: none", "approvalDomain: ok.northwind.example").approvalDomain).toBe(
      "ok.northwind.example",
    );
    expect(edited("alarmAddress: none", "alarmAddress: ops@northwind.example").alarmAddress).toBe(
      "ops@northwind.example",
    );
    expect(edited(ACCOUNTS, 'accounts: ["111122223333", "{account}"]').callers).toEqual({
      accounts: ["111122223333", "{account}"],
    });
  });

  it("may let an organisation call instead of accounts", () => {
    expect(edited(ACCOUNTS, "organization: o-a1b2c3d4e5").callers).toEqual({ organization: "o-a1b2c3d4e5" });
  });
});
