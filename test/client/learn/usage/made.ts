import type { RecordedGrant } from "../../../../client/learn/record/grant.ts";
import type { UsedCall } from "../../../../client/learn/record/use.ts";
import { isRefused } from "../../../../client/learn/usage/asked-of-iam.ts";
import { importedSince, useOf } from "../../../../client/learn/usage/grant-use.ts";
import { groupsOf } from "../../../../client/learn/usage/groups.ts";
import { catalogueOf } from "../../../../client/learn/usage/place.ts";
import type { Calls, Story } from "../../../../client/learn/usage/story.ts";
import { examplePolicy } from "../../../fakes/example-policy.ts";

const ACCOUNT = "111122223333";
/** A Monday morning. */
export const START = Date.UTC(2026, 5, 1, 9);
export const DAY = 86_400_000;

const ARNS: Record<string, string> = {
  "eval-sets": `arn:aws:s3:::latchkey-example-staging-${ACCOUNT}/eval/*`,
  "training-manifests": `arn:aws:s3:::latchkey-example-training-${ACCOUNT}/manifests/*`,
  "embedding-corpus": `arn:aws:s3:::latchkey-example-staging-${ACCOUNT}/corpus/*`,
  claims: `arn:aws:s3:::latchkey-example-production-${ACCOUNT}/claims/*`,
  "prompt-library": `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/latchkey-example-prompts`,
  "run-settings": `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/latchkey-example-runs/*`,
  "claims-by-month": `arn:aws:glue:eu-west-1:${ACCOUNT}:table/northwind/claims_by_month`,
};
const bucketOf = (resource: string): string => ARNS[resource]?.split(":::")[1]?.split("/")[0] ?? "";

let made = 0;
const idOf = (index: number): string =>
  `${index.toString(32).replace(/[0189]/g, "z")}aaaaaaaaaaaaaaaa`.slice(0, 16);

export type Told = Partial<RecordedGrant> & { startsAt?: number; stopped?: string };

/** A grant that became active: of eval-runner on eval-sets for half an hour, where nothing else is said. */
export function grantOf({ startsAt = START, stopped, ...told }: Told = {}): RecordedGrant {
  made += 1;
  const resource = told.resource ?? "eval-sets";
  const windowSeconds = told.windowSeconds ?? 1_800;
  const window = { attempt: 1, startsAt, endsAt: startsAt + windowSeconds * 1_000 };
  const actor = { type: "broker" as const, id: "broker" };
  const moves = [
    { type: "grant.requested", at: startsAt - 5_000 },
    { type: "grant.activated", at: startsAt + 1_000, ...window },
    stopped
      ? { type: "grant.revoking", at: startsAt + 60_000, code: stopped }
      : { type: "grant.ended", at: window.endsAt, code: "window_over" },
  ];
  return {
    ...{
      id: idOf(made),
      agent: "eval-runner",
      resource,
      resourceArn: ARNS[resource] ?? "arn:aws:s3:::none/*",
    },
    ...{ environment: "staging", access: "read", masked: false, windowSeconds, purpose: "work" },
    ...{ askedAt: startsAt - 5_000, decision: "allow", rules: [], policyVersion: "sha256:0", plan: [] },
    breakGlass: false,
    ...told,
    moves: moves.map((move, index) => ({ ...move, actor, sequence: index + 1 })),
  };
}

/** A call of S3 on an object; `at` seconds after the window began. */
export const got = (key: string, at = 1_700, more: Partial<UsedCall> = {}) => ({
  ...{ service: "s3", action: "GetObject", key, seconds: at, ...more },
});
export const listed = (prefix: string | undefined, at = 1_600) => ({
  ...{ service: "s3", action: "ListObjects", seconds: at },
  ...(prefix === undefined ? {} : { prefix }),
});
type Made = Partial<UsedCall> & { service: string; action: string; seconds: number };

let calls = 0;
/** A grant with its calls, which are on the resource's bucket where it has one. */
export function storyOf(grant: RecordedGrant, given: readonly Made[], more: Partial<Story> = {}): Story {
  const startsAt = grant.moves[1]?.startsAt ?? START;
  const all = given.map(({ seconds, ...call }): Calls => {
    calls += 1;
    const at = startsAt + seconds * 1_000;
    const bucket = call.service === "s3" ? { bucket: bucketOf(grant.resource) } : {};
    return {
      call: { id: `call-${calls}`, at, grant: grant.id, ...bucket, ...call },
      ...{ count: 1, first: at, last: at },
    };
  });
  return {
    ...{ grant, collectedAt: startsAt + 2_000, reads: [] },
    calls: all.filter(({ call }) => !isRefused(call)),
    refused: all.filter(({ call }) => isRefused(call)),
    ...more,
  };
}

const { catalogue } = examplePolicy();

/** Stories as they are judged long after, in groups, with the resources where they are. */
export function judgedAll(stories: readonly Story[]) {
  const { resources } = catalogueOf(
    catalogue,
    stories.map(({ grant }) => grant),
  );
  const of = (id: string) => resources.find((each) => each.id === id);
  const imported = importedSince(stories, (id) => of(id)?.kind);
  const used = stories.map((story) => ({
    story,
    use: useOf(story, { resource: of(story.grant.resource), imported, newest: START + 400 * DAY }),
  }));
  return { resources, groups: groupsOf(used) };
}
