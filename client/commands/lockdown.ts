import { Argument, type Command } from "commander";
import type { LockdownTarget } from "../../functions/core/lockdown.ts";
import { LatchkeyError } from "../errors.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";
import { tableOf } from "../show/table.ts";

type Options = BrokerOptions & { json?: boolean };
type SetOptions = Options & { reason: string; yes?: boolean };
type LiftOptions = Options & { reason: string };

const TYPES = ["agent", "resource", "role", "everything"] as const satisfies LockdownTarget["type"][];
type Type = (typeof TYPES)[number];

/** `latchkey lockdown set|list|lift`: for security, a standing order that nothing be granted and all that is live end. */
export function addLockdown(latchkey: Command): void {
  const lockdown = latchkey
    .command("lockdown")
    .description("For security: stop an agent, a resource, an access role or everything.");
  const set = lockdown
    .command("set")
    .addArgument(new Argument("<what>", "what is stopped").choices(TYPES))
    .argument("[id]", "which one")
    .description("Grant nothing more there, and end what is live.")
    .requiredOption("--reason <text>", "why, as the record will have it")
    .option("--yes", "for everything: do not ask back")
    .option("--json", "the API's answer as it is");
  withBroker(set).action(setLockdown);
  const list = lockdown
    .command("list")
    .description("The lockdowns that stand.")
    .option("--json", "the API's answer as it is");
  withBroker(list).action(async (options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { lockdowns } = await openHere(options).broker.lockdowns();
    const words = () =>
      tableOf(
        ["lockdown", "what", "by", "since", "reason"],
        lockdowns.map(({ id, target, by, at, reason }) => [id, textOf(target), by, at, reason]),
      );
    print(options.json, { lockdowns }, () => (lockdowns.length === 0 ? "None stands.\n" : words()));
  });
  const lift = lockdown
    .command("lift")
    .argument("<id>", "the lockdown's id")
    .description("Lift one: another person's job than setting it.")
    .requiredOption("--reason <text>", "why, as the record will have it")
    .option("--json", "the API's answer as it is");
  withBroker(lift).action(async (id: string, options: LiftOptions) => {
    const { openHere } = await import("../broker/open.ts");
    const lifted = await openHere(options).broker.liftLockdown(id, options.reason);
    print(options.json, lifted, () => `Lockdown ${lifted.id} is lifted by ${lifted.by}.\n`);
  });
}

const textOf = (target: LockdownTarget): string =>
  target.type === "everything" ? "everything" : `${target.type} ${target.id}`;

function targetFrom(type: Type, id: string | undefined): LockdownTarget {
  if (type === "everything" && id === undefined) return { type };
  if (type !== "everything" && id !== undefined) return { type, id };
  const problem = id === undefined ? `Say which ${type}.` : "Everything takes no id.";
  throw new LatchkeyError(
    "usage",
    `${problem} For example: latchkey lockdown set agent my-agent --reason "…"`,
  );
}

async function setLockdown(type: Type, id: string | undefined, options: SetOptions): Promise<void> {
  const target = targetFrom(type, id);
  const { openHere } = await import("../broker/open.ts");
  const { confirm } = await import("../show/confirm.ts");
  // One agent is stopped in a hurry; all of them by mistake.
  if (type === "everything") await confirm("Stop every agent, and end all that is live?", options.yes);
  const stands = await openHere(options).broker.setLockdown({ target, reason: options.reason });
  const rest = stands.complete ? "" : " The rest follows within a minute: `latchkey lockdown list`.";
  const ended = `${stands.stopped} grant${stands.stopped === 1 ? "" : "s"} ended.`;
  print(
    options.json,
    stands,
    () => `Lockdown ${stands.id} stands for ${textOf(stands.target)}; ${ended}${rest}\n`,
  );
}
