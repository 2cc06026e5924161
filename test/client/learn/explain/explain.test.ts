import { expect, it } from "vitest";
import { explanation } from "../../../../client/learn/explain/explanation.ts";
import { storyOfRecord } from "../../../../client/learn/explain/from-record.ts";
import { storyOfView } from "../../../../client/learn/explain/from-view.ts";
import { whatIfs } from "../../../../client/learn/explain/what-if.ts";
import {
  activate,
  approve,
  cancel,
  claim,
  confirm,
  deny,
  end,
  expire,
  reject,
  stop,
} from "../../../../functions/core/grant/moves.ts";
import { agent, aside, begun, deps, type Life, moved, person, TUESDAY, toldOf, viewOf } from "./life.ts";

const MIN = 60_000;
const policyVersion = deps.bundle.version;

/** What `explain --events` says of it. */
async function recorded(life: Life): Promise<string> {
  const told = await toldOf(life);
  return explanation(storyOfRecord(told, deps.bundle), deps.bundle, whatIfs(deps, told));
}
/** What `explain` says of it by the broker's answer. */
const answered = (life: Life): string => explanation(storyOfView(viewOf(life)));

const live = (life: Life): Life => {
  const claimed = moved(life, 1_000, (grant, moment) => claim(grant, moment));
  const active = moved(claimed, 1_000, (grant, moment) => activate(grant, { policyVersion }, moment));
  return aside(active, "credentials.collected", { by: agent(life.grant.agent.id) });
};
const yes = (life: Life, who: string, afterMs: number, comment?: string): Life =>
  moved(
    life,
    afterMs,
    (grant, moment) => approve(grant, { person: who, ...(comment ? { comment } : {}) }, moment),
    person(who),
  );

const routine = {
  agent: "finetune-pipeline",
  resource: "support-conversations",
  access: "read",
  purpose: "Fine-tune",
} as const;
const claims = {
  agent: "support-assistant",
  resource: "claims",
  access: "read",
  scope: { prefix: "2026/" },
} as const;

const lives: Record<string, () => Life> = {
  "passes at once": () => moved(live(begun(routine)), 15 * MIN, (grant, moment) => end(grant, moment)),
  "is approved by a person": () =>
    live(
      yes(
        aside(begun(claims), "approval.asked", {
          facts: { stage: 1, group: "privacy", people: "priya,tomas" },
        }),
        "priya",
        12 * MIN,
        "case 4711 is open",
      ),
    ),
  "is rejected": () =>
    moved(
      begun(claims),
      3 * MIN,
      (grant, moment) => reject(grant, { person: "tomas", comment: "ask masked" }, moment),
      person("tomas"),
    ),
  lapses: () =>
    moved(begun(claims), 24 * 60 * MIN, (grant, moment) => expire(grant, { code: "nobody_decided" }, moment)),
  "is denied for another environment": () => begun({ ...routine, agent: "eval-runner" }),
  "is denied for its window": () =>
    begun({ ...routine, resource: "feature-store", windowSeconds: 3_600, access: "write" }),
  "is masked": () => live(begun({ ...claims, masked: true })),
  "is an action": () =>
    begun({
      agent: "support-assistant",
      resource: "send-mass-mail",
      access: "perform",
      parameters: {
        recipients: 4_000,
        segment: "renewals",
        subject: "Your policy renews",
        template: "renewal",
      },
    }),
  "breaks the glass": () =>
    live(begun({ ...claims, breakGlass: true, purpose: "A customer is in hospital" })),
  "is stopped by a lockdown": () =>
    moved(begun(claims), 5 * MIN, (grant, moment) =>
      deny(grant, { code: "locked_down", detail: "lockdown abcdefgh stands (agent)" }, moment),
    ),
  "is revoked": () => {
    const stopped = moved(
      live(yes(begun(claims), "priya", 2 * MIN)),
      4 * MIN,
      (grant, moment) =>
        stop(grant, { code: "revoked", detail: "its credentials were pasted into a chat" }, moment),
      person("samira"),
    );
    return moved(stopped, MIN, (grant, moment) => confirm(grant, "probed", moment));
  },
  "is taken back": () =>
    moved(
      begun(claims),
      MIN,
      (grant, moment) => cancel(grant, { code: "released" }, moment),
      agent("support-assistant"),
    ),
  "is at night": () =>
    begun({ agent: "release-job", resource: "model-artifacts", access: "read", at: TUESDAY + 11 * 60 * MIN }),
};

it.each(Object.keys(lives))("a grant that %s reads well, by the record", async (name) => {
  await expect(await recorded((lives[name] as () => Life)())).toMatchFileSnapshot(
    `golden/${name.replaceAll(" ", "-")}.txt`,
  );
});

it.each(["passes at once", "is rejected", "is denied for another environment", "breaks the glass"])(
  "a grant that %s reads well, by the broker's answer",
  async (name) => {
    await expect(answered((lives[name] as () => Life)())).toMatchFileSnapshot(
      `golden/${name.replaceAll(" ", "-")}-by-the-broker.txt`,
    );
  },
);
