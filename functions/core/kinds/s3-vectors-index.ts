import { PLACE, partsOf } from "./arn.ts";
import { allow, type Kind } from "./kind.ts";
import type { AccessName } from "./names.ts";
import { noScope, noSettings } from "./scopes.ts";

// A query that filters by metadata or answers with it, or with vectors, needs GetVectors too.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_S3VectorBuckets_QueryVectors.html
const ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["s3vectors:GetVectors", "s3vectors:QueryVectors"],
  list: ["s3vectors:ListVectors"],
  write: ["s3vectors:DeleteVectors", "s3vectors:PutVectors"],
};
const VERBS: Partial<Record<AccessName, string>> = {
  read: "search and read the vectors, with their metadata,",
  list: "list the keys",
  write: "add, overwrite or delete vectors",
};

const named = (arn: string): [string, string] => {
  const [, bucket = "", , index = ""] = partsOf(arn).rest.split("/");
  return [bucket, index];
};

/** Embeddings in one index of an S3 vector bucket. */
export const s3VectorsIndex: Kind<never> = {
  title: "Embeddings in an index of S3 Vectors",
  scope: noScope,
  room: 0,
  settings: noSettings,
  arn: new RegExp(`^arn:[a-z-]+:s3vectors:${PLACE}:bucket/[a-z0-9.{}-]{3,63}/index/[a-z0-9.-]{3,63}$`),
  actions: ACTIONS,
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3vectors.html",
  ],
  statements({ arn }, access) {
    const actions = ACTIONS[access];
    return actions ? [allow(actions, [arn])] : [];
  },
  describe({ arn }, access) {
    const [bucket, index] = named(arn);
    return [`${VERBS[access]} ${access === "write" ? "in" : "of"} index ${index} in vector bucket ${bucket}`];
  },
  probe({ arn }) {
    return {
      statement: allow(["s3vectors:GetIndex"], [arn]),
      request: {
        service: "s3vectors",
        // https://docs.aws.amazon.com/general/latest/gr/s3.html
        host: `s3vectors.${partsOf(arn).region}.api.aws`,
        method: "POST",
        path: "/GetIndex",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ indexArn: arn }),
      },
    };
  },
  examples: [
    { arn: "arn:aws:s3vectors:{region}:{account}:bucket/embeddings/index/handbook", access: "read" },
    { arn: "arn:aws:s3vectors:{region}:{account}:bucket/embeddings/index/handbook", access: "write" },
  ],
  notes: [
    "IAM holds no vector key and no metadata filter: an index is the smallest part.",
    "Vector buckets under a KMS key of your own are not supported yet.",
  ],
};
