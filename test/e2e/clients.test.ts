import { expect, test } from "vitest";
import { withMaskedRows } from "../../client/sdk/masked-rows.ts";
import { performPermitted } from "../../client/sdk/perform-permitted.ts";
import { requireApproval } from "../../client/sdk/require-approval.ts";
import { verifyPermit } from "../../client/sdk/verify-permit.ts";
import { instancePaths } from "../../local/paths.ts";
import { cli, here, start } from "./latchkey.ts";
import { local } from "./world.ts";

const of = (as: string) => ({ as, localFile: instancePaths().localJson });
const TYPE = "send-mass-mail";
const mail = { template: "outage-apology", subject: "Sorry", segment: "eu-customers", recipients: 3 };

test("an assistant has a mail approved, and the gateway verifies, redeems and sends it once", async () => {
  const sent: number[] = [];
  const send = ({ recipients }: typeof mail) => sent.push(recipients);
  const gateway = of("mail-gateway");
  const { id, permit } = await requireApproval(
    { type: TYPE, purpose: "answer three customers" },
    mail,
    async (permitted) => {
      const handed = { type: TYPE, permit: permitted.permit, parameters: permitted.parameters };
      const issuer = local().approvalUrl;
      const verified = await verifyPermit(handed.permit, { ...handed, audience: "mail-gateway", issuer });
      expect(verified).toMatchObject({ id: permitted.id, agent: "support-assistant" });
      await performPermitted(handed, send, { ...gateway, detail: (count) => `${count} mails` });
      return permitted;
    },
    of("support-assistant"),
  );
  const again = performPermitted({ type: TYPE, permit, parameters: mail }, send, gateway);
  await expect(again).rejects.toMatchObject({ code: "permit_used" });
  expect(sent).toEqual([3]);
  const status = await start(process.execPath, [cli, "status", id, ...here("support-assistant")]).ended;
  expect(status.out).toMatch(/^outcome +done \(1 mails\), by mail-gateway/m);
});

test("the command line hands a permit over, redeems it with what it is for, and says no to anything else", async () => {
  const latchkey = (words: string[], env = {}) => start(process.execPath, [cli, ...words], env).ended;
  const said = Object.entries(mail).flatMap(([name, value]) => [
    "--parameters",
    typeof value === "number" ? `${name}:=${value}` : `${name}=${value}`,
  ]);
  const ask = ["action", TYPE, ...said, "--purpose", "answer three", ...here("support-assistant")];
  const asked = await latchkey([...ask, "--permit"]);
  expect([asked.code, asked.err]).toEqual([0, expect.stringContaining(TYPE)]);
  const redeem = (...more: string[]) =>
    latchkey(["action", "redeem", TYPE, ...said, ...here("mail-gateway"), ...more], {
      LATCHKEY_PERMIT: asked.out.trim(),
    });
  expect((await redeem("--parameters", "recipients:=4")).code).toBe(71);
  const sent = await redeem("--", "/bin/sh", "-c", 'echo "$LATCHKEY_PARAMETERS"');
  expect([sent.code, JSON.parse(sent.out)]).toEqual([0, mail]);
  expect((await redeem()).code).toBe(73);
  const wrong = await latchkey([...ask, "--parameters", "recipients=many"]);
  expect([wrong.code, wrong.err]).toEqual([64, expect.stringContaining("recipients")]);
});

test("the analytics copilot reads masked claims by the SDK and by the command line", async () => {
  const rows = await withMaskedRows(
    { resource: "claims", access: "read", scope: { prefix: "2026/" }, window: "5m", purpose: "sdk masked" },
    async (each) => {
      const seen: unknown[] = [];
      for await (const row of each) seen.push(row);
      return seen;
    },
    { ...of("analytics-copilot"), query: { columns: ["claim_type", "email"], limit: 5 } },
  );
  expect(rows).toHaveLength(5);
  for (const row of rows)
    expect(row).toEqual({ claim_type: expect.any(String), email: expect.stringMatching(/^email_/) });
  const columns = ["--columns", "claim_type,amount", "--where", "amount>=0", "--limit", "2"];
  const read = [
    "read",
    "claims",
    "--prefix",
    "2026/",
    "--purpose",
    "cli masked",
    "--format",
    "csv",
    ...columns,
  ];
  const { code, out } = await start(process.execPath, [cli, ...read, ...here("analytics-copilot")]).ended;
  expect(code).toBe(0);
  expect(out).toMatch(/^claim_type,amount\r\n([\w -]+,[\d.]+\r\n){2}$/);
});
