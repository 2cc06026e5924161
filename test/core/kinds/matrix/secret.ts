import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, directly, KEY, type Matrix, noScopes, REGION, viaService } from "./kit.ts";

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:crm/api-token`;
const secretIs = { kind: "secret" as const, arn: SECRET };
const ANY_KEY = KEY.replace(/key\/.*/, "key/*");
const use = (actions: string[], key: string) =>
  allow(actions, [key], {
    StringEquals: { "kms:ViaService": [`secretsmanager.${REGION}.amazonaws.com`] },
    StringLike: { "kms:EncryptionContext:SecretARN": [`${SECRET}-??????`] },
  });
const of = (action: string, resource: string): Call => ({ action: `secretsmanager:${action}`, resource });
const decrypt = (arn: string, action = "Decrypt") =>
  viaService("secretsmanager", action, { SecretARN: arn, SecretVersionId: "v1" });

export const secret: Matrix = {
  compiled: [
    {
      ask: { ...secretIs, access: "read" },
      statements: [
        allow(["secretsmanager:GetSecretValue"], [`${SECRET}-??????`]),
        use(["kms:Decrypt"], ANY_KEY),
      ],
      lines: ["read every version of secret crm/api-token"],
    },
    {
      ask: { ...secretIs, settings: { kmsKey: KEY }, access: "write" },
      statements: [
        allow(["secretsmanager:PutSecretValue"], [`${SECRET}-??????`]),
        use(["kms:Decrypt", "kms:GenerateDataKey"], KEY),
      ],
      lines: ["replace the value of secret crm/api-token"],
    },
  ],
  probes: [
    {
      ask: { ...secretIs, access: "read" },
      allowed: [of("GetSecretValue", `${SECRET}-AbC123`), decrypt(`${SECRET}-AbC123`)],
      refused: [
        of("GetSecretValue", `${SECRET}-2-AbC123`),
        of("GetSecretValue", `${SECRET}-AbC1234`),
        of("GetSecretValue", SECRET),
        of("GetSecretValue", SECRET.replace("crm/", "hr/")),
        of("PutSecretValue", `${SECRET}-AbC123`),
        of("BatchGetSecretValue", "*"),
        of("ListSecrets", "*"),
        of("DeleteSecret", `${SECRET}-AbC123`),
        of("GetResourcePolicy", `${SECRET}-AbC123`),
        decrypt(SECRET.replace("crm", "hr")),
        decrypt(`${SECRET}-AbC123`, "GenerateDataKey"),
        directly(decrypt(`${SECRET}-AbC123`)),
      ],
    },
    {
      ask: { ...secretIs, settings: { kmsKey: KEY }, access: "write" },
      allowed: [of("PutSecretValue", `${SECRET}-AbC123`), decrypt(`${SECRET}-AbC123`, "GenerateDataKey")],
      refused: [
        of("GetSecretValue", `${SECRET}-AbC123`),
        of("UpdateSecret", `${SECRET}-AbC123`),
        of("RotateSecret", `${SECRET}-AbC123`),
        { ...decrypt(`${SECRET}-AbC123`), resource: KEY.replace("1234abcd", "99999999") },
      ],
    },
  ],
  scopes: noScopes,
  fits: [SECRET, "arn:aws:secretsmanager:{region}:{account}:secret:crm-{account}/token"],
  misfits: [`${SECRET}-*`, `${SECRET}-??????`, SECRET.replace("crm/api-token", "")],
};
