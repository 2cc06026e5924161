import { fromItem } from "../../functions/aws/table/grants.ts";
import { keys } from "../../functions/aws/table/keys.ts";
import { readDenyList } from "../../functions/core/deny-document.ts";
import type { Grant } from "../../functions/core/grant/grant.ts";
import { edges, isTerminal, NOTHING } from "../../functions/core/grant/transitions.ts";
import type { Issued } from "../fakes/services.ts";
import type { Item } from "../fakes/tokens.ts";
import type { World } from "../fakes/world.ts";
import type { Engine } from "./engine.ts";
import type { Said } from "./lives.ts";

const SECOND = 1_000;
/** How far the minter's clock may be from STS's. */
const CLOCKS_MS = 2 * SECOND;
/** The minter's timeout, and as long again. */
const LEASE_MS = 60 * SECOND;
const UNDENIED = ["DENIED", "FAILED", "CANCELLED", "EXPIRED", "REJECTED"];
const edge = new Set(edges().map(({ from, to }) => `${from} ${to}`));
const endOf = (grant: Grant): number =>
  "endsAt" in grant && grant.endsAt ? Date.parse(grant.endsAt) : Number.POSITIVE_INFINITY;
const isReleased = (grant: Grant): boolean => grant.status === "ENDED" && grant.liveUntil !== undefined;
const givesSession = ({ masked, resource }: Grant): boolean => !masked && resource.kind !== "action";

type Session = Issued & { grantId: string; attempt: number; ends: number };
type Policy = World["policy"];
/** What the sent policy says itself of its end; not what any of our code believes. */
function endIn(policy: string): number {
  const text = /"DateGreaterThanEquals":\{"aws:CurrentTime":"([^"]+)"\}/.exec(policy)?.[1];
  return text === undefined ? Number.POSITIVE_INFINITY : Date.parse(text);
}

/**
 * Looks on while a simulation plays: at every item that is written, every session that STS issues, every document that IAM
 * takes, and, whenever all is quiet, at which sessions would be let in. The first thing that must not be is kept.
 */
export class Oracles {
  broken: string | undefined;
  readonly said: Said[] = [];
  private readonly engine: Engine;
  private readonly world: World;
  private readonly isSkewed: boolean;
  private readonly grants = new Map<string, Grant>();
  private readonly sessions: Session[] = [];
  private readonly firstEnd = new Map<string, string>();
  private readonly claims = new Map<string, { at: number; attempt: number; policy: Policy }[]>();
  private readonly everDenied = new Set<string>();
  private readonly everLocked: Item[] = [];
  private readonly standing = new Set<Item>();
  private readonly putAt = new Map<string, number>();
  private readonly lockedDown = new Map<string, (grant: Grant) => boolean>();
  private looked = "";

  constructor(engine: Engine, isSkewed: boolean) {
    this.engine = engine;
    this.world = engine.world;
    this.isSkewed = isSkewed;
    const { fake, sts, iam } = this.world;
    fake.written = (before, next) => this.written(before, next);
    sts.after = () => this.minted();
    iam.after = (what) => this.policyWritten(what);
    engine.whenQuiet.push(() => this.look());
  }

  breaks(id: string, what: string): void {
    this.broken ??= `${id}: ${what}`;
  }
  private must(holds: boolean, id: string, what: string): void {
    if (!holds) this.breaks(id, what);
  }

  private written(before: Item | undefined, next: Item | undefined): void {
    const entity = (next ?? before)?.entity;
    if (entity === "grant" && next) this.moved(before && fromItem(before), fromItem(next));
    if (entity === "grant" && !next) this.breaks("I-41", "a grant was deleted");
    if (entity === "event") this.must(before === undefined, "I-49", "an event was written over");
    if (entity === "deny" && next) this.everDenied.add(String(next.grantId));
    if (entity === "deny" && !next && before) this.entryGone(before);
    if (entity === "lockdown" && next) {
      this.everLocked.push(next);
      this.standing.add(next);
    }
    if (entity === "lockdown" && !next && before) {
      this.standing.delete(before);
      this.lockedDown.delete(String(before.id));
    }
  }

