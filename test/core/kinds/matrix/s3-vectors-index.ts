import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, type Matrix, noScopes, REGION } from "./kit.ts";

const INDEX = `arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/embeddings/index/handbook`;
const index = { kind: "s3-vectors-index" as const, arn: INDEX };
const of = (action: string, resource = INDEX): Call => ({ action: `s3vectors:${action}`, resource });
const other = INDEX.replace("handbook", "claims");

export const s3VectorsIndex: Matrix = {
  compiled: [
    {
      ask: { ...index, access: "read" },
      statements: [allow(["s3vectors:GetVectors", "s3vectors:QueryVectors"], [INDEX])],
      lines: [
        "search and read the vectors, with their metadata, of index handbook in vector bucket embeddings",
      ],
    },
    {
      ask: { ...index, access: "list" },
      statements: [allow(["s3vectors:ListVectors"], [INDEX])],
      lines: ["list the keys of index handbook in vector bucket embeddings"],
    },
    {
      ask: { ...index, access: "write" },
      statements: [allow(["s3vectors:DeleteVectors", "s3vectors:PutVectors"], [INDEX])],
      lines: ["add, overwrite or delete vectors in index handbook in vector bucket embeddings"],
    },
  ],
  probes: [
    {
      ask: { ...index, access: "read" },
      allowed: [of("QueryVectors"), of("GetVectors")],
      refused: [of("QueryVectors", other), of("ListVectors"), of("PutVectors"), of("DeleteIndex")],
    },
    {
      ask: { ...index, access: "list" },
      allowed: [of("ListVectors")],
      refused: [of("ListVectors", other), of("GetVectors"), of("QueryVectors")],
    },
    {
      ask: { ...index, access: "write" },
      allowed: [of("PutVectors"), of("DeleteVectors")],
      refused: [of("PutVectors", other), of("QueryVectors"), of("CreateIndex"), of("DeleteVectorBucket")],
    },
  ],
  scopes: noScopes,
  fits: [INDEX, "arn:aws:s3vectors:{region}:{account}:bucket/embeddings-{account}/index/handbook"],
  misfits: [INDEX.replace("/index/handbook", ""), INDEX.replace("handbook", "*")],
};
