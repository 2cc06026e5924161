import { basename, dirname } from "node:path";
import * as z from "zod";
import { folderAt } from "../../client/policy/folder.ts";
import { PolicyError, type Problem, throwIfAny } from "../../functions/core/policy/files/problem.ts";
import { readSource } from "../../functions/core/policy/files/source.ts";
import { parseYaml } from "../../functions/core/policy/files/yaml-file.ts";

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const isHost = (text: string): boolean => HOST.test(text);
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const isEmail = (text: string): boolean => z.email().safeParse(text).success;

const callers = z
  .strictObject({
    /** `{account}` is the account that Latchkey is deployed to. */
    accounts: z
      .array(
        z
          .string("must be text: quote it")
          .regex(/^(\{account\}|\d{12})$/, 'must be 12 digits or "{account}"'),
      )
      .min(1, "must name at least one account")
      .refine((list) => new Set(list).size === list.length, "must not name an account twice")
      .optional(),
    organization: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/, "must be an organisation's id: o- and 10 to 32 characters")
      .optional(),
  })
  .transform(({ accounts, organization }, context) => {
    if (accounts && !organization) return { accounts };
    if (organization && !accounts) return { organization };
    context.addIssue("must have either accounts or organization");
    return z.NEVER;
  });

/** What differs between one installation and another: `policy/deployment.yaml`. */
export const deploymentFile = z.strictObject({
  sender: z.string().refine((text) => isEmail(text) || isHost(text), "must be an e-mail address or a domain"),
  approvalDomain: z
    .string()
    .refine((text) => text === "none" || isHost(text), 'must be "none" or a host name'),
  callers,
  externalId: z
    .string()
    .regex(/^[A-Za-z0-9+=,.@:/-]{2,64}$/, "must be 2 to 64 letters, digits or any of + = , . @ : / -"),
  auditLock: z.strictObject({
    mode: z.enum(["GOVERNANCE", "COMPLIANCE"], "must be GOVERNANCE or COMPLIANCE"),
    days: z
      .int("must be a whole number of days")
      .min(1, "must be at least 1")
      .max(3650, "must be at most 3650"),
  }),
  record: z.strictObject({
    /** How long the exporter gathers events before it writes them, in seconds; and how many of them at most. */
    exportSeconds: z
      .int("must be a whole number of seconds")
      .min(1, "must be at least 1")
      .max(300, "must be at most 300"),
    exportEvents: z
      .int("must be a whole number of events")
      .min(100, "must be at least 100")
      .max(10_000, "must be at most 10000"),
    /** Which key signs digests, counted from 1: one more, and a new key is made that signs from then on. */
    digestKey: z
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .max(1_000, "must be at most 1000"),
    /** Where each signed digest is also kept, out of Latchkey's reach: a bucket, an address. */
    witnessBucket: z
      .string()
      .refine((text) => text === "none" || BUCKET.test(text), 'must be "none" or the name of a bucket'),
    witnessAddress: z
      .string()
      .refine((text) => text === "none" || isEmail(text), 'must be "none" or an e-mail address'),
    /** Whether CloudTrail records the calls of minted sessions (it costs per call). */
    usageTrail: z.boolean("must be true or false"),
  }),
  /** Which key signs permits, counted from 1: one more, and a new key is made that signs from then on. */
  permitKey: z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(1_000, "must be at most 1000")
    .default(1),
  alarmAddress: z
    .string()
    .refine((text) => text === "none" || isEmail(text), 'must be "none" or an e-mail address'),
});
export type Deployment = z.infer<typeof deploymentFile>;

/** Reads and checks the operator's file. Throws a `PolicyError` with every problem as file, line and reason. */
export function loadDeployment(file: string): Deployment {
  const problems: Problem[] = [];
  const report = (problem: Problem) => problems.push(problem);
  const source = readSource(folderAt(dirname(file)), basename(file), report);
  const value = source && parseYaml(source, deploymentFile, report).value;
  throwIfAny(problems);
  if (!value) throw new PolicyError(problems);
  return value;
}