  /** One move of a grant: along the table, by one version, from the very state that was met. */
  private moved(before: Grant | undefined, next: Grant): void {
    const { id, status } = next;
    this.grants.set(id, next);
    if (before && before.version === next.version && before.status === status) return; // the next look at it
    const from = before?.status ?? NOTHING;
    if (before && isTerminal(before.status))
      this.breaks("I-17", `${id} was ${before.status} and became ${status}`);
    this.must(edge.has(`${from} ${status}`), "I-41", `${id} went from ${from} to ${status}`);
    this.must(next.version === (before?.version ?? 0) + 1, "I-41", `${id} skipped a version`);
    if ("endsAt" in next && next.endsAt) {
      const first = this.firstEnd.get(id) ?? next.endsAt;
      this.firstEnd.set(id, first);
      this.must(first === next.endsAt, "I-02", `the end of ${id} moved from ${first} to ${next.endsAt}`);
    }
    if (status !== "PENDING" && from === "PENDING" && status === "APPROVED") this.approved(next);
    this.claimed(before, next);
    if (status === "REVOKED" && from === "REVOKING") this.revoked(next);
  }

  /** Every stage by its own quorum of people who may, each person once in all. */
  private approved({ id, stages, agent }: Grant): void {
    const { catalogue } = this.engine.current()?.policy ?? this.world.policy;
    const all = stages.flatMap(({ decided }) => decided.map(({ person }) => person));
    this.must(new Set(all).size === all.length, "I-13", `somebody counts twice for ${id}`);
    for (const stage of stages) {
      this.must(stage.decided.length >= stage.quorum, "I-13", `stage ${stage.stage} of ${id} has no quorum`);
      for (const { person } of stage.decided) {
        const known = catalogue.people.find((each) => each.id === person);
        const groups = [stage.group, stage.escalateTo];
        const may = known?.groups.some((group) => groups.includes(group)) && person !== agent.owner;
        this.must(may === true, "I-12", `${person} may not decide stage ${stage.stage} of ${id}`);
      }
    }
  }

  /** An attempt was claimed: none while another is claimed and younger than its lease. */
  private claimed(before: Grant | undefined, next: Grant): void {
    const { id } = next;
    const attempt =
      next.status === "ACTIVATING"
        ? next.attempt
        : next.status === "ACTIVE" && next.rotating && !sameClaim(before, next)
          ? next.rotating.attempt
          : undefined;
    if (attempt === undefined) return;
    const now = this.engine.now();
    const earlier = this.claims.get(id) ?? [];
    // By the minter's own clock, as the lease is: what it writes takes a while to arrive.
    const [was, is] = [openClaim(before), openClaim(next)];
    if (was !== undefined && is !== undefined && is - was < LEASE_MS)
      this.breaks("I-02", `attempt ${attempt} of ${id} was claimed ${is - was} ms after the one before`);
    this.must(
      attempt === earlier.length + 1,
      "I-02",
      `attempt ${attempt} of ${id} follows ${earlier.length}`,
    );
    const policy = this.engine.current()?.policy ?? this.world.policy;
    this.claims.set(id, [...earlier, { at: now, attempt, policy }]);
  }

  private usable(session: Session): boolean {
    const now = this.engine.now();
    if (now >= session.ends || now >= session.expiration) return false;
    const role = this.grants.get(session.grantId)?.resource.role ?? "";
    return !this.world.iam.refuses(role, { sessionName: session.sessionName, issuedAt: session.at });
  }

