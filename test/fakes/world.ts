import { hkdfSync } from "node:crypto";
import type { PageAnswer } from "../../functions/approval-page/answer.ts";
import type { Log } from "../../functions/aws/log.ts";
import type { MaskSecret } from "../../functions/aws/seal.ts";
import { fromItem } from "../../functions/aws/table/grants.ts";
import { keys } from "../../functions/aws/table/keys.ts";
import type { Agent } from "../../functions/core/catalogue.ts";
import type { Grant } from "../../functions/core/grant/grant.ts";
import { LIMITS_MS } from "../../functions/core/grant/moves.ts";
import type { Measure } from "../../functions/core/metrics.ts";
import {
  ACCOUNT,
  context,
  type Identity,
  identityOf,
  proxyEvent,
  type Reply,
  type Request,
  replyOf,
} from "./api.ts";
import { FakeAuditBucket } from "./audit-bucket.ts";
import { FakeBus, FakeParkedQueue, streamRecord } from "./bus.ts";
import { clientOf } from "./client.ts";
import { whatIsNotInTheContract } from "./contract.ts";
import { timedOut } from "./faults.ts";
import { BROKER, FakeIam } from "./iam.ts";
import { deployPolicy, type Edit } from "./policy.ts";
import { FakeProbes } from "./probes.ts";
import { type Release, thisRelease } from "./release.ts";
import { FakeItems, FakeObjects, FakeQueries } from "./rows.ts";
import { FakeAsker, FakeDenyQueue, FakeMail, FakeSeal, FakeSts, Secrets } from "./services.ts";
import { FakeSigner } from "./signer.ts";
import { type Command, FakeTable } from "./table.ts";
import { type AwsCall, RunLostError, Wire } from "./wire.ts";
import { FakeWorkflow, type WorkflowParts } from "./workflow.ts";

const START = Date.parse("2026-11-21T09:30:00.250Z");
const MARGIN_SECONDS = 300;
const SETTLE_SECONDS = 15;
/** What API Gateway answers for a function that came to no end. */
const BAD_GATEWAY = replyOf({ statusCode: 502, body: JSON.stringify({ message: "Internal server error" }) });
export type Deps = ReturnType<World["deps"]>;
export type Line = { code: string; fields: Parameters<Log>[1] };
/** What one collected at the moment of a mint: the state of the grant then. */
export type Observed = { sessionName: string; status: string | undefined; attempt: number | undefined };

/** One virtual deployment: every function with its real rules, everything of AWS as fakes, and a clock that is told. */
export class World {
  private clock = START;
  private ids = 0;
  readonly now = (): number => this.clock;
  readonly newId = (): string => base32Of(++this.ids);
  readonly secrets = new Secrets();
  readonly lines: Line[] = [];
  readonly runs: Record<string, number> = {};
  readonly observed: Observed[] = [];
  readonly fake = new FakeTable(this.now);
  readonly sts = new FakeSts(this.now, this.secrets);
  readonly seal = new FakeSeal();
  readonly maskSeal = new FakeSeal<MaskSecret>();
  private maskSecrets = 0;
  private nextMaskSecret(): string {
    this.maskSecrets += 1;
    return Buffer.alloc(32, this.maskSecrets).toString("base64");
  }
  readonly objects = new FakeObjects();
  readonly items = new FakeItems();
  readonly queries = new FakeQueries();
  private drawn = 0;
  /** Bytes that no two calls share. */
  readonly random = (bytes: number): Uint8Array => {
    this.drawn += 1;
    return new Uint8Array(hkdfSync("sha256", "drawn", String(this.drawn), "", bytes));
  };
  readonly permitSigner = new FakeSigner();
  readonly bucket = new FakeAuditBucket(() => this.clock);
  /** Between every function and all of AWS. */
  readonly wire = new Wire((name, args) => this.waysOf(name, args));
  /** Where a function runs, when not at once and to its end. */
  lambda: (<T>(capability: string, work: () => Promise<T>) => Promise<T>) | undefined;
  /** How far off the clock of the function that runs now is. AWS's own is right. */
  skewMs: () => number = () => 0;
  readonly iam = new FakeIam(this.now);
  readonly probes = new FakeProbes(this.iam, this.now);
  readonly queue = new FakeDenyQueue(this.now);
  readonly mail = new FakeMail(this.secrets);
  readonly bus = new FakeBus(this.secrets);
  readonly parked = new FakeParkedQueue(this.now, this.secrets);
  private streamed = 0;
  readonly asker = new FakeAsker();
  readonly workflow: FakeWorkflow;
  policy: ReturnType<typeof deployPolicy>;

