import type { Command } from "commander";
import { type Backfill, backfillAnswer, backfillInput } from "../../functions/core/audit/backfill.ts";
import { functionName } from "../../functions/core/capabilities.ts";
import { CliError, exitCodes } from "../exit.ts";
import { momentOf } from "../moment.ts";
import { targetOf } from "../target.ts";

const EXPORTER = functionName("export-audit");

/** Asks the exporter once; what it answers, unparsed. */
export type Invoke = (input: unknown) => Promise<unknown>;
type Made = { events: number; objects: number; quarantined: number };

/** Invokes the exporter until it has gone through the whole table. `tell` hears how far it is. */
export async function backfillAll(
  invoke: Invoke,
  { from, to }: Pick<Backfill, "from" | "to">,
  tell: (made: Made & { calls: number }) => void,
): Promise<Made> {
  const wanted = { from: momentOf(from), to: momentOf(to) };
  const input = backfillInput.safeParse({ backfill: wanted });
  if (!input.success) {
    const [issue] = input.error.issues;
    throw new CliError(`${issue?.path.slice(1).join(".")} ${issue?.message}`.trim(), exitCodes.usage);
  }
  const made: Made = { events: 0, objects: 0, quarantined: 0 };
  let next: string | undefined;
  let calls = 0;
  do {
    const answer = backfillAnswer.safeParse(
      await invoke({ backfill: { ...wanted, ...(next ? { next } : {}) } }),
    );
    if (!answer.success) throw new CliError("The exporter answered what this release does not understand.");
    if ("problem" in answer.data) throw new CliError(answer.data.problem);
    calls += 1;
    made.events += answer.data.events;
    made.objects += answer.data.objects;
    made.quarantined += answer.data.quarantined;
    next = answer.data.next;
    tell({ ...made, calls });
    if (!answer.data.done && next === undefined)
      throw new CliError("The exporter did not say where to go on.");
  } while (next !== undefined);
  return made;
}

async function exporterAt(sdk: ReturnType<typeof targetOf>["sdk"]): Promise<Invoke> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  // The function works for half a minute and more; a call that is given up and sent again would do it all twice.
  const requestHandler = { requestTimeout: 120_000 };
  const lambda = new LambdaClient({ ...sdk, maxAttempts: 1, requestHandler });
  return async (input) => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: EXPORTER, Payload: Buffer.from(JSON.stringify(input)) }),
    );
    const text = Buffer.from(answer.Payload ?? []).toString("utf8");
    if (answer.FunctionError) throw new CliError(`The exporter failed: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;
const words = ({ events, objects, quarantined }: Made): string =>
  `${many(events, "event")} in ${many(objects, "object")}${quarantined > 0 ? `, ${many(quarantined, "record")} in quarantine` : ""}`;

/** `latchkey audit backfill`: the events of a time, made again from the table after the stream lost them. */
export function addBackfill(audit: Command): void {
  audit
    .command("backfill")
    .description("Write the events of a time to the record again, from the table (after an outage).")
    .requiredOption("--from <time>", "the first moment, in UTC: 2026-11-20T07:00:00Z, or a day")
    .requiredOption("--to <time>", "the moment after the last")
    .action(async (_options: unknown, command: Command) => {
      const { from, to, ...where } = command.optsWithGlobals();
      const { sdk } = targetOf(where);
      const isShown = process.stderr.isTTY;
      const made = await backfillAll(await exporterAt(sdk), { from, to }, (sofar) => {
        if (isShown) process.stderr.write(`\r${sofar.calls} calls: ${words(sofar)} `);
      });
      if (isShown) process.stderr.write("\n");
      console.log(`Written: ${words(made)}. Events that were there already count once.`);
    });
}