  /** STS has just issued a session. */
  private minted(): void {
    const issued = this.world.sts.issued.at(-1);
    if (!issued) return;
    const [, , grantId = "", text] = issued.sessionName.split(".");
    const session: Session = { ...issued, grantId, attempt: Number(text), ends: endIn(issued.policy) };
    const grant = this.grants.get(grantId);
    if (!grant) {
      this.breaks("I-01", `a session of no grant, ${issued.sessionName}`);
      return;
    }
    const twice = this.sessions.some(({ sessionName }) => sessionName === issued.sessionName);
    this.must(!twice, "I-02", `two sessions of one attempt, ${issued.sessionName}`);
    this.sessions.push(session);
    const claim = this.claims.get(grantId)?.find(({ attempt }) => attempt === session.attempt);
    if (!claim) {
      this.breaks("I-46", `${issued.sessionName} was minted and never claimed`);
      return;
    }
    this.must(
      grant.stages.every(({ status }) => status === "approved"),
      "I-01",
      `${issued.sessionName} was minted without its approval`,
    );
    this.must(
      session.ends === endOf(grant),
      "I-02",
      `${issued.sessionName} ends at another time than ${grantId}`,
    );
    if (isTerminal(grant.status) && (this.usable(session) || isProbed(grant)))
      this.breaks("I-17", `${issued.sessionName} was minted when ${grantId} was ${grant.status}`);
    if (grant.status === "APPROVED" || grant.status === "PENDING")
      this.breaks("I-01", `${issued.sessionName} was minted in ${grant.status}`);
    const open = grant.status === "ACTIVE" ? grant.rotating?.attempt : "attempt" in grant && grant.attempt;
    if (/^ACTIV/.test(grant.status))
      this.must(open === session.attempt, "I-02", `${issued.sessionName}, but ${open} is claimed`);
    this.asApproved(grant, session, claim.policy);
  }

  /** What the claimer was deployed with asks for no more than was approved, and of the same thing. */
  private asApproved(grant: Grant, { sessionName }: Session, { catalogue, bundle }: Policy): void {
    const resource = catalogue.resources.find(({ id }) => id === grant.resource.id);
    this.must(resource?.arn === grant.resource.arn, "I-18", `${sessionName} is for ${grant.resource.arn}`);
    for (const { rule, decided } of grant.stages) {
      const quorum = bundle.rules.find(({ id }) => id === rule)?.obligation?.quorum ?? 0;
      this.must(decided.length >= quorum, "I-18", `${sessionName}: ${rule} now wants ${quorum}`);
    }
  }

  /** Since when IAM has denied a grant without a break: its own pattern, or the whole role, which a lockdown shuts. */
  private policyWritten(what: string): void {
    if (what === "get") return;
    const now = this.engine.now();
    const denied = new Set<string>();
    for (const [role, document] of this.world.iam.documents) {
      const list = readDenyList(document);
      for (const pattern of list?.patterns ?? []) {
        const [, of = ""] = /^\*\.([a-z2-7]{16})\.\*$/.exec(pattern) ?? [];
        if (of) denied.add(of);
        const known = of ? this.everDenied.has(of) : this.everLocked.length > 0;
        this.must(known, "I-46", `IAM denies ${pattern} on ${role}, and nothing says so`);
      }
      if (list?.wholeRole)
        for (const { id, resource } of this.grants.values()) if (resource.role === role) denied.add(id);
    }
    for (const id of denied) if (!this.putAt.has(id)) this.putAt.set(id, now);
    for (const id of this.putAt.keys()) if (!denied.has(id)) this.putAt.delete(id);
  }

  private entryGone({ grantId, endsAt }: Item): void {
    const margin = (this.isSkewed ? 0 : 300) * SECOND;
    const until = Date.parse(String(endsAt)) + margin;
    this.must(this.engine.now() >= until, "I-28", `the denial of ${String(grantId)} went too early`);
  }

