/** The folders of `functions/` that become Lambda functions. */
export type Capability =
  | "grants-api"
  | "credentials-api"
  | "read-masked"
  | "decisions-api"
  | "approval-page"
  | "public-documents"
  | "ask-approvers"
  | "mail-events"
  | "mint-credentials"
  | "issue-permit"
  | "permits-api"
  | "end-access"
  | "stops-api"
  | "revoke-access"
  | "prove-denial"
  | "sweep"
  | "export-audit"
  | "sign-digest"
  | `perform-${string}` // one for each action type that Latchkey performs: see infra/functions/perform-action.ts
  | "start-approvals"
  | "import-usage"
  | "publish-events"
  | "watch"
  | "notify";

/** The name of a capability's function, and of its role: fixed, for other stacks, accounts and policies say it. */
export const functionName = (capability: Capability): string => `latchkey-${capability}`;
