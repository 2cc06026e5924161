import { massMail, oneMail } from "../../fakes/actions.ts";
import { routine, sensitive, twoStages } from "../../fakes/asks.ts";

/** People of the example with an IAM identity, and what they are. */
export const PEOPLE: Record<string, string> = {
  ...{ priya: "privacy", ingrid: "data-owners", samira: "security", noor: "security" },
  ...{ colin: "compliance", maya: "ml-platform" },
};
/** By mail alone: their groups. */
const BY_MAIL: Record<string, string> = { ...PEOPLE, tomas: "privacy", yara: "communications" };
export const AGENTS = ["finetune-pipeline", "support-assistant", "analytics-copilot"] as const;
const OWNER: Record<string, string> = {
  ...{ "finetune-pipeline": "maya", "support-assistant": "luca", "analytics-copilot": "kwame" },
};
export const SYSTEMS: readonly string[] = ["mail-gateway"];
export const QUOTA = { openGrants: 5, asksPerMinute: 7 };

type Template = {
  agent: (typeof AGENTS)[number];
  body: Record<string, unknown>;
  stages: string[];
  gives: "session" | "masked" | "permit";
  resource: string;
  ownerGroup: string;
  role: string;
  denied?: true;
  glass?: true;
};
const claims = { resource: "claims", ownerGroup: "data-owners", role: "production-data" } as const;
const mail = {
  gives: "permit",
  resource: "send-mass-mail",
  ownerGroup: "communications",
  role: "-",
} as const;
const session = { gives: "session" } as const;
const support = "support-assistant";
/** What is asked for, and what the example's policy says to it. */
export const TEMPLATES = {
  routine: {
    ...{ agent: "finetune-pipeline", body: routine, stages: [], ...session },
    ...{ resource: "support-conversations", ownerGroup: "ml-platform", role: "training-data" },
  },
  sensitive: { agent: support, body: sensitive, stages: ["privacy"], ...session, ...claims },
  twoStages: {
    ...{ agent: "analytics-copilot", body: twoStages, stages: ["privacy", "data-owners"] },
    ...{ ...session, ...claims },
  },
  masked: {
    ...{ agent: "analytics-copilot", stages: [], gives: "masked", ...claims },
    body: { resource: "claims", access: "read", windowSeconds: 900, masked: true, purpose: "count" },
  },
  glass: {
    ...{ agent: support, body: { ...sensitive, breakGlass: true }, stages: [] },
    ...{ ...session, ...claims, glass: true },
  },
  foreign: {
    ...{ agent: "finetune-pipeline", body: sensitive, stages: [], ...session, ...claims, denied: true },
  },
  oneMail: { agent: support, body: oneMail, stages: [], ...mail },
  massMail: { agent: support, body: massMail, stages: ["communications"], ...mail },
} as const satisfies Record<
  string,
  Omit<Template, "stages" | "body"> & { stages: readonly string[]; body: object }
>;
export type TemplateName = keyof typeof TEMPLATES;
export const templateOf = (name: TemplateName) => TEMPLATES[name] as unknown as Template;

export type Held = {
  id: string;
  template: TemplateName;
  status: string;
  /** Why it closed, or closes. */
  code?: string;
  digest: string;
  stages: { group: string; by: string[] }[];
  decideBy?: number;
  seconds: number;
  endsAt?: number;
  /** What it goes on from, and what goes on from it. */
  base?: string;
  extendedBy?: string;
  permit?: string;
  redeemed?: { key: string | undefined };
  outcome?: string;
  review?: "open" | "closed";
};
export type Standing = { id: string; by: string; target: { type: string; id?: string }; lifted: boolean };

/** All that is known of a broker from outside. */
export class Model {
  readonly grants: Held[] = [];
  readonly lockdowns: Standing[] = [];
  readonly keys = new Map<string, { body: string; id: string }>();
  readonly wrongCodes = new Map<string, { count: number; at: number }>();
  private readonly asks = new Map<string, { minute: number; count: number }>();
  /** Whether nobody else uses the broker: then quotas and lists are predicted too. */
  readonly alone: boolean;
  constructor(alone: boolean) {
    this.alone = alone;
  }

  kindOf(who: string): "agent" | "person" | "performer" | "nobody" {
    if (who in PEOPLE) return "person";
    if (SYSTEMS.includes(who)) return "performer";
    return (AGENTS as readonly string[]).includes(who) ? "agent" : "nobody";
  }
  grant = (id: string): Held | undefined => this.grants.find((each) => each.id === id);
  agentOf = ({ template }: Held): string => templateOf(template).agent;
  owns = (who: string, grant: Held | undefined): grant is Held =>
    grant !== undefined && this.agentOf(grant) === who;
  isTerminal = ({ status }: Held): boolean =>
    ["DENIED", "REJECTED", "EXPIRED", "CANCELLED", "ENDED", "REVOKED", "FAILED"].includes(status);

