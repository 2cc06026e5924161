import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, directly, KEY, type Matrix, noScopes, REGION, viaService } from "./kit.ts";

const MODEL = `arn:aws:bedrock:${REGION}::foundation-model/amazon.nova-lite-v1:0`;
const PROFILE = `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0`;
const IN_NORTH = MODEL.replace(REGION, "eu-north-1");
const model = { kind: "bedrock-model" as const, arn: MODEL };
const profile = { kind: "bedrock-model" as const, arn: PROFILE, settings: { models: [MODEL, IN_NORTH] } };
const actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

const of = (action: string, resource: Call["resource"], context: Call["context"] = {}): Call => ({
  action: `bedrock:${action}`,
  resource,
  context,
});
const by = (arn: string) => ({ "bedrock:InferenceProfileArn": arn });

export const bedrockModel: Matrix = {
  compiled: [
    {
      ask: { ...model, access: "invoke" },
      statements: [allow(actions, [MODEL])],
      lines: ["send prompts to foundation model amazon.nova-lite-v1:0 and read its answers"],
    },
    {
      ask: { ...profile, access: "invoke" },
      statements: [
        allow(actions, [PROFILE]),
        allow(actions, [IN_NORTH, MODEL], { StringEquals: { "bedrock:InferenceProfileArn": [PROFILE] } }),
      ],
      lines: [
        "send prompts to inference profile eu.amazon.nova-lite-v1:0 in eu-north-1, eu-west-1 and read its answers",
      ],
    },
  ],
  probes: [
    {
      ask: { ...model, access: "invoke" },
      allowed: [of("InvokeModel", MODEL), of("InvokeModelWithResponseStream", MODEL)],
      refused: [
        of("InvokeModel", IN_NORTH),
        of("InvokeModel", MODEL.replace("lite", "pro")),
        of("InvokeModel", `${MODEL}0`),
        of("InvokeModel", [PROFILE, MODEL], by(PROFILE)),
        of("CreateModelInvocationJob", MODEL),
        of("CreateModelCustomizationJob", MODEL),
        of("Retrieve", `arn:aws:bedrock:${REGION}:${ACCOUNT}:knowledge-base/KBASE12345`),
        of("ApplyGuardrail", `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/g`),
      ],
    },
    {
      ask: { ...profile, access: "invoke" },
      allowed: [
        of("InvokeModel", PROFILE, by(PROFILE)),
        of("InvokeModel", [PROFILE, MODEL], by(PROFILE)),
        of("InvokeModelWithResponseStream", [PROFILE, IN_NORTH], by(PROFILE)),
      ],
      refused: [
        // Not by the profile, by another one, in a Region that the catalogue does not name.
        of("InvokeModel", MODEL),
        of("InvokeModel", MODEL, by(PROFILE.replace("eu.", "us."))),
        of("InvokeModel", [PROFILE, MODEL.replace(REGION, "us-east-1")], by(PROFILE)),
        of("InvokeModel", PROFILE.replace("lite", "pro"), by(PROFILE)),
        of("DeleteInferenceProfile", PROFILE),
      ],
    },
  ],
  scopes: noScopes,
  fits: [
    MODEL,
    PROFILE,
    "arn:aws:bedrock:{region}::foundation-model/anthropic.claude-v2",
    `arn:aws:bedrock:{region}:{account}:application-inference-profile/abc123def456`,
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:provisioned-model/abc123def456`,
  ],
  misfits: [
    `arn:aws:bedrock:${REGION}::foundation-model/*`,
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:prompt/PROMPT1234`,
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:foundation-model/a`,
    `arn:aws:bedrock:${REGION}::inference-profile/a`,
  ],
};

const PROMPT = `arn:aws:bedrock:${REGION}:${ACCOUNT}:prompt/PROMPT1234`;
const prompt = { kind: "bedrock-prompt" as const, arn: PROMPT };
const ofPrompt = (arn: string) => viaService("bedrock", "Decrypt", { "aws:bedrock-prompts:arn": arn });

export const bedrockPrompt: Matrix = {
  compiled: [
    {
      ask: { ...prompt, access: "read" },
      statements: [allow(["bedrock:GetPrompt"], [PROMPT, `${PROMPT}:*`])],
      lines: ["read the draft and every version of prompt PROMPT1234"],
    },
    {
      ask: { ...prompt, settings: { kmsKey: KEY }, access: "read", scope: { versions: ["12", "3"] } },
      statements: [
        allow(["bedrock:GetPrompt"], [`${PROMPT}:12`, `${PROMPT}:3`]),
        allow(["kms:Decrypt"], [KEY], {
          StringEquals: { "kms:ViaService": [`bedrock.${REGION}.amazonaws.com`] },
          StringLike: { "kms:EncryptionContext:aws:bedrock-prompts:arn": [PROMPT] },
        }),
      ],
      lines: ["read version 12 and 3 of prompt PROMPT1234"],
    },
  ],
  probes: [
    {
      ask: { ...prompt, access: "read" },
      allowed: [of("GetPrompt", PROMPT), of("GetPrompt", `${PROMPT}:7`)],
      refused: [
        of("GetPrompt", PROMPT.replace("PROMPT1234", "PROMPT1235")),
        of("UpdatePrompt", PROMPT),
        of("DeletePrompt", PROMPT),
        of("InvokeModel", MODEL),
      ],
    },
    {
      ask: { ...prompt, settings: { kmsKey: KEY }, access: "read", scope: { versions: ["3"] } },
      allowed: [of("GetPrompt", `${PROMPT}:3`), ofPrompt(PROMPT)],
      refused: [
        of("GetPrompt", PROMPT),
        of("GetPrompt", `${PROMPT}:31`),
        ofPrompt(PROMPT.replace("PROMPT1234", "PROMPT1235")),
        directly(ofPrompt(PROMPT)),
      ],
    },
  ],
  scopes: {
    refused: [
      { scope: {}, path: ["versions"], reason: /expected array/ },
      { scope: { versions: [] }, path: ["versions"], reason: "must not be empty" },
      ...["", "0", "DRAFT", "*", "1 ", "1:2", "123456"].map((version) => ({
        scope: { versions: [version] },
        path: ["versions", 0],
        reason: "must be the number of a version",
      })),
      { scope: { versions: [3] }, path: ["versions", 0], reason: /expected string/ },
    ],
    accepted: [{ scope: { versions: ["3", "12", "3"] }, canonical: { versions: ["12", "3"] } }],
  },
  fits: [PROMPT, "arn:aws:bedrock:{region}:{account}:prompt/PROMPT1234"],
  misfits: [`${PROMPT}:3`, PROMPT.replace("PROMPT1234", "*")],
};

const BASE = `arn:aws:bedrock:${REGION}:${ACCOUNT}:knowledge-base/KBASE12345`;

export const bedrockKnowledgeBase: Matrix = {
  compiled: [
    {
      ask: { kind: "bedrock-knowledge-base", arn: BASE, access: "read" },
      statements: [allow(["bedrock:Retrieve"], [BASE])],
      lines: ["search knowledge base KBASE12345 and read every passage that it finds"],
    },
  ],
  probes: [
    {
      ask: { kind: "bedrock-knowledge-base", arn: BASE, access: "read" },
      allowed: [of("Retrieve", BASE)],
      refused: [
        of("Retrieve", BASE.replace("12345", "12346")),
        of("RetrieveAndGenerate", "*"),
        of("StartIngestionJob", BASE),
        of("DeleteKnowledgeBase", BASE),
        of("InvokeModel", MODEL),
      ],
    },
  ],
  scopes: noScopes,
  fits: [BASE, "arn:aws:bedrock:{region}:{account}:knowledge-base/KBASE12345"],
  misfits: [BASE.replace("KBASE12345", "*"), `${BASE}/x`],
};
