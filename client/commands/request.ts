import type { Command } from "commander";
import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import type { Once } from "../broker/broker.ts";
import { DeniedError, LatchkeyError } from "../errors.ts";
import { exitCodes } from "../exit.ts";
import { type AskOptions, type BrokerOptions, withAsk, withBroker } from "../options.ts";
import { commandLine } from "../show/command.ts";
import { print } from "../show/output.ts";
import { openSpinner } from "../show/spinner.ts";

type Options = BrokerOptions &
  AskOptions & {
    takeAlternative?: boolean;
    timeout?: string;
    wait: boolean;
    keep?: boolean;
    dryRun?: boolean;
    idempotencyKey?: string;
    json?: boolean;
  };

/** `latchkey request <resource> <access>`: asks, waits for who has to agree, and says what came of it. */
export function addRequest(latchkey: Command): void {
  const request = latchkey
    .command("request")
    .argument("[resource]", "what: a resource of `latchkey catalogue`")
    .argument("[access]", "what is to be done with it: read, list, write, …")
    .description("Ask for access, wait for who has to agree, and say what came of it.");
  withAsk(request)
    .option("--masked", "masked rows in place of credentials: `latchkey read --grant` reads them")
    .option("--take-alternative", "where the answer is no and a smaller ask would pass, ask that instead")
    .option("--timeout <duration>", "how long to wait for people (else: until they have decided)")
    .option("--no-wait", "only ask; `latchkey status` tells what becomes of it")
    .option("--keep", "stopped while it waits, leave it waiting (else it is cancelled)")
    .option("--dry-run", "say what would be decided, and ask nobody")
    .option("--idempotency-key <key>", "the same key twice is one ask")
    .option("--json", "the API's answer as it is");
  withBroker(request).action(
    async (resource: string | undefined, access: string | undefined, options: Options) => {
      const { askFrom } = await import("../ask.ts");
      const body = await askFrom({ resource, access }, options);
      try {
        await (options.dryRun ? foresee(body, options) : ask(body, options));
      } catch (error) {
        if (error instanceof DeniedError) error.hints = await hintsOf(error, body, options);
        else if (error instanceof LatchkeyError && error.unheard)
          error.hints = [`It may have been asked all the same; see: ${commandLine(["list"], options)}`];
        throw error;
      }
    },
  );
}

async function ask(body: AskBody, options: Options): Promise<void> {
  const spinner = openSpinner();
  // Before what takes long to load.
  spinner.say(`Asking for ${body.access} on ${body.resource}`);
  const { durationIn } = await import("../ask.ts");
  const { wait, keep = false, takeAlternative = false, idempotencyKey, timeout } = options;
  const patience = {
    ...{ wait, keep },
    ...(timeout === undefined ? {} : { timeoutSeconds: durationIn("--timeout", timeout) }),
  };
  const { obtain } = await import("../access/obtain.ts");
  const { waitHere } = await import("../request/here.ts");
  const grant = await waitHere(options, patience, spinner, (deps, begun) => {
    // Never given up half way: an ask whose answer nobody heard could not be taken back.
    const { broker } = deps;
    const whole = {
      grant: broker.grant,
      ask: (asked: AskBody, { signal: _, ...once }: Once = {}) => broker.ask(asked, once),
    };
    return obtain({ ...deps, broker: whole }, body, {
      ...begun,
      takeAlternative,
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
  });
  const { grantLines } = await import("../show/grant.ts");
  print(options.json, grant, () => grantLines(grant));
  if (!options.json) for (const line of nextLines(grant, options)) process.stderr.write(`${line}\n`);
}

/** What to do with a grant now, as commands to paste. */
function nextLines({ id, status, masked }: GrantView, options: BrokerOptions): string[] {
  const line = (...words: string[]) => commandLine(words, options);
  if (status !== "ACTIVE") return [`How it stands: ${line("status", id)}`];
  return [
    masked
      ? `Its rows: ${line("read", "--grant", id)}`
      : `Its credentials: ${line("credentials", "--grant", id)}`,
    `When you are done: ${line("release", id)}`,
  ];
}

async function foresee(body: AskBody, options: Options): Promise<void> {
  const { openHere } = await import("../broker/open.ts");
  const { decisionLines } = await import("../show/decision.ts");
  const foreseen = await openHere(options).broker.dryRun(body);
  print(options.json, foreseen, () => decisionLines(foreseen.decision, body, options));
  if (foreseen.decision.outcome === "deny") process.exitCode = exitCodes.denied;
}

async function hintsOf(error: DeniedError, body: AskBody, options: Options): Promise<string[]> {
  const { alternativeLines, reasonLines } = await import("../show/decision.ts");
  const smaller = alternativeLines(error.alternatives, body, options);
  const next = `What you may ask for: ${commandLine(["catalogue"], options)}`;
  return [...reasonLines(error.reasons), ...(smaller.length > 0 ? smaller : [next])];
}
