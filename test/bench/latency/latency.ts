import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { inTurns, isRefused, type Live, open, revoke, type Use, uses } from "../../e2e/ending.ts";
import { admin, local, look, pause } from "../../e2e/world.ts";
import { withNoOp } from "./no-op.ts";

const WINDOW = 60;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Asks, collects, and calls until the first call is let through. */
async function usable(use: Use): Promise<Live> {
  const live = await open(use, WINDOW);
  for (let tries = 0; await isRefused(live); tries += 1)
    if (tries > 50) throw new Error(`${live.id} is refused`);
  return live;
}

/** From a moment of this clock until the session is refused; never less than nothing. */
async function refusedAfter(live: Live, from: number): Promise<number> {
  while (!(await isRefused(live)))
    if (Date.now() - from > 30_000) throw new Error(`${live.id} is not refused`);
  return Math.max(0, Date.now() - from);
}

async function endOf(live: Live): Promise<number> {
  const { window } = await look(live.use.agent, live.id);
  const end = Date.parse(window.endsAt ?? "");
  await pause(Math.max(0, end - Date.now() - 300));
  return refusedAfter(live, end);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const rowOf = (what: string, took: readonly number[], base: number): string => {
  const sorted = [...took].sort((a, b) => a - b);
  const cells = [0.5, 0.95, 0.99].map((share) => at(sorted, share).toFixed(0));
  return `| ${what} | ${took.length} | ${cells.join(" | ")} | ${(at(sorted, 0.5) / base).toFixed(1)} |`;
};
const useFor = (turn: number): Use => uses[turn % uses.length] as Use;

/** So many callers at once, each with an agent: how long each waited, and how many had credentials in a second. */
async function together(atOnce: number, count: number): Promise<{ took: number[]; perSecond: number }> {
  const from = performance.now();
  const turns = Array.from({ length: count }, (_, turn) => turn);
  const took = await inTurns(turns, atOnce, (turn) => timed(() => usable(useFor(turn))));
  return { took, perSecond: (count / (performance.now() - from)) * 1000 };
}

/** Measured over the wire, on a local AWS that is up: `npm run local`. Ratios beside a function that does nothing. */
export async function benchLatency(): Promise<string[]> {
  const sts = new STSClient(await admin());
  const bare = () =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${local().accountId}:role/latchkey-access-training-data`,
        RoleSessionName: "lk.bench.control.1",
        ExternalId: "none",
      }),
    );
  return withNoOp(async (invoke) => {
    for (const use of uses) await usable(use); // warm: what starts cold is measured apart
    const took = { invoke: [] as number[], assume: [] as number[], usable: [] as number[] };
    const live: Live[] = [];
    for (let turn = 0; turn < 24; turn += 1) {
      took.invoke.push(await timed(invoke));
      took.assume.push(await timed(() => bare().catch(() => undefined)));
      took.usable.push(await timed(async () => live.push(await usable(useFor(turn)))));
    }
    const ended = Promise.all(live.slice(12).map(endOf));
    const revoked: number[] = [];
    for (const each of live.slice(0, 12)) {
      const from = Date.now();
      const { status } = await revoke("samira", each.id, "bench");
      if (status < 300) revoked.push(await refusedAfter(each, from));
    }
    const over = await ended;
    await pause(2_000);
    const [one, eight, many] = [await together(1, 8), await together(8, 16), await together(32, 32)];
    const base = at(
      [...took.invoke].sort((a, b) => a - b),
      0.5,
    );
    return [
      "| over the wire | n | p50 ms | p95 | p99 | × no-op invoke |",
      "| --- | --: | --: | --: | --: | --: |",
      rowOf("invoke a function that does nothing", took.invoke, base),
      rowOf("bare AssumeRole", took.assume, base),
      rowOf("ask → first accepted call", took.usable, base),
      rowOf("revoke → refused", revoked, base),
      rowOf("end of the window → refused", over, base),
      ...(
        [
          ["1 caller", one],
          ["8 callers at once", eight],
          ["32 callers at once", many],
        ] as const
      ).map(([what, { took: each, perSecond }]) =>
        rowOf(`ask → first accepted call, ${what}: ${perSecond.toFixed(1)} a second`, each, base),
      ),
    ];
  });
}
