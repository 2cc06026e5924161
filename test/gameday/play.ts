import { fromItem } from "../../functions/aws/table/grants.ts";
import { isTerminal } from "../../functions/core/grant/transitions.ts";
import { Day } from "./day.ts";
import { operate, type Scene } from "./scenes.ts";
import type { Watched } from "./watched.ts";

type Statement = { Effect: string; Condition?: { DateGreaterThanEquals?: Record<string, string> } };
export type Played = {
  scene: Scene;
  day: Day;
  /** What happened and what rang, in order. */
  timeline: { minute: number; text: string }[];
  rang: string[];
  stillRings: string[];
  figures: { when: string; of: Record<string, number | undefined> }[];
};

/** Two hours and a half of ordinary operation, so that every heartbeat has been heard. */
const WARM_UP = 150;

export async function play(scene: Scene, watched: Watched): Promise<Played> {
  const day = new Day(watched);
  await operate(day, WARM_UP);
  if (day.rings().length > 0) throw new Error(`before anything broke: ${day.rings().join(", ")}`);
  const since = day.changes.length;
  const happened: { minute: number; text: string; after: number }[] = [];
  const figures = [{ when: "before", of: day.figures() }];
  await scene.play(day, {
    happened: (text) =>
      void happened.push({ minute: day.minute() - WARM_UP, text, after: day.changes.length }),
    look: (when) => void figures.push({ when, of: day.figures() }),
  });
  figures.push({ when: "at the end", of: day.figures() });
  const changes = day.changes.slice(since).map((change, index) => ({ ...change, index: since + index }));
  const timeline = [
    ...happened.map(({ minute, text, after }, index) => ({
      minute,
      text,
      order: after + index / 1000 - 0.5,
    })),
    ...changes.map(({ at, alarm, rings, index }) => ({
      minute: at - WARM_UP,
      text: `${rings ? "RINGS " : "clears"} ${alarm}`,
      order: index,
    })),
  ].sort((a, b) => a.order - b.order);
  return {
    ...{ scene, day, timeline, figures },
    rang: [...new Set(changes.filter(({ rings }) => rings).map(({ alarm }) => alarm))].sort(),
    stillRings: day.rings(),
  };
}

/** How long after its window a grant may be open in the table: sweep looks each minute. */
const SLACK_MS = 3 * 60_000;

/** What is wrong with how access ended, or nothing: each session by its own policy, each grant in the table (I-23, I-25, I-42). */
export function accessProblems({ day: { world } }: Played): string[] {
  const grants = new Map(
    world.fake.items().flatMap((item) => {
      const grant = item.entity === "grant" ? fromItem(item) : undefined;
      return grant ? [[grant.id, grant] as const] : [];
    }),
  );
  const sessions = world.sts.issued.flatMap(({ sessionName, policy }) => {
    const grant = grants.get(sessionName.split(".")[2] ?? "");
    const { Statement } = JSON.parse(policy) as { Statement: Statement[] };
    const ends = Statement.find(
      ({ Effect, Condition }) => Effect === "Deny" && Condition?.DateGreaterThanEquals,
    );
    const refusedFrom = ends?.Condition?.DateGreaterThanEquals?.["aws:CurrentTime"] ?? "never";
    const endsAt = grant && "endsAt" in grant ? grant.endsAt : undefined;
    return endsAt !== undefined && refusedFrom <= endsAt
      ? []
      : [`${sessionName} is refused from ${refusedFrom}`];
  });
  const open = [...grants.values()].flatMap((grant) => {
    const endsAt = "endsAt" in grant && grant.endsAt ? Date.parse(grant.endsAt) : undefined;
    if (endsAt === undefined || world.now() < endsAt + SLACK_MS) return [];
    if (!isTerminal(grant.status)) return [`${grant.id} is ${grant.status} after its end`];
    const closed = "closedAt" in grant ? Date.parse(grant.closedAt) : Number.POSITIVE_INFINITY;
    return closed <= endsAt + SLACK_MS ? [] : [`${grant.id} was closed ${(closed - endsAt) / 1000} s late`];
  });
  return [...sessions, ...open];
}