  private groupsAbout({ template, stages, review }: Held): string[] {
    const { ownerGroup } = templateOf(template);
    // Of a broken glass, who was passed over.
    return [...stages.map(({ group }) => group), ...(review ? ["privacy"] : []), ownerGroup];
  }
  sees(who: string, grant: Held | undefined): grant is Held {
    if (!grant) return false;
    if (this.kindOf(who) === "agent") return this.owns(who, grant);
    const group = PEOPLE[who];
    if (group === undefined) return false;
    const may = ["security", "compliance", ...this.groupsAbout(grant)];
    return OWNER[this.agentOf(grant)] === who || may.includes(group);
  }
  revokes = (who: string, grant: Held): boolean =>
    ["security", ...this.groupsAbout(grant)].includes(PEOPLE[who] ?? "");
  reviews = (who: string, grant: Held): boolean =>
    ["security", templateOf(grant.template).ownerGroup].includes(PEOPLE[who] ?? "") &&
    OWNER[this.agentOf(grant)] !== who;

  openStage(grant: Held): { number: number; group: string; by: string[] } | undefined {
    if (grant.status !== "PENDING") return undefined;
    const index = grant.stages.findIndex(({ by }) => by.length === 0);
    const stage = grant.stages[index];
    return stage && { number: index + 1, ...stage };
  }
  mayDecide(who: string, grant: Held): boolean {
    const stage = this.openStage(grant);
    return stage !== undefined && BY_MAIL[who] === stage.group && OWNER[this.agentOf(grant)] !== who;
  }

  locked(name: TemplateName): boolean {
    const { agent, resource, role } = templateOf(name);
    const concerns = ({ type, id }: Standing["target"]) =>
      type === "everything" || id === { agent, resource, role }[type];
    return this.lockdowns.some(({ target, lifted }) => !lifted && concerns(target));
  }

  /** Which limit an ask passes, if any. */
  overQuota(agent: string, opens: boolean, now: number): boolean {
    if (!this.alone) return false;
    const used = this.asks.get(agent);
    if (used && used.minute >= minuteOf(now) && used.count >= QUOTA.asksPerMinute) return true;
    const open = this.grants.filter((each) => this.owns(agent, each) && !this.isTerminal(each));
    return opens && open.length >= QUOTA.openGrants;
  }
  countAsk(agent: string, now: number): void {
    const used = this.asks.get(agent);
    const count = used && used.minute === minuteOf(now) ? used.count + 1 : 1;
    this.asks.set(agent, { minute: minuteOf(now), count });
  }

  add(name: TemplateName, held: Pick<Held, "id" | "digest" | "seconds">, now: number): Held {
    const { stages, denied, glass } = templateOf(name);
    const grant: Held = {
      ...{ ...held, template: name, stages: stages.map((group) => ({ group, by: [] })) },
      status: denied ? "DENIED" : "PENDING",
      ...(denied ? { code: "policy_denied" } : {}),
      ...(glass ? { review: "open" as const } : {}),
    };
    this.grants.push(grant);
    if (!denied && stages.length === 0) this.activate(grant, now);
    return grant;
  }
  activate(grant: Held, now: number): void {
    const base = grant.base === undefined ? undefined : this.grant(grant.base);
    // What goes on from something that was stopped is stopped too; what was given back, or ended, is another matter.
    if (base && ["revoked", "locked_down"].includes(base.code ?? "")) {
      Object.assign(grant, { status: "DENIED", code: "base_revoked" });
      return;
    }
    grant.status = "ACTIVE";
    grant.endsAt = Math.floor(now / 1000) * 1000 + grant.seconds * 1000;
  }

  /** Somebody ends it: true when that changed something. */
  stop(grant: Held, code: string, unminted: "CANCELLED" | "DENIED"): boolean {
    const was = grant.status;
    if (was === "PENDING") grant.status = unminted;
    else if (was === "ACTIVE")
      grant.status = templateOf(grant.template).gives === "session" ? "REVOKING" : "REVOKED";
    if (grant.status !== was) grant.code = code;
    return grant.status !== was;
  }
  lockDown(lockdown: Standing): void {
    this.lockdowns.push(lockdown);
    for (const grant of this.grants) {
      const { type, id } = lockdown.target;
      const { agent, resource, role } = templateOf(grant.template);
      const concerns = type === "everything" || id === { agent, resource, role }[type];
      if (concerns && (grant.status === "ACTIVE" || type === "agent"))
        this.stop(grant, "locked_down", "DENIED");
    }
  }

  /** What time alone changes; `swept`: all that comes by itself was done as well. */
  at(now: number, swept = false): void {
    for (const grant of this.grants) {
      if (grant.status === "ACTIVE" && grant.endsAt !== undefined && now >= grant.endsAt)
        Object.assign(grant, { status: "ENDED", code: "window_over" });
      if (!swept) continue;
      if (grant.status === "REVOKING") grant.status = "REVOKED";
      if (grant.status === "PENDING" && grant.decideBy !== undefined && now >= grant.decideBy)
        Object.assign(grant, { status: "EXPIRED", code: "nobody_decided" });
    }
  }
}
const minuteOf = (now: number): number => Math.floor(now / 60_000);
