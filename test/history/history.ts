import { int, random } from "../../local/data/random.ts";
import { type Beside, livesBeside } from "./beside.ts";
import { live, use } from "./kinds-of-life.ts";
import type { Life } from "./life.ts";
import { plant, type Reading, readings } from "./planted.ts";
import { openRecord } from "./scribe.ts";

const DAY = 86_400_000;
/** Three months, and a seed: the same history in every run. */
export const FROM = Date.parse("2026-05-01T00:00:00Z");
export const TO = Date.parse("2026-07-30T00:00:00Z");

export type History = ReturnType<typeof makeHistory>;

/** A history of at least so many events, with all that is known of it: lives, what stood beside them, and planted facts. */
export function makeHistory(atLeast: number) {
  const rng = random(6, "history");
  const s = openRecord();
  const planted = plant(s, random(6, "planted"), FROM + 5 * DAY);
  const beside: Beside = livesBeside(s, random(6, "beside"), {
    from: FROM,
    to: TO,
    loose: Math.ceil(atLeast / 20),
  });
  const readers: Reading[] = readings(FROM + 3_600_000);
  for (let index = 0; s.events.length < atLeast; index += 1) {
    // Some lives were asked before the period, and some go on after it.
    const askedAt = FROM - DAY + int(rng, 0, TO - FROM + DAY);
    use(live(s, `life-${index}`, askedAt, rng), rng);
  }
  const { life, sequence } = planted.gap;
  const lost = `${life.id}-${String(sequence).padStart(6, "0")}`;
  const events = s.events
    .filter(({ event }) => event.id !== lost)
    .sort((a, b) => (a.event.time < b.event.time ? -1 : a.event.time > b.event.time ? 1 : 0));
  return { events, lives: s.lives as readonly Life[], beside, readers, planted };
}
