import type { AccessRoles } from "../../functions/aws/access-roles.ts";
import type { DenyPolicies } from "../../functions/aws/role-policies.ts";
import { accessRoleOf } from "../../functions/core/access-role.ts";
import { trustStatements } from "../../functions/core/access-trust.ts";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import type { RoleState } from "../../functions/core/role-state.ts";
import { evaluate } from "../core/kinds/evaluate.ts";
import { ACCOUNT } from "./api.ts";
import type { Around } from "./services.ts";

/** One session's call, as far as deny lists look at it. */
export type SessionCall = { sessionName: string; issuedAt: number };
export const BROKER = { accountId: ACCOUNT, partition: "aws", externalId: "external" };
type Version = { document: string | undefined; visibleAt: number };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_CHARACTERS = 10_240;
const limitExceeded = (): Error =>
  Object.assign(new Error("Maximum policy size of 10240 bytes exceeded"), { name: "LimitExceededException" });

/** IAM, as far as the one deny policy of each role goes: what was written, and from when its hosts go by it. */
export class FakeIam implements DenyPolicies {
  readonly documents = new Map<string, string>();
  /** Every document ever put, in order. */
  readonly puts: { role: string; document: string }[] = [];
  before: ((what: "put" | "get" | "remove", role: string) => unknown) | undefined;
  after: Around<"put" | "get" | "remove"> | undefined;
  /** How long a change takes until calls are refused by it. */
  delayMs: () => number = () => 0;
  /** What other inline policies of a role take up of its room. */
  foreignCharacters = 0;
  private readonly versions = new Map<string, Version[]>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  private change(role: string, document: string | undefined): void {
    if (document === undefined) this.documents.delete(role);
    else this.documents.set(role, document);
    const visibleAt = this.now() + this.delayMs();
    this.versions.set(role, [...(this.versions.get(role) ?? []), { document, visibleAt }]);
  }

  async put(role: string, document: string): Promise<void> {
    await this.before?.("put", role);
    if (document.replace(/\s/g, "").length + this.foreignCharacters > MAX_CHARACTERS) throw limitExceeded();
    this.change(role, document);
    this.puts.push({ role, document });
    await this.after?.("put");
  }
  async get(role: string): Promise<string | undefined> {
    await this.before?.("get", role);
    return this.documents.get(role);
  }
  async remove(role: string): Promise<void> {
    await this.before?.("remove", role);
    if (this.documents.has(role)) this.change(role, undefined);
    await this.after?.("remove");
  }

  /** Somebody edits the policy by hand, past everything of ours. */
  edit(role: string, document: string | undefined): void {
    this.change(role, document);
  }

  /** What somebody did to a role by hand, by its name. */
  readonly edits = new Map<string, Partial<RoleState> | "deleted">();

  /** The roles as they were deployed, but for what was edited. */
  readonly accessRoles: AccessRoles = {
    denyDocument: (name) => this.get(name),
    state: async (name) => {
      await this.before?.("get", name);
      const edited = this.edits.get(name);
      const policy = (what: string) =>
        `arn:aws:iam::${ACCOUNT}:policy/latchkey-${what}-${accessRoleOf(name)}`;
      const deployed: RoleState = {
        trust: JSON.stringify({ Version: "2012-10-17", Statement: trustStatements(BROKER) }),
        boundary: policy("boundary"),
        inline: this.documents.has(name) ? [DENY_POLICY_NAME] : [],
        attached: [policy("permissions")],
      };
      return edited === "deleted" ? undefined : { ...deployed, ...edited };
    },
  };

  /** True when a host that has heard of what it can have heard of refuses the call now. */
  refuses(role: string, { sessionName, issuedAt }: SessionCall): boolean {
    const heard = this.versions.get(role)?.filter(({ visibleAt }) => visibleAt <= this.now()) ?? [];
    return refusesBy(heard.at(-1)?.document, sessionName, issuedAt);
  }

  /** True when IAM denies every session of a grant on a role, as its document is now. `issuedAt`: of a session, for a cut-off. */
  denies(role: string, grantId: string, { key = "agent", issuedAt = this.now() } = {}): boolean {
    return refusesBy(this.documents.get(role), `lk.${key}.${grantId}.1`, issuedAt);
  }
}

function refusesBy(document: string | undefined, sessionName: string, issuedAt: number): boolean {
  if (document === undefined) return false;
  const context = {
    "aws:userid": `AROAEXAMPLE:${sessionName}`,
    "aws:TokenIssueTime": new Date(issuedAt).toISOString(),
  };
  return evaluate(JSON.parse(document), { action: "s3:GetObject", resource: "*", context }) === "deny";
}