  /** `machine`: another Step Functions than the quick one by hand. */
  constructor(edit?: Edit, machine: new (...made: WorkflowParts) => FakeWorkflow = FakeWorkflow) {
    this.policy = deployPolicy(edit);
    this.workflow = new machine(this.now, this.secrets, {
      ask: (input) => this.run("ask-approvers", (release, deps) => release.askApprovers(deps, input)),
      mint: (input) => this.mint(input.grantId),
      permit: (input) => this.permit(input.grantId),
      end: (input) => this.end(input.grantId),
    });
  }

  /** How else a call may come out: a read that need not be consistent is of before; of several entries some are not taken. */
  private waysOf(name: string, [first]: readonly unknown[]): AwsCall["ways"] {
    if (name === "table.client.send") {
      const old = this.fake.stale(first as Command);
      return old ? { stale: async () => old() } : {};
    }
    if (name === "putEvents" && Array.isArray(first) && first.length > 1) {
      const rest = first.slice(1) as Parameters<typeof this.bus.put>[0];
      return { partial: async () => ["ThrottlingException", ...(await this.bus.put(rest))] };
    }
    if (name === "queueProbes" && Array.isArray(first) && first.length > 1) {
      const half = first.slice(0, Math.ceil(first.length / 2)) as Parameters<typeof this.probes.queue>[0];
      return { partial: () => this.probes.queue(half).then(() => Promise.reject(timedOut("SQS"))) };
    }
    return {};
  }

  /** What was given to CloudWatch. */
  readonly measures: Measure[] = [];

  /** Hears of each line, as a filter over the log would. */
  heard: ((line: Line) => void) | undefined;

  /** A log that lets no secret through. */
  readonly log: Log = (code, fields = {}) => {
    const leak = this.secrets.in(JSON.stringify(fields));
    if (leak) throw new Error(`the log line ${code} holds a ${leak}`);
    this.lines.push({ code, fields });
    this.heard?.({ code, fields });
  };

  /** Waiting is the clock moving, and the machine working meanwhile. */
  pause = async (ms: number): Promise<void> => {
    this.clock += ms;
    await this.workflow.settle();
  };

  /** Everything that any function's composition root would give it: the same until a policy is deployed. */
  deps() {
    if (this.given?.bundle !== this.policy.bundle) this.given = this.everything();
    return this.given;
  }
  private given: ReturnType<World["everything"]> | undefined;

  /** What functions have of AWS. Whatever is added here is behind the wire; nothing of AWS is given otherwise. */
  private readonly services = () => ({
    table: this.fake.table,
    startWorkflow: this.workflow.start,
    tell: this.workflow.tell,
    queueDeny: this.queue.send,
    askAgain: this.asker.send,
    ...{ seal: this.seal, maskSeal: this.maskSeal, permitSigner: this.permitSigner },
    ...{ objects: this.objects, items: this.items, queries: this.queries },
    ...{ policies: this.iam, accessRoles: this.iam.accessRoles },
    sendMail: this.mail.send,
    assumeRole: this.assumeRole,
    ...{ probe: this.probes.probe, queueProbes: this.probes.queue },
    ...{ putEvents: this.bus.put, park: this.parked.park, parked: this.parked },
    put: this.bucket.put,
  });

  private readonly assumeRole = async (request: Parameters<typeof this.sts.assumeRole>[0]) => {
    const grant = this.grantOrNone(request.sessionName.split(".")[2] ?? "");
    const rotating = grant && "rotating" in grant ? grant.rotating?.attempt : undefined;
    const attempt = rotating ?? (grant && "attempt" in grant ? grant.attempt : undefined);
    this.observed.push({ sessionName: request.sessionName, status: grant?.status, attempt });
    return this.sts.assumeRole(request);
  };

  private everything() {
    const { newId, log } = this;
    const now = () => this.clock + this.skewMs();
    const pause = (ms: number) => this.pause(ms);
    const aws = this.wire.around(this.services());
    return {
      ...aws,
      ...this.policy,
      ...{ now, newId, log, pause },
      ...{ newMaskSecret: () => ({ secret: this.nextMaskSecret() }), random: this.random },
      ...{ longestSessionSeconds: 3_600, rotateBeforeSeconds: 900 },
      ...{ accountId: ACCOUNT, partition: "aws", approvalUrl: "https://approve.test/v1" },
      ...{ denyMarginSeconds: MARGIN_SECONDS, settleSeconds: SETTLE_SECONDS, patienceMs: 50_000 },
      broker: BROKER,
      emit: (measures: readonly Measure[]): void => void this.measures.push(...measures),
      republish: (): Promise<void> =>
        this.release("sweep").republishParked({ ...this.depsOf("sweep"), pause: async () => undefined }),
    };
  }

