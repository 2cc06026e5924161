import * as z from "zod";

const MAX_TEXT = 2_048;
/** Text of a caller's or a service's: cut at what is more than any true one has, so that no row grows without bound. */
const text = z.string().transform((value) => value.slice(0, MAX_TEXT));
const named = z.record(z.string(), z.unknown()).nullish();

/**
 * As much of a CloudTrail record as a row needs. Not strict: AWS adds members without asking. `1.x` versions only add;
 * another one may mean other things by the same names.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const trailRecord = z.object({
  eventVersion: z.string().regex(/^1\.\d{1,3}$/),
  eventID: z.string().min(1).max(128),
  eventTime: z.iso.datetime(),
  eventSource: z.string().min(1).max(256),
  eventName: z.string().min(1).max(256),
  awsRegion: text.nullish(),
  recipientAccountId: text.nullish(),
  userIdentity: z.object({ arn: text.nullish(), accountId: text.nullish() }).nullish(),
  sourceIPAddress: text.nullish(),
  userAgent: text.nullish(),
  errorCode: text.nullish(),
  readOnly: z.boolean().nullish(),
  requestID: text.nullish(),
  requestParameters: named,
  additionalEventData: named,
  /** `ARNPrefix` instead of `ARN` where a call lists objects. */
  resources: z.array(z.object({ ARN: text.nullish() })).nullish(),
});
export type TrailRecord = z.infer<typeof trailRecord>;

/** A member of what a call was asked with, where it is a text. */
export function parameter({ requestParameters }: TrailRecord, name: string): string | undefined {
  const value =
    requestParameters && Object.hasOwn(requestParameters, name) ? requestParameters[name] : undefined;
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT) : undefined;
}