  /** Said only when three probes were refused, the last of them when IAM had had its time; or when the window is over. */
  private revoked(grant: Grant): void {
    if (grant.status !== "REVOKED") return;
    const now = this.engine.now();
    if (grant.proof === "expired" && !this.isSkewed)
      this.must(now >= endOf(grant), "I-25", `${grant.id} was called expired in its window`);
    if (grant.proof !== "probed") return;
    const rounds = this.world.probes.orders.filter(
      ({ sessionName, answer }) => sessionName.includes(`.${grant.id}.`) && answer.is === "refused",
    );
    const controls = this.world.probes.orders.filter(
      ({ sessionName, answer }) => sessionName.startsWith("lk.control.") && answer.is === "allowed",
    );
    this.must(
      rounds.length >= 3 && controls.length > 0,
      "I-25",
      `${grant.id} was REVOKED after ${rounds.length} probes`,
    );
    const put = this.putAt.get(grant.id);
    const last = rounds.at(-1)?.at ?? 0;
    if (!this.isSkewed && put !== undefined)
      this.must(
        last - put >= 15 * SECOND,
        "I-25",
        `${grant.id} was REVOKED ${last - put} ms after it was denied`,
      );
  }

  /** A lockdown whose setter was told that all is stopped: nothing under it is live from then on. */
  lockdownComplete(id: string, concerns: (grant: Grant) => boolean): void {
    if ([...this.standing].some((each) => each.id === id)) this.lockedDown.set(id, concerns);
  }

  /** Whenever all is quiet: which sessions would be let in, and may they be. */
  private look(): void {
    const { fake, iam, sts } = this.world;
    const now = this.engine.now();
    const picture = `${fake.counts.writes} ${iam.puts.length} ${sts.issued.length} ${Math.floor(now / SECOND)}`;
    if (picture === this.looked) return;
    this.looked = picture;
    const usable = new Set<string>();
    for (const session of this.sessions) if (this.usable(session)) usable.add(session.grantId);
    for (const grant of this.grants.values()) {
      const { id, status } = grant;
      if (isTerminal(status) && !usable.has(id)) continue;
      if (usable.has(id)) this.mayBeUsed(grant);
      if (status === "REVOKING" && givesSession(grant) && now < endOf(grant))
        this.must(this.hasEntry(grant), "I-25", `${id} is being revoked without a deny entry`);
      if (status === "ACTIVE")
        for (const concerns of this.lockedDown.values())
          this.must(!concerns(grant), "I-71", `${id} is ACTIVE under a lockdown that is complete`);
    }
  }

  private mayBeUsed(grant: Grant): void {
    const { id, status } = grant;
    // By a clock that is minutes fast a window is over before it is: of one that was never collected, too.
    const isOverEarly = this.isSkewed && status === "FAILED" && grant.closing.code === "window_over";
    if (UNDENIED.includes(status) && !isOverEarly)
      this.breaks("I-30", `${id} is ${status}, and a session of it works`);
    if (status === "ENDED" && !isReleased(grant) && !this.isSkewed)
      this.breaks("I-23", `${id} is ENDED, and a session of it works`);
    if (status === "REVOKED" && !(this.isSkewed && grant.proof === "expired"))
      this.breaks("I-24", `${id} is REVOKED (${grant.proof}), and a session of it works`);
  }

  private hasEntry = ({ id, resource }: Grant): boolean =>
    this.world.fake.item(keys.deny(resource.role, id)) !== undefined;

  /** When faults have stopped and everything had its time: only what is granted works. */
  whenSettled(): void {
    const now = this.engine.now();
    const locked = (grant: Grant) =>
      [...this.standing].some(({ target }) => {
        const { type, id } = target as { type: string; id?: string };
        const is = { agent: grant.agent.id, resource: grant.resource.id, role: grant.resource.role };
        return (
          type === "everything" || is[type as keyof typeof is] === id || is.role === `latchkey-access-${id}`
        );
      });
    for (const session of this.sessions) {
      const grant = this.grants.get(session.grantId);
      if (!grant || !this.usable(session)) continue;
      const may = isReleased(grant) || (/^ACTIV/.test(grant.status) && !locked(grant));
      this.must(may, "I-30", `${session.sessionName} works, and ${grant.id} is ${grant.status}`);
    }
    for (const grant of this.grants.values()) {
      if (grant.status === "ACTIVE" && locked(grant))
        this.breaks("I-71", `${grant.id} is ACTIVE under a lockdown`);
      if (/^ACTIV/.test(grant.status) && now > endOf(grant) + 240 * SECOND)
        this.breaks("I-42", `${grant.id} is ${grant.status} long after its window`);
      this.unhurt(grant);
    }
  }