  /** Which release a function is of: here all are of this one. */
  protected release(_capability: string): Release {
    return thisRelease;
  }
  /** What the function of that release was deployed with. */
  protected depsOf(_capability: string): ReturnType<World["everything"]> {
    return this.deps();
  }
  async run<T>(capability: string, work: (release: Release, deps: Deps) => Promise<T>): Promise<T> {
    this.runs[capability] = (this.runs[capability] ?? 0) + 1;
    const given = () => work(this.release(capability), this.depsOf(capability));
    return this.lambda ? this.lambda(capability, given) : given();
  }

  /** A policy deploy, or an edit of the catalogue. */
  deploy(edit?: Edit): void {
    this.policy = deployPolicy(edit);
  }

  /** Moves the clock, stopping wherever the machine has something to do, and lets it. */
  async advance(ms: number): Promise<void> {
    const target = this.clock + ms;
    await this.workflow.settle();
    for (
      let wake = this.workflow.nextWake();
      !this.workflow.paused && wake !== undefined && wake <= target;
    ) {
      this.clock = Math.max(this.clock, wake);
      await this.workflow.settle();
      wake = this.workflow.nextWake();
    }
    this.clock = target;
    await this.workflow.settle();
  }
  /** Moves the clock and nothing else. */
  tick(ms: number): void {
    this.clock += ms;
  }

  mint = (grantId: string) =>
    this.run("mint-credentials", (release, deps) => release.mint(deps, { grantId }));
  permit = (grantId: string) =>
    this.run("issue-permit", async (release, deps) => {
      const next = await release.issuePermit(deps, { grantId });
      const kept = this.fake.item(keys.permit(grantId));
      // In no log, event or mail, though it is no use to anybody but its audience.
      if (kept) this.secrets.add("permit", String(kept.permit));
      return next;
    });
  end = (grantId: string) => this.run("end-access", (release, deps) => release.endAccess(deps, { grantId }));
  /** The stream's second reader takes what came since it last did; a batch that failed comes again. */
  async publish() {
    const batch = this.fake.events.slice(this.streamed).map(({ body, hash }) => streamRecord(body, hash));
    const upTo = this.fake.events.length;
    const done = await this.run("publish-events", (release, deps) => release.publishBatch(deps, batch));
    this.streamed = upTo;
    return done;
  }
  /** A minute's sweep, and then what it has ordered of `ask-approvers`. */
  async sweep(): Promise<{ looked: number; failed: number }> {
    const done = await this.run("sweep", (release, deps) => release.sweep(deps));
    await this.askAgain();
    return done;
  }
  /** Lambda runs what was invoked asynchronously. */
  askAgain = () =>
    this.asker.deliver((input) =>
      this.run("ask-approvers", (release, deps) =>
        "tell" in input ? release.tellSkipped(deps, input) : release.askAgain(deps, input),
      ),
    );
  /** Delivers what is in the deny queue; what is handed back stays there. */
  async writeDenials(): Promise<string[]> {
    const messages = this.queue.messages.splice(0);
    if (messages.length === 0) return [];
    const { batchItemFailures } = await this.run("revoke-access", (release, deps) =>
      release.revokeBatch(deps, messages),
    );
    const back = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    this.queue.messages.unshift(...messages.filter(({ messageId }) => back.includes(messageId)));
    return back;
  }
  /** Delivers the rounds of proving that are due by now. */
  prove = () =>
    this.probes.deliver((batch) =>
      this.run("prove-denial", (release, deps) => release.proveBatch(deps, batch)),
    );
  /** Writes the denials and proves them: time goes by, until IAM has settled, and runs that minted at a stop are dead. */
  async revokeAll(): Promise<string[]> {
    const back = await this.writeDenials();
    const minting = this.fake.items().some(({ openClaim }) => openClaim !== undefined);
    const until = this.clock + (SETTLE_SECONDS + 5) * 1000 + (minting ? LIMITS_MS.claimLease : 0);
    await this.prove();
    for (let due = this.probes.nextDue(); due !== undefined && due <= until; due = this.probes.nextDue()) {
      await this.advance(Math.max(0, due - this.clock));
      await this.prove();
    }
    return back;
  }

