import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const MODEL = join(import.meta.dirname, "../../docs/models/grant.pml");

const onPath = (tool: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, tool)));
/** What is needed to check the model and is not here; nothing is asked of a machine that has it all. */
export const missing: string[] = ["spin", "gcc"].filter((tool) => !onPath(tool));

/**
 * The fences of the model, and what Spin must report when one is taken out. What the macro does is said where it stands
 * in the model; a test compares the two lists.
 */
export const fences = {
  NO_DECISION_CONDITION: "I41_no_such_move",
  RELEASED_WHILE_ROTATING: "I17_minted_when_terminal",
  LEASE_SHORTER_THAN_A_RUN: "I02_two_sessions_of_one_attempt",
  NO_CLAIM_CONDITION: "I41_no_such_move",
  NO_CONDITIONAL_ACTIVE: "I41_no_such_move",
  FAILED_IN_A_LATER_ATTEMPT: "I30_closed_with_a_live_session",
  NO_LOCKDOWN_READ_AFTER_CLAIM: "I71_active_under_a_lockdown",
  LOCKDOWN_READS_FIRST: "I71_active_under_a_lockdown",
  NO_DENY_IN_STOP: "I25_stopped_without_deny_entry",
  ENTRY_LEAVES_WHEN_PROVEN: "I28_denial_gone_too_early",
  NO_RENDER_CHECK: "I25_sent_to_proof_unwritten",
  NO_FIFO_GROUP: "I24_I29_revoked_but_not_in_force",
  NO_CONTROL_PROBE: "I24_I29_revoked_but_not_in_force",
  SETTLE_SHORTER_THAN_A_RUN: "I17_minted_when_terminal",
  REVOKED_WITHOUT_PROBE: "I24_I29_revoked_but_not_in_force",
  PROVEN_AT_ONCE: "I24_I29_revoked_but_not_in_force",
} as const;
export type Fence = keyof typeof fences;
export const fenceNames = Object.keys(fences) as Fence[];

/** One run of Spin: what to define in the model, and whether to look for broken assertions, for cycles, or at the formula. */
export type Check = {
  define?: readonly string[];
  look?: "assertions" | "cycles" | "formula";
  /** Of the C compiler: long searches are worth it. */
  optimise?: "-O0" | "-O1";
};
/** `broken` is what did not hold; `unreached` are steps of the model that nothing ever takes. */
export type Verdict = { states: number; broken: string | undefined; unreached: string[] };

// Reached by no search of the whole: the ends of loops that have none.
const END = '"-end-"';
const COMPILED = {
  assertions: { defines: ["-DSAFETY", "-DNOCLAIM"], flags: [] },
  cycles: { defines: ["-DNP", "-DNOCLAIM"], flags: ["-l"] },
  formula: { defines: [], flags: ["-a"] },
} as const;

function brokenIn(output: string): string | undefined {
  const assertion = /assertion violated\s+!\(\s*(\w+)\s*\)/.exec(output)?.[1];
  const other = /^pan:1: (.*)$/m.exec(output)?.[1];
  const errors = Number(/errors: (\d+)/.exec(output)?.[1] ?? "-1");
  if (errors > 0) return assertion ?? other ?? `${errors} errors`;
  const whole = errors === 0 && !/Search not completed|max search depth too small/.test(output);
  return whole ? undefined : `the search was not finished: ${output.slice(0, 500)}`;
}

/** Searches every interleaving of the model, in a folder of its own. A search that was cut short counts as broken. */
export async function verify({
  define = [],
  look = "assertions",
  optimise = "-O1",
}: Check): Promise<Verdict> {
  const cwd = await mkdtemp(join(tmpdir(), "latchkey-model-"));
  try {
    await copyFile(MODEL, join(cwd, "grant.pml"));
    await run("spin", ["-a", ...define.map((name) => `-D${name}`), "grant.pml"], { cwd });
    const { defines, flags } = COMPILED[look];
    await run("gcc", [optimise, "-w", ...defines, "-o", "pan", "pan.c"], { cwd });
    // At most so deep (-m; deeper is an error, -b), and a hash table for some millions of states (-w).
    const { stdout } = await run(join(cwd, "pan"), [...flags, "-m5000", "-b", "-w24"], {
      cwd,
      maxBuffer: 64e6,
    });
    const [, proctypes = ""] = /(unreached in proctype[\s\S]*?)(?:unreached in claim|$)/.exec(stdout) ?? [];
    return {
      states: Number(/(\d+) states, stored/.exec(stdout)?.[1] ?? 0),
      broken: brokenIn(stdout),
      unreached: proctypes.split("\n").filter((line) => line.includes("grant.pml:") && !line.includes(END)),
    };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

const SMALL = ["FAULTS=1", "ATTEMPTS=2"];

/** What must hold of the whole model. Cycles and the formula cost most: they are looked for in a smaller one. */
export const whole: Record<string, Check> = {
  "every interleaving, with a window that ends": {},
  "every interleaving, with a window that does not end meanwhile": { define: ["LONG_WINDOW"] },
  "nobody goes round for ever": { define: SMALL, look: "cycles" },
  "every grant ends": { define: SMALL, look: "formula" },
};
/** What is broken in the model without one of its fences. */
export const without = async (fence: Fence): Promise<string | undefined> =>
  (await verify({ define: ["ATTEMPTS=2", fence], optimise: "-O0" })).broken;
