// npm run demo: grants from the ask to the end, in every way that they end, on the local AWS; the exit code tells whether all went as it must.
import { relative } from "node:path";
import { bold, dim, green } from "../client/progress.ts";
import { companyOptions } from "./company.ts";
import { act } from "./demo/actor.ts";
import type { LocalJson } from "./local-json.ts";
import { instancePaths } from "./paths.ts";
import { elapsed, runTool } from "./progress.ts";
import { startLocal } from "./start.ts";

const PRIYA = "priya.raman@northwind.example";
const YARA = "yara.nassar@northwind.example";
const TOMAS = "tomas.herrera@northwind.example";

const scene = (title: string, about: string) => console.log(`\n${bold(title)}\n${dim(about)}\n`);

function whereToLook({ apiUrl, mailboxUrl, endpoint }: LocalJson): string {
  const file = relative(process.cwd(), instancePaths().localJson);
  return `${bold("Look further")} ${dim("(everything is still up; npm run local:down stops it)")}
  npm run local                                 addresses, and four things to try by hand
  ${file.padEnd(45)} where everything is, with every identity's keys
  ${mailboxUrl}
  ${apiUrl}
  AWS CLI or SDKs with --endpoint-url ${endpoint}`;
}

async function scenes(): Promise<void> {
  const since = new Date().toISOString();
  scene(
    "Scene 1: routine work passes, and ends on the second",
    "The fine-tuning pipeline asks for 60 seconds of training data. No person is needed; nothing else is possible.",
  );
  const pipeline = act("finetune-pipeline", "finetune-pipeline.ts");
  const routine = await pipeline.grant;
  const indexer = act("rag-indexer", "rag-indexer.ts");
  if (!(await indexer.ended)) throw new Error("The indexer's ask was not answered as it must be: see above.");

  scene(
    "Scene 2: personal data waits for people (while scene 1's window runs)",
    `The support assistant asks for claims. ${PRIYA} gets a mail, opens the link and approves.`,
  );
  const assistant = act("support-assistant", "support-assistant.ts");
  const sensitive = await assistant.grant;
  const approver = act("Priya Raman", "approver.ts", [PRIYA, sensitive]);
  if (!(await approver.ended)) throw new Error("The approval did not go as it must: see above.");
  if (!(await assistant.ended)) throw new Error("Scene 2 did not go as it must: see above.");

  scene(
    "Scene 3: health data needs three people of two groups",
    "Two of the data protection office answer by mail, then an owner of the data by a signed call. Slack hears of it.",
  );
  const caseworker = act("support-assistant", "medical-assistant.ts");
  const special = await caseworker.grant;
  const people = [
    act("Priya Raman", "approver.ts", [PRIYA, special]),
    act("Tomás Herrera", "approver.ts", [TOMAS, special]),
    act("Ingrid Solberg", "data-owner.ts", ["ingrid", special]),
  ];
  const answered = await Promise.all(people.map(({ ended }) => ended));
  if (!answered.every(Boolean)) throw new Error("The approvals did not go as they must: see above.");
  if (!(await caseworker.ended)) throw new Error("Scene 3 did not go as it must: see above.");
  const slack = act("#access (Slack)", "slack-channel.ts", [special]);
  if (!(await slack.ended)) throw new Error("The notices did not come as they must: see above.");
  if (!(await pipeline.ended)) throw new Error("Scene 1 did not go as it must: see above.");

  scene(
    "Scene 4: somebody says stop",
    "Two agents work on one access role. Security revokes one of them: it is refused at once, the other feels nothing.",
  );
  const stopped = act("annotation-helper", "reader.ts", ["annotation-helper", "stopped"]);
  const leaked = await stopped.grant;
  const other = act("finetune-pipeline", "reader.ts", ["finetune-pipeline", "left alone"]);
  await other.grant;
  const security = act("Samira Haddad", "security.ts", ["samira", "revoke", leaked]);
  if (!(await security.ended) || !(await stopped.ended) || !(await other.ended))
    throw new Error("Scene 4 did not go as it must: see above.");
  for (const [name, ...input] of [
    ["Samira Haddad", "samira", "lockdown", "annotation-helper"],
    ["Noor de Wit", "noor", "lift", "annotation-helper"],
  ] as const)
    if (!(await act(name, "security.ts", input).ended))
      throw new Error("The lockdown did not go as it must: see above.");

  scene(
    "Scene 5: one thing, once",
    "The assistant wants one mail sent to 4,200 customers. Communications sees exactly which; the mail gateway sends it once.",
  );
  const mailing = act("support-assistant", "mass-mail.ts");
  const action = await mailing.grant;
  if (!(await act("Yara Nassar", "approver.ts", [YARA, action]).ended))
    throw new Error("The action was not approved as it must be: see above.");
  const gateway = act("mail gateway", "mail-gateway.ts", [action, await mailing.permit]);
  if (!(await gateway.ended) || !(await mailing.ended))
    throw new Error("Scene 5 did not go as it must: see above.");

  scene(
    "Scene 6: the shape of the data at once, the people in it later",
    "The analytics copilot reads claims with tokens in the place of persons; the raw claims take two people.",
  );
  const copilot = act("analytics-copilot", "copilot.ts");
  const raw = await copilot.grant;
  if (!(await act("Priya Raman", "approver.ts", [PRIYA, raw]).ended))
    throw new Error("The first approval of scene 6 did not go as it must: see above.");
  if (!(await act("Ingrid Solberg", "data-owner.ts", ["ingrid", raw]).ended) || !(await copilot.ended))
    throw new Error("Scene 6 did not go as it must: see above.");

  scene(
    "Scene 7: every step is on record",
    "Compliance asks the named questions in Athena, then proves a copy of the record whole, and a changed copy changed.",
  );
  const auditor = act("Colin Okafor", "compliance.ts", [since, routine, sensitive, special, leaked]);
  if (!(await auditor.ended)) throw new Error("Scene 7 did not go as it must: see above.");
  if (!(await act("Colin Okafor", "record.ts").ended))
    throw new Error("The record could not be proven as it must: see above.");
}

await runTool(async () => {
  const began = performance.now();
  console.log(bold("Latchkey: one grant's whole life, on this machine\n"));
  const { local } = await startLocal(companyOptions());
  await scenes();
  console.log(
    `\n${green("✓")} ${bold("All of it went as it must")} ${dim(`(${elapsed(performance.now() - began)})`)}\n`,
  );
  console.log(whereToLook(local));
});
