import { type Refusal, refusal } from "../core/errors.ts";
import type { OverQuota } from "../core/quota.ts";

const SENTENCES: Record<OverQuota["limit"], (most: number) => string> = {
  asksPerMinute: (most) => `You may ask ${most} times a minute.`,
  openGrants: (most) => `You may have ${most} grants open at once; release one, or wait until one ends.`,
};

/** `429`: which limit, how much it is, and when it is worth asking again. Nothing was written (I-45). */
export const quotaExceeded = ({ limit, most, retryAfterSeconds }: OverQuota): Refusal =>
  refusal("quota_exceeded", SENTENCES[limit](most), { limit, most, retryAfterSeconds });
