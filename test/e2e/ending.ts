import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import { json, type Request, type Session, signedAs } from "./kinds/session.ts";
import { admin, as, ask, BUCKETS, collect, eventually, local, look, sessionOf } from "./world.ts";

/** What an agent may have at once without a person, and the call by which its session is tried. */
export type Use = { agent: string; resource: string; access: "list" | "read"; request: Request };
const listing = (bucket: string, prefix: string): Request => ({
  ...{ service: "s3", method: "GET", path: `/${bucket}`, query: { "list-type": "2", prefix } },
});
const manifests = { resource: "training-manifests", access: "list" } as const;
const evaluation = { resource: "eval-sets", access: "list" } as const;
const documents = { resource: "product-docs", access: "list" } as const;
const TRAINING = { ...manifests, request: listing(BUCKETS.training, "manifests/") };
const STAGING = { ...evaluation, request: listing(BUCKETS.staging, "eval/") };
const PRODUCTION = { ...documents, request: listing(BUCKETS.production, "docs/") };
export const uses: Use[] = [
  { agent: "finetune-pipeline", ...TRAINING },
  { agent: "annotation-helper", ...TRAINING },
  { agent: "rag-indexer", ...STAGING },
  { agent: "eval-runner", ...STAGING },
  { agent: "support-assistant", ...PRODUCTION },
  { agent: "release-job", ...PRODUCTION },
  {
    ...{ agent: "finetune-pipeline", resource: "run-settings", access: "read" },
    request: json("ssm", "AmazonSSM.GetParameter", { Name: "/latchkey-example-runs/learning-rate" }),
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims-by-month", access: "read" },
    request: json("glue", "AWSGlue.GetTable", { DatabaseName: "northwind", Name: "claims_by_month" }),
  },
];
export const useOf = (agent: string): Use => {
  const found = uses.find((each) => each.agent === agent);
  if (!found) throw new Error(`no use of ${agent}`);
  return found;
};

export type Live = { id: string; use: Use; session: Session };

export async function open(use: Use, windowSeconds: number): Promise<Live> {
  const { agent, resource, access } = use;
  const { id } = await ask(agent, { resource, access, windowSeconds, purpose: "e2e ending" });
  const keys = await eventually(`${id} minted`, () => collect(agent, id).catch(() => undefined), 180_000);
  return { id, use, session: signedAs(sessionOf(keys)) };
}
export const isRefused = async ({ session, use }: Live): Promise<boolean> =>
  (await session(use.request)).refused;

/** So many at a time. */
export async function inTurns<A, B>(
  list: readonly A[],
  atOnce: number,
  work: (each: A) => Promise<B>,
): Promise<B[]> {
  const results: B[] = [];
  const rest = [...list.entries()];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

export async function roleOf(id: string): Promise<string> {
  const answer = await new DynamoDBClient(await admin()).send(
    new GetItemCommand({
      TableName: local().tableName,
      Key: { pk: { S: `GRANT#${id}` }, sk: { S: "GRANT" } },
      ConsistentRead: true,
    }),
  );
  return answer.Item?.resource?.M?.role?.S ?? "";
}
export async function denyList(role: string): Promise<string | undefined> {
  const on = { RoleName: role, PolicyName: DENY_POLICY_NAME };
  try {
    const { PolicyDocument } = await new IAMClient(await admin()).send(new GetRolePolicyCommand(on));
    return PolicyDocument && decodeURIComponent(PolicyDocument);
  } catch (fault) {
    if ((fault as Error).name === "NoSuchEntityException") return undefined;
    throw fault;
  }
}

export const revoke = (person: string, id: string, reason = "e2e") =>
  as(person)("POST", `/grants/${id}/revoke`, { reason });
export const revoked = (id: string) =>
  eventually(
    `${id} REVOKED`,
    async () => {
      const view = await look("samira", id);
      return view.status === "REVOKED" && view;
    },
    400_000,
  );
export const milliseconds = (list: readonly number[]): string => {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${sorted.at(-1)} ms (${sorted.length})`;
};
