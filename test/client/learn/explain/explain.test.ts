import { expect, it } from "vitest";
import { explanation } from "../../../../client/learn/explain/explanation.ts";
import { storyOfRecord } from "../../../../client/learn/explain/from-record.ts";
import { storyOfView } from "../../../../client/learn/explain/from-view.ts";
import { whatIfs } from "../../../../client/learn/explain/what-if.ts";
import { grantLines } from "../../../../client/show/grant.ts";
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
import { grantViewOf } from "../../../../functions/core/grant/view.ts";
import { preparePolicyEngine } from "../../../../functions/core/policy/engine.ts";
import { changed } from "../../../core/policy/example.ts";
import { agent, aside, begun, deps, type Life, moved, person, TUESDAY, toldOf, viewOf } from "./life.ts";

const MIN = 60_000;
const policyVersion = deps.bundle.version;

/** A version is another one with every change of the example. */
const steady = (text: string): string => text.replace(/sha256:[0-9a-f]{12}\b/g, "sha256:…");
/** What `explain --events` says of it. */
async function recorded(life: Life): Promise<string> {
  const told = await toldOf(life);
  return steady(explanation(storyOfRecord(told, deps.bundle), deps.bundle, whatIfs(deps, told)));
}
/** What `explain` says of it by the broker's answer. */
const answered = (life: Life): string => steady(explanation(storyOfView(viewOf(life))));

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

it("says by which policy it was decided, and of another one's rules neither what mattered nor what is as it was", async () => {
  const told = await toldOf(begun(claims));
  const others = deps.bundle.rules.filter(({ id }) => id !== "personal-data-needs-privacy");
  const bundle = changed(deps.bundle, { rules: others });
  const other = { ...deps, bundle, engine: preparePolicyEngine(bundle) };
  const text = explanation(storyOfRecord(told, bundle), bundle, whatIfs(other, told));
  const short = (version: string) => version.slice(0, 19);
  expect(text).toContain(
    `It was decided by policy ${short(told.policyVersion)}; the policy at hand, whose words on its rules these are, is ${short(bundle.version)}.`,
  );
  expect(text).not.toContain("What mattered to these rules");
  expect(text).toContain(
    "the policy at hand does not have this rule (personal-data-needs-privacy had a part in it)",
  );
  expect(text).toContain("By the policy at hand it would have passed at once");
  // Whatever it says to other asks, this one asked people when it was made.
  const asksAsThen = whatIfs(other, told);
  expect(asksAsThen.can && asksAsThen.different.map(({ answer }) => answer.stages)).not.toContainEqual([
    "1 of privacy",
  ]);
});

it("says once, without a policy, what one is needed for", async () => {
  const text = explanation(storyOfRecord(await toldOf(begun(claims)), undefined));
  expect(text).toContain(
    "  - read-at-home had a part in it\n  - personal-data-needs-privacy had a part in it\n",
  );
  expect(text.match(/need the policy: name it with --policy\./g)).toHaveLength(1);
  expect(text).not.toContain("the policy at hand");
});

it("tries no other window of an action, which has none of its own", async () => {
  const parameters = {
    document: "claims/2026.md",
    sha256: "0".repeat(64),
    output: { classification: "none" },
  };
  const told = await toldOf(
    begun({ agent: "support-assistant", resource: "publish-summary", access: "perform", parameters }),
  );
  const tried = whatIfs(deps, told);
  // A permit of it is good for ten minutes. A ticket is tried.
  expect(tried.can && tried.tried).toBe(1);
});

it("tells what rules on trial were noted to say, by the record and by the broker", async () => {
  const asked = { ...routine, resource: "training-manifests", windowSeconds: 3_600 };
  const life = begun(asked);
  const line = "On trial: long-reads-need-ml-platform would have asked 1 of ml-platform.\n";
  expect(await recorded(life)).toContain(line);
  const view = grantViewOf(life.grant, { events: life.events, showsTrial: true });
  expect(explanation(storyOfView(view))).toContain(line);
  expect(grantLines(view)).toContain(
    "\non trial    long-reads-need-ml-platform would have asked 1 of ml-platform\n",
  );
  expect(answered(life)).not.toContain("On trial");
});
