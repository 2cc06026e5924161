import { idOf } from "../../fakes/plan.ts";
import type { Command } from "../../fakes/table.ts";
import type { Item } from "../../fakes/tokens.ts";
import type { World } from "../../fakes/world.ts";
import { readUnits, writeUnits } from "./units.ts";

/** What one life takes of AWS, by name: requests that are billed or limited. */
export type Counts = Record<string, number>;

const API = /-api$|^approval-page$|^read-masked$/;

/** Counts every call that the functions of a world make from now on; answers what was counted so far, by name. */
export function countCalls(world: World): () => Counts {
  const counts: Counts = {};
  const add = (name: string, by = 1): void => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  const one = (name: string) => () => add(name);
  const { client } = world.fake.table;
  const send = client.send as unknown as (command: Command) => Promise<{ Item?: Item; Items?: Item[] }>;
  const image = () => new Map(world.fake.items().map((item) => [idOf(item), item]));
  const counted = async (command: Command) => {
    const [reads, before] = [world.fake.counts.reads, image()];
    try {
      const answer = await send.call(client, command);
      if (world.fake.counts.reads > reads) {
        const consistent = (command.input as { ConsistentRead?: boolean }).ConsistentRead === true;
        add("readUnits", readUnits(answer.Items ?? (answer.Item ? [answer.Item] : []), consistent));
      }
      return answer;
    } finally {
      const isRead = world.fake.counts.reads > reads;
      add(isRead ? "reads" : "writes");
      if (!isRead) add("writeUnits", writeUnits(command, before, image()));
    }
  };
  Object.assign(client, { send: counted });
  Object.assign(world.sts, { before: one("assumeRole") });
  Object.assign(world.seal, { before: one("kms") });
  Object.assign(world.maskSeal, { before: one("kms") });
  Object.assign(world.mail, { before: one("mails") });
  Object.assign(world.queue, { before: one("denyMessages") });
  Object.assign(world.asker, { before: one("asyncInvokes") });
  Object.assign(world.iam, { before: (what: string) => add(what === "get" ? "iamReads" : "iamWrites") });
  Object.assign(world.probes, {
    // A probe is a session of its own and one call in it.
    before: (what: string) => add(what === "queue" ? "probeMessages" : "assumeRole"),
  });
  Object.assign(world.workflow, { beforeStart: one("starts"), beforeTell: one("callbacks") });
  const sign = world.permitSigner.sign.bind(world.permitSigner);
  Object.assign(world.permitSigner, {
    sign: (input: string) => {
      add("kmsSign");
      return sign(input);
    },
  });
  return () => {
    const runs = Object.entries(world.runs).filter(([name]) => name !== "publish-events" && name !== "sweep");
    const api = runs.filter(([name]) => API.test(name)).reduce((sum, [, each]) => sum + each, 0);
    return { ...counts, apiCalls: api, events: world.fake.events.length };
  };
}
