import * as z from "zod";
import { isBelow, type Performer } from "./performer.ts";
import { bucket, names, objectKey, placeParts, s3Place } from "./values.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const parameters = z
  .strictObject({
    bucket,
    objects: z
      .array(z.strictObject({ key: objectKey, version: z.string().min(1).max(1_024).optional() }))
      .min(1)
      .max(1_000),
  })
  .refine(
    ({ objects }) =>
      new Set(objects.map(({ key, version }) => JSON.stringify([key, version]))).size === objects.length,
    { path: ["objects"], error: "names an object twice" },
  );
const limits = z.strictObject({ data: names(s3Place) });

export type DeletionParameters = z.infer<typeof parameters>;
type DeletionLimits = z.infer<typeof limits>;
export type DeletionCall = {
  Bucket: string;
  Delete: { Objects: { Key: string; VersionId?: string }[]; Quiet: false };
};

/** Exactly the listed objects, and of those with a version only that version. */
export const deleteObjects: Performer<DeletionParameters, DeletionLimits, DeletionCall> = {
  parameters,
  limits,
  beyond({ bucket: name, objects }, { data }) {
    const at = objects.findIndex(({ key }) => !isBelow(`s3://${name}/${key}`, data));
    return at < 0 ? undefined : { path: `objects.${at}.key`, problem: "is outside this action's data" };
  },
  call: ({ bucket: name, objects }) => ({
    Bucket: name,
    Delete: {
      Objects: objects.map(({ key, version }) => ({ Key: key, ...(version ? { VersionId: version } : {}) })),
      Quiet: false,
    },
  }),
  permissions: ({ data }, { partition }) => [
    {
      actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      resources: data.map((place) => {
        const { bucket: name, prefix } = placeParts(place);
        return `arn:${partition}:s3:::${name}/${prefix}*`;
      }),
    },
  ],
  wildcards: "Which objects are deleted is in the approved parameters; below these places and nowhere else.",
};
