import { parquetReadObjects } from "hyparquet";
import type { World } from "../fakes/world.ts";

type Row = { event_id?: unknown; body?: unknown };

async function rowsIn(world: World): Promise<Row[]> {
  const objects = world.bucket.stored.filter(({ key }) => key.startsWith("events/"));
  const read = objects.map(({ bytes }) => {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    return parquetReadObjects({ file }) as Promise<Row[]>;
  });
  return (await Promise.all(read)).flat();
}

/** What of the record is not as the table has it: in the bucket, as every reader takes it, and on the bus. */
export async function recordProblem(world: World, isExported: boolean): Promise<string | undefined> {
  const bodies = new Map<unknown, unknown>();
  for (const { event_id, body } of await rowsIn(world)) {
    if (bodies.has(event_id) && bodies.get(event_id) !== body) return `I-57: copies of ${event_id} differ`;
    bodies.set(event_id, body);
  }
  const offered = new Set([
    ...world.bus.ids(),
    ...world.parked.messages.map(({ body }) => /"id":"([^"]+)"/.exec(body)?.[1]),
  ]);
  for (const { body } of world.fake.events) {
    const { id } = JSON.parse(body) as { id: string };
    if (isExported && bodies.get(id) !== body) return `I-57: event ${id} is not in the record`;
    if (!offered.has(id)) return `I-47: event ${id} is not on the bus`;
  }
  if (isExported && bodies.size !== world.fake.events.length)
    return "I-57: the record has events that never were";
  return world.bucket.stored.some(({ key }) => key.startsWith("quarantine/"))
    ? "I-56: something is in quarantine"
    : undefined;
}
