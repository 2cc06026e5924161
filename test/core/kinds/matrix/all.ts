import type { KindName } from "../../../../functions/core/kinds/names.ts";
import * as bedrock from "./bedrock.ts";
import { dynamodbMore } from "./dynamodb-table.ts";
import { glueTable } from "./glue-table.ts";
import { httpApi } from "./http-api.ts";
import type { Matrix } from "./kit.ts";
import { parameter } from "./parameter.ts";
import { s3Keys } from "./s3-prefix.ts";
import { s3VectorsIndex } from "./s3-vectors-index.ts";
import { secret } from "./secret.ts";

/** What is known of each kind. A kind without a row does not compile. */
export const matrices: Record<KindName, Matrix> = {
  "s3-prefix": s3Keys,
  "dynamodb-table": dynamodbMore,
  "glue-table": glueTable,
  "bedrock-model": bedrock.bedrockModel,
  "bedrock-prompt": bedrock.bedrockPrompt,
  "bedrock-knowledge-base": bedrock.bedrockKnowledgeBase,
  "s3-vectors-index": s3VectorsIndex,
  secret,
  parameter,
  "http-api": httpApi,
};
