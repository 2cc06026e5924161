import { digestOf } from "../canonical.ts";
import { type SubjectAsk, statementsOf } from "../kinds/registry.ts";
import type { Masking } from "../masking/masking.ts";

/** Everything that an approval approves. Policy versions are recorded beside it, not in it. */
export type Approvable = SubjectAsk & {
  agent: string;
  windowSeconds: number;
  masked: boolean;
  /** The resource's, when the ask is asked or looked at: counts where it is read masked. */
  masking?: Masking | undefined;
  requestedStart?: string | undefined;
};

/**
 * The digest of exactly what is approved: agent, resource ARN, access, canonical scope, window, masked, start, and the
 * compiled statements without times; of masked rows also by which rules they are masked. What is minted, or read, must
 * hash to it (I-03, I-19).
 */
export const approvalDigest = (subject: Approvable): string => digestWith(subject, statementsOf(subject));

/** The same of statements that somebody else says were approved: the digest tells whether that is so. */
export function digestWith(subject: Approvable, statements: unknown): string {
  const { agent, arn, access, scope, windowSeconds, masked, masking, requestedStart } = subject;
  return digestOf({
    agent,
    resourceArn: arn,
    access,
    scope: scope ?? null,
    windowSeconds,
    masked,
    startsAt: requestedStart ?? null,
    statements,
    ...(masked && masking ? { masking: digestOf(masking) } : {}),
  });
}
