import type { Command } from "commander";
import type { DecisionBody, GrantView } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & {
  comment?: string;
  stage?: string;
  digest?: string;
  yes?: boolean;
  json?: boolean;
};
type Word = DecisionBody["decision"];

/** `latchkey approve <grant>`: a person's yes to what is shown, and to nothing else (I-19). */
export function addApprove(latchkey: Command): void {
  addDecision(latchkey, "approve", "For people: say yes to what waits for you, after it is shown exactly.");
}

/** `latchkey reject <grant>`: a person's no, which ends the ask. */
export function addReject(latchkey: Command): void {
  addDecision(latchkey, "reject", "For people: say no to what waits for you.");
}

function addDecision(latchkey: Command, word: Word, description: string): void {
  const command = latchkey
    .command(word)
    .argument("<grant>", "its id")
    .description(description)
    .option("--comment <text>", "why, as the agent and the record will read it")
    .option("--digest <sha256:…>", "only if this is what is asked, as it was seen before")
    .option("--stage <number>", "only if this stage is open")
    .option("--yes", "do not ask back")
    .option("--json", "the API's answer as it is");
  withBroker(command).action((id: string, options: Options) => decide(word, id, options));
}

async function decide(word: Word, id: string, options: Options): Promise<void> {
  const { openHere } = await import("../broker/open.ts");
  const { approvalLines, grantLines } = await import("../show/grant.ts");
  const { confirm } = await import("../show/confirm.ts");
  const { broker } = openHere(options);
  const seen = await broker.grant(id);
  const stage = openStage(seen, options);
  process.stderr.write(approvalLines(seen, stage));
  await confirm(word === "approve" ? "Approve this?" : "Reject this?", options.yes);
  const { comment } = options;
  const body = { decision: word, stage, digest: seen.digest, ...(comment ? { comment } : {}) };
  const decided = await broker.decide(id, body);
  print(options.json, decided, () => grantLines(decided));
}

/** The stage that is open, if the grant is still what was seen. */
function openStage({ id, status, digest, decision }: GrantView, options: Options): number {
  if (options.digest !== undefined && options.digest !== digest)
    throw new LatchkeyError(
      "conflict",
      `Grant ${id} is not what you saw: look again with \`latchkey inbox\`.`,
    );
  const open = decision.plan.find((stage) => stage.status === "open")?.stage;
  if (status !== "PENDING" || open === undefined)
    throw new LatchkeyError("conflict", `Grant ${id} is ${status}: nobody's word is waited for.`);
  if (options.stage !== undefined && options.stage !== String(open))
    throw new LatchkeyError("conflict", `Of grant ${id} stage ${open} is open, not ${options.stage}.`);
  return open;
}