  /** Nothing that ended another took this one's session away (I-26): what is ACTIVE and under no lockdown works. */
  private unhurt(grant: Grant): void {
    if (grant.status !== "ACTIVE" || !givesSession(grant) || this.everLocked.length > 0) return;
    const newest = this.sessions.find((each) => each.grantId === grant.id && each.attempt === grant.attempt);
    if (!newest || this.engine.now() >= Math.min(newest.ends, newest.expiration)) return;
    this.must(this.usable(newest), "I-26", `${newest.sessionName} is refused, and ${grant.id} is ACTIVE`);
  }

  /** After all windows. */
  atTheEnd(): void {
    for (const { id, status } of this.grants.values())
      this.must(isTerminal(status), "I-42", `${id} is ${status} when everything is over`);
    for (const { id, status } of this.grants.values())
      this.must(
        status === "DENIED" || this.world.workflow.executions.has(id) || this.startedLater(id),
        "I-39",
        `${id} never had a workflow`,
      );
    this.heard();
  }
  private startedLater = (id: string): boolean =>
    [...this.world.workflow.executions.keys()].some((name) => name.startsWith(`${id}-`)) ||
    (this.claims.get(id) ?? []).length === 0;

  /** What clients were told agrees with what there is. */
  private heard(): void {
    const byKey = new Map<string, string>();
    for (const { what, status, id, key, from, body } of this.said) {
      if (key && id && (status === 201 || status === 200)) {
        const first = byKey.get(key) ?? id;
        byKey.set(key, first);
        this.must(first === id, "I-38", `${key} gave ${first}, and then ${id}`);
      }
      if (what === "collect" && status === 200 && id) this.delivered(id, from, body);
    }
    const created = [...this.grants.values()].filter((grant) => grant.extends === undefined).length;
    const keysUsed = new Set(this.said.flatMap(({ what, key }) => (what === "ask" && key ? [key] : [])));
    this.must(
      keysUsed.size === 0 || created <= keysUsed.size,
      "I-38",
      `${created} grants of ${keysUsed.size} asks`,
    );
  }

  private delivered(id: string, from: number, body: unknown): void {
    const { AccessKeyId } = body as { AccessKeyId: string };
    const session = this.sessions.find((each) => each.session.accessKeyId === AccessKeyId);
    if (!session || session.grantId !== id) {
      this.breaks("I-10", `credentials of another than ${id}`);
      return;
    }
    const grant = this.grants.get(id);
    const [first] = this.claims.get(id) ?? [];
    if (!grant || !first) return;
    const start = Math.max(first.at, grant.requestedStart ? Date.parse(grant.requestedStart) : 0);
    const most = start + grant.windowSeconds * SECOND + CLOCKS_MS;
    this.must(session.ends <= most, "I-43", `${session.sessionName} works for longer than was asked for`);
    if (!this.isSkewed) this.must(from < session.ends, "I-23", `${id} was collected after its end`);
  }

  summary = (): string => [...this.grants.values()].map(({ id, status }) => `${id} ${status}`).join(", ");
}

const sameClaim = (before: Grant | undefined, next: Grant): boolean =>
  before?.status === "ACTIVE" &&
  next.status === "ACTIVE" &&
  before.rotating?.attempt === next.rotating?.attempt;
/** When the attempt was claimed that is under way; undefined: none is. */
function openClaim(grant: Grant | undefined): number | undefined {
  if (grant?.status === "ACTIVATING") return Date.parse(grant.claimedAt);
  return grant?.status === "ACTIVE" && grant.rotating ? Date.parse(grant.rotating.claimedAt) : undefined;
}
const isProbed = (grant: Grant): boolean => grant.status === "REVOKED" && grant.proof === "probed";
