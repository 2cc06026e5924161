import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, directly, KEY, type Matrix, REGION, viaService } from "./kit.ts";

const at = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name}`;
const below = { kind: "parameter" as const, arn: at("finetuning/*") };
const one = { kind: "parameter" as const, arn: at("finetuning/run-7/epochs") };
const keyed = { ...below, settings: { kmsKey: KEY } };
const of = (action: string, resource: Call["resource"]): Call => ({ action: `ssm:${action}`, resource });
const ONE = ["ssm:GetParameter", "ssm:GetParameters"];
const use = (actions: string[], ...names: string[]) =>
  allow(actions, [KEY], {
    StringEquals: { "kms:ViaService": [`ssm.${REGION}.amazonaws.com`] },
    StringLike: { "kms:EncryptionContext:PARAMETER_ARN": names.map(at) },
  });
const crypt = (name: string, action = "Decrypt") => viaService("ssm", action, { PARAMETER_ARN: at(name) });

export const parameter: Matrix = {
  compiled: [
    {
      ask: { ...below, access: "read" },
      statements: [
        allow(ONE, [at("finetuning/*")]),
        allow(["ssm:GetParametersByPath"], [at("finetuning"), at("finetuning/*")]),
      ],
      lines: ["read every version of every parameter below /finetuning/"],
    },
    {
      ask: { ...keyed, access: "read", scope: { names: ["run-7/epochs", "run-7/a.b_c"] } },
      statements: [
        allow(ONE, [at("finetuning/run-7/epochs"), at("finetuning/run-7/a.b_c")]),
        use(["kms:Decrypt"], "finetuning/run-7/epochs", "finetuning/run-7/a.b_c"),
      ],
      lines: [
        "read every version of parameter /finetuning/run-7/epochs",
        "read every version of parameter /finetuning/run-7/a.b_c",
      ],
    },
    {
      ask: { ...one, access: "read" },
      statements: [allow(ONE, [one.arn])],
      lines: ["read every version of parameter /finetuning/run-7/epochs"],
    },
    {
      ask: { ...keyed, access: "write" },
      statements: [
        allow(["ssm:PutParameter"], [at("finetuning/*")]),
        use(["kms:Encrypt", "kms:GenerateDataKey"], "finetuning/*"),
      ],
      lines: ["write or overwrite every parameter below /finetuning/"],
    },
  ],
  probes: [
    {
      ask: { ...below, access: "read" },
      allowed: [
        of("GetParameter", at("finetuning/run-7/epochs")),
        of("GetParameters", [at("finetuning/a"), at("finetuning/b/c")]),
        of("GetParametersByPath", at("finetuning")),
        of("GetParametersByPath", at("finetuning/run-7")),
      ],
      refused: [
        of("GetParameter", at("finetuning-2/a")),
        // A parameter of the path's own name is not below it.
        of("GetParameter", at("finetuning")),
        of("GetParameters", [at("finetuning"), at("finetuning/a")]),
        of("GetParameters", [at("finetuning/a"), at("other")]),
        of("GetParametersByPath", at("")),
        of("GetParameterHistory", at("finetuning/a")),
        of("PutParameter", at("finetuning/a")),
        of("DeleteParameter", at("finetuning/a")),
        of("DescribeParameters", "*"),
        crypt("finetuning/a"),
      ],
    },
    {
      ask: { ...keyed, access: "read", scope: { names: ["run-7/epochs"] } },
      allowed: [of("GetParameter", at("finetuning/run-7/epochs")), crypt("finetuning/run-7/epochs")],
      refused: [
        of("GetParameter", at("finetuning/run-7/epochs/x")),
        of("GetParameter", at("finetuning/run-7")),
        of("GetParametersByPath", at("finetuning/run-7/epochs")),
        of("GetParametersByPath", at("finetuning")),
        crypt("finetuning/run-8/epochs"),
        crypt("finetuning/run-7/epochs", "Encrypt"),
        directly(crypt("finetuning/run-7/epochs")),
      ],
    },
    {
      ask: { ...keyed, access: "write" },
      allowed: [of("PutParameter", at("finetuning/a")), crypt("finetuning/a", "Encrypt")],
      refused: [
        of("GetParameter", at("finetuning/a")),
        of("AddTagsToResource", at("finetuning/a")),
        of("PutParameter", at("other")),
        crypt("finetuning/a"),
      ],
    },
  ],
  scopes: {
    refused: [
      { scope: {}, path: ["names"], reason: /expected array/ },
      { scope: { names: [] }, path: ["names"], reason: "must not be empty" },
      ...["", "/a", "a/", "a//b", "a*", "a b", "a?", "é", "a:1", "a".repeat(129)].map((name) => ({
        scope: { names: [name] },
        path: ["names", 0],
        reason: "must be a parameter's name below the path",
      })),
      { scope: { names: ["a"], path: "b" }, path: [], reason: /Unrecognized key/ },
    ],
    accepted: [{ scope: { names: ["b/c", "a", "b/c"] }, canonical: { names: ["a", "b/c"] } }],
  },
  fits: [below.arn, one.arn, "arn:aws:ssm:{region}:{account}:parameter/a/*"],
  misfits: [at("*"), at(""), at("a/*/b"), at("a*")],
};
