import { type Bill, billOf, type LifeName } from "../bill/lives.ts";

/** Of a hundred grants, how many go which way. Edit it, and see what breaks first then. */
const MIX = { automatic: 90, oneStage: 6, twoStages: 1, revoked: 3 } as const satisfies Partial<
  Record<LifeName, number>
>;
export type Kind = keyof typeof MIX;
export const kinds = Object.keys(MIX) as Kind[];

/** What one grant takes of each limited thing, by the way it goes: from the counted bills, and what is known of the keys. */
export type Demand = Record<Kind, { share: number; takes: Record<string, number> }>;

const LOOKED_AT: Record<Kind, number> = { automatic: 0, oneStage: 1, twoStages: 2, revoked: 2 };

function takesOf(kind: Kind, { counts, runs }: Bill): Record<string, number> {
  const { apiCalls = 0, events = 0, writes = 0, mails = 0, denyMessages = 0, iamWrites = 0 } = counts;
  const { starts = 0, states = 0, assumeRole = 0, kms = 0, writeUnits = 0 } = counts;
  const all = Object.values(runs).reduce((sum, each) => sum + each, 0);
  return {
    ...{ starts, states, assumeRole, kms, writeUnits, mails, denyMessages, iamWrites, events },
    api: apiCalls - (runs["approval-page"] ?? 0),
    asker: runs["grants-api"] ?? 0,
    agentAsks: 1,
    runs: all + events, // each event published by a run of its own, at worst
    due: 2 * writes, // a move takes its entry away and puts another
    role: 4 + (runs["revoke-access"] ?? 0) * 3, // the live entry put and taken away, in transactions; deny entries, renders
    lockdowns: 2 + (runs["mint-credentials"] ?? 0), // the ask, the mint before and after its claim
    sweep: LOOKED_AT[kind],
  };
}

export async function readDemand(): Promise<Demand> {
  const entries = await Promise.all(
    kinds.map(async (kind) => [kind, { share: MIX[kind] / 100, takes: takesOf(kind, await billOf(kind)) }]),
  );
  return Object.fromEntries(entries) as Demand;
}
