import * as z from "zod";
import { PLACE, partsOf } from "./arn.ts";
import { allow, type Kind } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";
import type { AccessName } from "./names.ts";
import { noScope } from "./scopes.ts";

const settings = z.strictObject({ kmsKey: kmsKey.optional() });

const ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["secretsmanager:GetSecretValue"],
  write: ["secretsmanager:PutSecretValue"],
};
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
const KEY_ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["kms:Decrypt"],
  write: ["kms:Decrypt", "kms:GenerateDataKey"],
};
const VERBS: Partial<Record<AccessName, string>> = {
  read: "read every version of",
  write: "replace the value of",
};

const secretName = (arn: string): string => partsOf(arn).rest.slice("secret:".length);
/** The catalogue knows a secret by its name; Secrets Manager adds a hyphen and six characters, anew for each secret. */
const withEnding = (arn: string): string => `${arn}-??????`;

/** The key that Secrets Manager uses when none is chosen. */
function standardKey(arn: string): string {
  const { partition, region, account } = partsOf(arn);
  return `arn:${partition}:kms:${region}:${account}:alias/aws/secretsmanager`;
}

/** One secret of Secrets Manager. The ARN is without the six characters at its end. */
export const secret: Kind<never, z.infer<typeof settings>> = {
  title: "A secret of AWS Secrets Manager",
  scope: noScope,
  room: 0,
  settings,
  arn: new RegExp(`^arn:[a-z-]+:secretsmanager:${PLACE}:secret:[A-Za-z0-9/_+=.@{}-]{1,200}$`),
  actions: ACTIONS,
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html",
  ],
  statements({ arn, settings: { kmsKey: key = standardKey(arn) } }, access) {
    const [actions, uses] = [ACTIONS[access], KEY_ACTIONS[access]];
    if (!actions || !uses) return [];
    const context = { SecretARN: [withEnding(arn)] };
    return [
      allow(actions, [withEnding(arn)]),
      keyUse(key, { actions: uses, service: "secretsmanager", context }),
    ];
  },
  describe: ({ arn }, access) => [`${VERBS[access]} secret ${secretName(arn)}`],
  probe({ arn }) {
    return {
      statement: allow(["secretsmanager:DescribeSecret"], [withEnding(arn)]),
      request: {
        service: "secretsmanager",
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "secretsmanager.DescribeSecret",
        },
        body: JSON.stringify({ SecretId: secretName(arn) }),
      },
    };
  },
  examples: [
    { arn: "arn:aws:secretsmanager:{region}:{account}:secret:crm/api-token", access: "read" },
    {
      arn: "arn:aws:secretsmanager:{region}:{account}:secret:crm/api-token",
      settings: { kmsKey: "arn:aws:kms:{region}:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
      access: "write",
    },
  ],
  notes: [
    "The end of the window does not unread a secret: rotate it after it was read, or prefer resources that the grant itself opens.",
    "Write the ARN without the hyphen and six characters at its end.",
  ],
};
