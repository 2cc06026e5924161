import { canonicalJson, digestOf } from "../../../functions/core/canonical.ts";
import { ACTION, PERFORM } from "../../../functions/core/kinds/names.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Permission } from "./effective.ts";
import type { Word } from "./gather.ts";
import type { Situation } from "./grid.ts";
import { type Sheet, sheetOf, timeText } from "./table.ts";

/** What a situation comes to, in words: `at once`, `2 of privacy, 1 of data-owners`, `never`. */
export function answerText({ answers }: Permission, situation: Situation): string {
  const answer = answers[situation];
  if (!answer) return "";
  return answer.outcome === "people" ? answer.people.join(", ") : answer.outcome;
}

/** `effective.csv`: who may ask for what. */
export const effectiveSheet = (permissions: readonly Permission[]): Sheet =>
  sheetOf<Permission>(
    {
      agent: ({ agent }) => agent.id,
      agent_owner: ({ agent }) => agent.owner,
      agent_team: ({ agent }) => agent.team,
      agent_environment: ({ agent }) => agent.environment,
      agent_roles: ({ agent }) => (agent.roles ?? []).join(", "),
      principals: ({ agent }) => agent.principals.join(", "),
      resource: ({ resource }) => resource.id,
      kind: ({ resource }) => resource.kind,
      arn: ({ resource }) => resource.arn,
      resource_environment: ({ resource }) => resource.environment,
      classification: ({ resource }) => resource.classification,
      tags: ({ resource }) => resource.tags.join(", "),
      owner_group: ({ resource }) => resource.ownerGroup,
      access_role: ({ resource }) => (resource.kind === ACTION ? "" : resource.accessRole),
      access: ({ access }) => access,
      masked: ({ masked }) => masked,
      ordinary: (each) => answerText(each, "ordinary"),
      whole_resource: (each) => answerText(each, "whole"),
      longest_window: (each) => answerText(each, "longest"),
      at_night: (each) => answerText(each, "night"),
      every_trigger: (each) => answerText(each, "triggered"),
      longest_seconds: ({ longestSeconds }) => longestSeconds,
      may_break_glass: ({ mayBreakGlass }) => mayBreakGlass,
      approvers: ({ approvers }) => approvers.join("; "),
      rules: ({ answers }) => (answers.ordinary?.rules ?? []).join(", "),
      rules_on_parameters: ({ byParameters }) => byParameters.join(", "),
    },
    permissions,
  );

const STATES: Readonly<Record<string, string>> = {
  "grant.stage_approved": "waiting",
  "grant.approved": "approved",
  "grant.rejected": "rejected",
  "grant.expired": "expired",
  "grant.cancelled": "cancelled",
  "grant.denied": "denied",
  "grant.attempt_claimed": "activating",
  "grant.activated": "active",
  "grant.rotated": "active",
  "grant.rotation_failed": "active",
  "grant.failed": "failed",
  "grant.ended": "ended",
  "grant.revoking": "revoking",
  "grant.revoked": "revoked",
};
const DECIDED = { allow: "approved", needs_approval: "waiting", deny: "denied" } as const;

/** What became of a grant, as its last move says. */
export function stateOf({ decision, moves }: RecordedGrant): string {
  const last = moves.findLast(({ type }) => STATES[type] !== undefined);
  return (last && STATES[last.type]) ?? DECIDED[decision];
}

/** The first move of a kind. */
const moveOf = ({ moves }: RecordedGrant, ...types: string[]) =>
  moves.find(({ type }) => types.includes(type));

/** An action's parameters may hold personal data: what is shown of them is their digest. */
function scopeText({ access, scope }: RecordedGrant): string {
  if (!scope) return "";
  if (access !== PERFORM) return canonicalJson(scope);
  return `parameters ${digestOf(JSON.parse(String((scope as { parameters?: unknown }).parameters)))}`;
}

/** `asked.csv`: who asked for what, and what became of it. */
export const askedSheet = (grants: readonly RecordedGrant[]): Sheet =>
  sheetOf<RecordedGrant>(
    {
      grant: ({ id }) => id,
      asked_at: ({ askedAt }) => timeText(askedAt),
      agent: ({ agent }) => agent,
      agent_owner: ({ owner }) => owner,
      agent_team: ({ team }) => team,
      on_behalf_of: ({ onBehalfOf }) => onBehalfOf,
      resource: ({ resource }) => resource,
      environment: ({ environment }) => environment,
      access: ({ access }) => access,
      scope: scopeText,
      masked: ({ masked }) => masked,
      window_seconds: ({ windowSeconds }) => windowSeconds,
      purpose: ({ purpose }) => purpose,
      ticket: ({ ticket }) => ticket,
      task: ({ task }) => task,
      model: ({ model }) => model,
      decision: ({ decision }) => decision,
      rules: ({ rules }) => rules.join(", "),
      risk: ({ risk }) => risk?.score,
      people_asked: ({ plan }) => plan.map(({ quorum, group }) => `${quorum} of ${group}`).join(", "),
      break_glass: ({ breakGlass }) => breakGlass,
      policy_version: ({ policyVersion }) => policyVersion,
      state: stateOf,
      active_from: (grant) => timeText(moveOf(grant, "grant.activated")?.startsAt),
      active_until: (grant) => timeText(moveOf(grant, "grant.activated")?.endsAt),
      over_at: (grant) => timeText(moveOf(grant, "grant.ended", "grant.revoked", "grant.failed")?.at),
      why_over: ({ moves }) => moves.findLast(({ code }) => code !== undefined)?.code,
    },
    grants,
  );

/** `decided.csv`: who said what to which ask, and how fast. */
export const decidedSheet = (words: readonly Word[]): Sheet =>
  sheetOf<Word>(
    {
      decided_at: ({ at }) => timeText(at),
      person: ({ person }) => person,
      said: ({ said }) => said,
      group: ({ group }) => group,
      stage: ({ stage }) => stage,
      took_seconds: ({ tookMs }) => Math.round(tookMs / 1000),
      by: ({ signed }) => (signed ? "signed API" : "link"),
      comment: ({ comment }) => comment,
      grant: ({ grant }) => grant.id,
      agent: ({ grant }) => grant.agent,
      resource: ({ grant }) => grant.resource,
      access: ({ grant }) => grant.access,
      window_seconds: ({ grant }) => grant.windowSeconds,
      risk: ({ grant }) => grant.risk?.score,
    },
    words,
  );
