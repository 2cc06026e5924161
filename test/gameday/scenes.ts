import type { Edit } from "../fakes/policy.ts";
import { edit } from "../fakes/policy.ts";
import { asked, pendingGrant, routineGrant } from "../fakes/scenes.ts";
import type { Day } from "./day.ts";

/** Something that happened, by the minute. `look`: the dashboard is read. */
type Told = { happened(text: string): void; look(when: string): void };
export type Scene = { id: string; title: string; play(day: Day, told: Told): Promise<void> };

const throwing = (name: string, message: string) => (): never => {
  throw Object.assign(new Error(message), { name });
};

/** Ordinary traffic: each five minutes an agent asks, is let in and reads for a minute. */
export async function operate(day: Day, minutes: number): Promise<void> {
  for (let left = minutes; left > 0; left -= 1) {
    if (left % 5 === 0) {
      const id = await routineGrant(day.world);
      await day.world.agent("finetune-pipeline").collect(id);
    }
    await day.pass();
  }
}

const exporterDead: Scene = {
  id: "exporter-dead",
  title: "The exporter is dead for an hour",
  async play(day, { happened, look }) {
    happened("S3 refuses each event that `export-audit` writes");
    day.bucket.before = (what) => {
      if (what.startsWith("put events/")) throwing("AccessDenied", "Access Denied")();
    };
    await operate(day, 60);
    look("an hour later");
    happened("the bucket's policy is put right");
    day.bucket.before = undefined;
    await operate(day, 15);
  },
};

const exporterUnplugged: Scene = {
  id: "exporter-unplugged",
  title: "Somebody disables the exporter's mapping for three hours: nothing fails, nothing runs",
  async play(day, { happened, look }) {
    happened("the event source mapping of `export-audit` is disabled");
    day.off.exportMapping = true;
    await operate(day, 180);
    look("three hours later");
    happened("it is enabled again");
    day.off.exportMapping = false;
    await operate(day, 70);
  },
};

const iamThrottled: Scene = {
  id: "iam-throttled",
  title: "IAM takes no deny list for an hour, and somebody is revoked",
  async play(day, { happened, look }) {
    const { world } = day;
    const short = await routineGrant(world, { windowSeconds: 1_200 });
    const long = await routineGrant(world, { windowSeconds: 5_400 });
    await day.pass();
    happened("IAM throttles every write");
    world.iam.before = (what) => {
      if (what !== "get") throwing("Throttling", "Rate exceeded")();
    };
    await operate(day, 5);
    happened("security revokes two live grants: one with 14 minutes left, one with 84");
    for (const id of [short, long]) await world.person("samira").revoke(id, "seen elsewhere");
    await operate(day, 12);
    happened(`the first is ${world.status(short)}, the second ${world.status(long)}`);
    await operate(day, 6);
    happened(
      `the first is ${world.status(short)}: its window is over, its session refused by its own policy`,
    );
    await operate(day, 20);
    look("in the middle of it");
    await operate(day, 17);
    happened("IAM takes writes again");
    world.iam.before = undefined;
    await operate(day, 8);
    happened(`the second is ${world.status(long)}`);
    happened("the runbook's last step: `latchkey-deny-failed.fifo` is purged");
    day.denies.deadLetters.length = 0;
    await operate(day, 5);
  },
};

const sesLost: Scene = {
  id: "ses-lost",
  title: "SES takes no mail for an hour",
  async play(day, { happened, look }) {
    const { world } = day;
    happened("SES refuses every mail");
    world.mail.before = throwing("SendingPausedException", "Email sending is paused");
    const id = await pendingGrant(world);
    happened("an agent asks for what two people of privacy may decide");
    await operate(day, 60);
    look("an hour later");
    happened(`the grant is ${world.status(id)}: no authority changed`);
    happened("SES takes mails again");
    world.mail.before = undefined;
    await operate(day, 10);
    await world.decide("priya", "approve");
    happened(`priya has her mail and approves: the grant is ${world.status(id)}`);
    await operate(day, 20);
    happened(`the grant is ${world.status(id)}`);
  },
};

/** What stays is within it; what was let for longer is not. */
const shorterWindows: Edit = (bundle) => {
  edit(bundle.catalogue.resources, "support-conversations", (resource) => {
    resource.maxWindowSeconds = 900;
  });
};

const deployInMidGrant: Scene = {
  id: "deploy",
  title: "A deploy in mid-grant: policy that allows less, schedules and mappings away for two minutes",
  async play(day, { happened, look }) {
    const { world } = day;
    const within = [await routineGrant(world, { windowSeconds: 900 })];
    const beyond: string[] = [];
    for (const _ of [1, 2, 3]) beyond.push(await routineGrant(world, { windowSeconds: 1_200 }));
    await day.pass();
    const ask = {
      resource: "support-conversations",
      access: "read",
      windowSeconds: 600,
      purpose: "under way",
    };
    world.workflow.paused = true;
    within.push(await asked(world, "finetune-pipeline", ask));
    happened("a deploy begins: four grants are live, one is about to be minted");
    Object.assign(day.off, { exportMapping: true, schedules: true });
    await day.pass(2);
    world.deploy(shorterWindows);
    Object.assign(day.off, { exportMapping: false, schedules: false });
    world.workflow.paused = false;
    happened("it is done: the resource's longest window is 15 minutes now");
    await day.pass();
    const states = (ids: string[]) => ids.map((id) => world.status(id)).join(", ");
    happened(`those within it go on: ${states(within)}`);
    await day.pass(2);
    look("three minutes later");
    happened(`those beyond it were stopped: ${states(beyond)}`);
    await operate(day, 20);
    happened(`in the end: ${states(within)}`);
  },
};

export const scenes: readonly Scene[] = [
  exporterDead,
  exporterUnplugged,
  iamThrottled,
  sesLost,
  deployInMidGrant,
];
