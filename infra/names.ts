import { Aws } from "aws-cdk-lib";
import { REVOKER_ROLE } from "../functions/core/access-role.ts";
import { functionName } from "../functions/core/capabilities.ts";
import { WEBHOOK_SECRET } from "../functions/notify/channels/slack.ts";

/**
 * Names are fixed where another stack, another account or a policy must say them: the minter's role is in the trust
 * policy of access roles elsewhere, and the boundary denies Latchkey's own resources by these patterns.
 */
export const names = {
  /** Of a function and of its role. */
  capability: functionName,
  table: "latchkey",
  stateMachine: "latchkey-grant-lifecycle",
  denyQueue: "latchkey-deny.fifo",
  denyDeadLetters: "latchkey-deny-failed.fifo",
  probes: "latchkey-probes",
  probesFailed: "latchkey-probes-failed",
  /** In each other account that has access roles: what `revoke-access` assumes there. */
  revoker: REVOKER_ROLE,
  /** The rule that looks for foreign inline policies on access roles. */
  iamWatch: "latchkey-iam-watch",
  bus: "latchkey",
  parkedEvents: "latchkey-parked-events",
  watchFailures: "latchkey-watch-failed",
  notifyFailures: "latchkey-notify-failed",
  mailEventsFailures: "latchkey-mail-events-failed",
  /** What SES does with our mails, and where it tells what became of them. */
  configurationSet: "latchkey",
  /** The composite alarm over all that say that people may have access which they should not. */
  accessAtRisk: "latchkey-access-at-risk",
  actionFailures: "latchkey-actions-failed",
  exportFailures: "latchkey-export-audit-failed",
  usageFailures: "latchkey-import-usage-failed",
  dashboard: "latchkey",
  slackWebhook: WEBHOOK_SECRET,
  anyAccessRole: "latchkey-access-*",
  /** The ceiling of one access role, all its copies included. */
  boundary: (accessRole: string) => `latchkey-boundary-${accessRole}`,
  auditBucket: `latchkey-audit-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
  resultsBucket: `latchkey-audit-results-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
  /** Where CloudTrail delivers what minted sessions called. */
  trailBucket: `latchkey-audit-trail-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
  trail: "latchkey-usage",
  /** The rule that looks for changes of the trail. */
  trailWatch: "latchkey-trail-watch",
  accessLogBucket: `latchkey-audit-access-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
  workgroup: "latchkey",
  /** Where masked reads of tables are queried, and what the queries leave for as long as they are read. */
  maskedWorkgroup: "latchkey-masked",
  maskedResults: `latchkey-masked-results-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
  /** Keys have no names: the boundary finds them by these aliases. */
  keyAlias: (purpose: "table" | "seal" | "audit" | "digest" | "permit") => `alias/latchkey-${purpose}`,
} as const;

/** Every API's one stage. */
export const STAGE = "v1";
