import type { GrantView } from "../../../functions/core/api/schemas.ts";
import { epochMs } from "../../../functions/core/time.ts";
import { trialText } from "../../policy/trial-words.ts";
import type { Said, Story, StoryStage } from "./story.ts";

type StageView = GrantView["decision"]["plan"][number];

const saidOf = ({ person, at, comment, channel }: StageView["approved"][number]): Said => ({
  ...{ person, at: epochMs(at), comment },
  signed: channel === "signed",
});

const stageOf = ({ group, quorum, rule, reason, openedAt, approved, rejected }: StageView): StoryStage => ({
  ...{ group, quorum, rule, reason, asked: [] },
  openedAt: openedAt === undefined ? undefined : epochMs(openedAt),
  yes: approved.map(saidOf),
  no: rejected && saidOf(rejected),
});

/** A grant's story as the broker tells it to whoever may look at it. What policy saw beside the ask is not in it. */
export function storyOfView(grant: GrantView): Story {
  const { decision, timeline = [], closing, status } = grant;
  const events = timeline.map(({ time, type, by, code }) => ({ at: epochMs(time), type, by, code }));
  const first = events.find(({ type }) => type === "grant.requested");
  return {
    ...{ id: grant.id, source: "broker" },
    ask: {
      ...{ agent: grant.agent, resource: grant.resource, access: grant.access, scope: grant.scope },
      ...{ masked: grant.masked, windowSeconds: grant.window.seconds, purpose: grant.purpose },
      ...{ task: grant.task, ticket: grant.ticket, onBehalfOf: grant.onBehalfOf, model: grant.model },
      ...{ extends: grant.extends, at: first?.at },
    },
    decision: {
      ...{ outcome: decision.outcome, policyVersion: decision.policyVersion, rules: decision.rules },
      stages: decision.plan.map(stageOf),
      risk: decision.risk,
      brokenGlass: decision.breakGlass,
      alternatives: (decision.alternatives ?? []).map(
        ({ change }) => change,
      ) as Story["decision"]["alternatives"],
      onTrial: (decision.shadow?.notes ?? []).map(trialText),
    },
    ...{ events, status, closing },
  };
}