  grantOrNone(id: string): Grant | undefined {
    const item = this.fake.item(keys.grant(id));
    return item && fromItem(item);
  }
  grant(id: string): Grant {
    const grant = this.grantOrNone(id);
    if (!grant) throw new Error(`no grant ${id}`);
    return grant;
  }
  status = (id: string): string => this.grant(id).status;
  /** Types of a grant's events in the order in which they were written. */
  history = (id: string): string[] =>
    this.fake.events.filter(({ pk }) => pk === keys.grant(id).pk).map(({ body }) => JSON.parse(body).type);
  /** Every event of a type. */
  events = (type: string) =>
    this.fake.events.map(({ body }) => JSON.parse(body)).filter((each) => each.type === type);

  /** One signed call, through the real handler of its service. */
  async call(identity: Identity | undefined, request: Request): Promise<Reply> {
    const isCollect = request.path.endsWith("/credentials");
    const decides = /\/(decision|resend|review)$/.test(request.path);
    const stops = /^\/lockdowns|\/revoke$/.test(request.path);
    const permits = /^\/actions\/[^/]+\/(redeem|outcome)$/.test(request.path);
    const asks = stops ? "stops-api" : permits ? "permits-api" : "grants-api";
    const collects = isCollect ? "credentials-api" : undefined;
    const reads = request.path.endsWith("/read") ? "read-masked" : collects;
    const service = reads ?? (decides ? "decisions-api" : asks);
    const event = proxyEvent(request, identity, this.clock);
    const reply = await this.run(service, async (release, deps) =>
      replyOf(await release.signedServices[service](deps)(event, context)),
    ).catch((fault: unknown) => {
      if (fault instanceof RunLostError) return BAD_GATEWAY;
      throw fault;
    });
    const leak = this.secrets.in(reply.text);
    const isAction = leak === "permit" && /^\/actions\/[^/]+$/.test(request.path);
    if (leak && !((isCollect || isAction) && reply.status === 200))
      throw new Error(`an answer of ${request.path} holds a ${leak}`);
    const undocumented = reply === BAD_GATEWAY ? undefined : whatIsNotInTheContract(request, reply);
    if (undocumented) throw new Error(undocumented);
    await this.workflow.settle();
    return reply;
  }

  private pageDeps(deps: Deps) {
    return { ...deps, origin: { requestId: `page-${this.clock}`, sourceIp: "198.51.100.9" } };
  }
  /** The approval page. */
  page = async (token: string): Promise<PageAnswer> =>
    this.release("approval-page").show(this.pageDeps(this.depsOf("approval-page")), token);
  async submit(token: string, form: Record<string, string> | string): Promise<PageAnswer> {
    const body = typeof form === "string" ? form : new URLSearchParams(form).toString();
    const answer = await this.run("approval-page", (release, deps) =>
      release.decideByForm(this.pageDeps(deps), token, body),
    );
    await this.workflow.settle();
    return answer;
  }
  /** A person decides with the newest mail they got. */
  decide(
    person: string,
    decision: "approve" | "reject",
    more: Record<string, string> = {},
  ): Promise<PageAnswer> {
    const { token, code } = this.mail.to(person);
    return this.submit(token, { decision, code, ...more });
  }

  /** An agent's client. Its identity is the catalogue's principal, or another under the same name. */
  agent(id: string, uniqueId = `AIDA${id.toUpperCase().replace(/[^A-Z]/g, "")}`) {
    const agent = this.policy.catalogue.agents.find((each) => each.id === id) as Agent;
    return clientOf(this, identityOf(agent.principals[0] ?? "", uniqueId));
  }
  person(id: string) {
    const person = this.policy.catalogue.people.find((each) => each.id === id);
    if (!person?.principal) throw new Error(`${id} has no IAM identity`);
    return clientOf(this, identityOf(person.principal, `AIDA${id.toUpperCase()}`));
  }
  /** A performing system's client. */
  system(id: string, uniqueId = `AIDA${id.toUpperCase().replace(/[^A-Z]/g, "")}`) {
    const found = this.policy.catalogue.performers?.find((each) => each.id === id);
    return clientOf(this, identityOf(found?.principals[0] ?? "", uniqueId));
  }
  as = (identity: Identity | undefined) => clientOf(this, identity);
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** Ids that count up, in the form of real ones. */
function base32Of(count: number): string {
  let text = "";
  for (let rest = count; text.length < 16; rest = Math.floor(rest / 32))
    text = `${ALPHABET[rest % 32]}${text}`;
  return text;
}
