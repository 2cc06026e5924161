import { allow, directly, KEY, type Matrix, viaService } from "./kit.ts";

const S3 = { kind: "s3-prefix", arn: "arn:aws:s3:::data/claims/*" } as const;
const OWN_KEY = { ...S3, settings: { kmsKey: KEY } };
const STANDARD = { ...S3, settings: { kmsKey: KEY.replace(/key\/.*/, "alias/aws/s3") } };
const use = (actions: string[], key = KEY) =>
  allow(actions, [key], {
    StringEquals: { "kms:ViaService": ["s3.eu-west-1.amazonaws.com"] },
    StringLike: { "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::data", "arn:aws:s3:::data/claims/*"] },
  });
const objects = ["arn:aws:s3:::data/claims/*"];
const listing = allow(["s3:ListBucket"], ["arn:aws:s3:::data"], {
  StringLike: { "s3:prefix": ["claims/*"] },
});
const words = "every object in bucket data whose key begins with claims/";
const decrypt = (arn: string) => viaService("s3", "Decrypt", { "aws:s3:arn": arn });
const dataKey = (arn: string) => viaService("s3", "GenerateDataKey", { "aws:s3:arn": arn });

/** Keys of KMS; the rest of this kind is in `../statements.cases.ts`, `../probes.cases.ts` and `../scopes.cases.ts`. */
export const s3Keys: Matrix = {
  compiled: [
    {
      ask: { ...OWN_KEY, access: "read" },
      statements: [allow(["s3:GetObject"], objects), listing, use(["kms:Decrypt"])],
      lines: [`read and list ${words}`],
    },
    {
      ask: { ...OWN_KEY, access: "write" },
      statements: [
        allow(["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"], objects),
        use(["kms:Decrypt", "kms:GenerateDataKey"]),
      ],
      lines: [`write or overwrite ${words}`],
    },
    // Names are not encrypted.
    { ask: { ...OWN_KEY, access: "list" }, statements: [listing], lines: [`list the names of ${words}`] },
    {
      // The service's own key has an id that nobody knows beforehand.
      ask: { ...STANDARD, access: "read", scope: { keys: ["a.csv"] } },
      statements: [
        allow(["s3:GetObject"], ["arn:aws:s3:::data/claims/a.csv"]),
        use(["kms:Decrypt"], KEY.replace(/key\/.*/, "key/*")),
      ],
      lines: ["read the object claims/a.csv in bucket data"],
    },
  ],
  probes: [
    {
      ask: { ...OWN_KEY, access: "read" },
      allowed: [
        decrypt("arn:aws:s3:::data/claims/a.csv"),
        // With a bucket key the context is the bucket.
        decrypt("arn:aws:s3:::data"),
      ],
      refused: [
        decrypt("arn:aws:s3:::data/other/a.csv"),
        decrypt("arn:aws:s3:::data-2"),
        directly(decrypt("arn:aws:s3:::data/claims/a.csv")),
        viaService("dynamodb", "Decrypt", { "aws:s3:arn": "arn:aws:s3:::data/claims/a.csv" }),
        viaService("s3", "Decrypt", {}),
        dataKey("arn:aws:s3:::data/claims/a.csv"),
        { ...decrypt("arn:aws:s3:::data"), resource: KEY.replace("1234abcd", "99999999") },
        { action: "kms:ScheduleKeyDeletion", resource: KEY },
      ],
    },
    {
      // An upload in parts decrypts the data key of the parts before.
      ask: { ...OWN_KEY, access: "write" },
      allowed: [dataKey("arn:aws:s3:::data/claims/a.csv"), decrypt("arn:aws:s3:::data/claims/a.csv")],
      refused: [
        dataKey("arn:aws:s3:::data/other/a.csv"),
        directly(dataKey("arn:aws:s3:::data/claims/a.csv")),
        { action: "s3:GetObject", resource: "arn:aws:s3:::data/claims/a.csv" },
      ],
    },
    {
      ask: { ...OWN_KEY, access: "list" },
      allowed: [
        { action: "s3:ListBucket", resource: "arn:aws:s3:::data", context: { "s3:prefix": "claims/" } },
      ],
      refused: [decrypt("arn:aws:s3:::data/claims/a.csv")],
    },
  ],
  scopes: { refused: [], accepted: [] },
  fits: [],
  misfits: [],
};
