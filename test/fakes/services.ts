import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Mail } from "../../functions/aws/mailer.ts";
import type { Seal, Session } from "../../functions/aws/seal.ts";
import type { Minted, SessionRequest } from "../../functions/aws/sessions.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { type AgainInput, askInput, type TellInput } from "../../functions/core/grant/schedule.ts";

/** A hook around a call: throws to inject a fault, or does something else meanwhile. */
export type Around<T> = (what: T) => unknown;

/** Everything that must be seen by nobody but whom it is for. Whoever makes one, adds it. */
export class Secrets {
  private readonly all = new Map<string, string>();
  add(what: string, value: string): string {
    this.all.set(value, what);
    return value;
  }
  /** Names the first secret in a text, `but` those that are meant to be there. */
  in(text: string, but: (what: string, value: string) => boolean = () => false): string | undefined {
    for (const [value, what] of this.all) if (text.includes(value) && !but(what, value)) return what;
    return undefined;
  }
}

export type Issued = SessionRequest & { session: Session; at: number; expiration: number };

/** STS: issues a session to whoever asks, by its own clock, and remembers what was asked. */
export class FakeSts {
  readonly issued: Issued[] = [];
  requests = 0;
  refuse: string | undefined;
  skewMs = 0;
  before: Around<SessionRequest> | undefined;
  after: Around<SessionRequest> | undefined;
  private readonly now: () => number;
  private readonly secrets: Secrets;

  constructor(now: () => number, secrets: Secrets) {
    this.now = now;
    this.secrets = secrets;
  }

  readonly assumeRole = async (request: SessionRequest): Promise<Minted> => {
    this.requests += 1;
    await this.before?.(request);
    if (this.refuse !== undefined) return { ok: false, code: this.refuse };
    const made: Session = {
      accessKeyId: `ASIA${String(this.requests).padStart(16, "0")}`,
      secretAccessKey: this.secrets.add("secret key", randomBytes(30).toString("base64")),
      sessionToken: this.secrets.add("session token", randomBytes(300).toString("base64")),
    };
    const seconds = Math.floor((this.now() + this.skewMs) / 1000) + request.durationSeconds;
    this.issued.push({ ...request, session: made, at: this.now(), expiration: seconds * 1000 });
    await this.after?.(request);
    return { ok: true, minted: { session: made, expiration: seconds * 1000 } };
  };
}

/** KMS and the envelope: what was closed under one context opens under that one only. */
export class FakeSeal<Plain = Session> implements Seal<Plain> {
  private readonly keyBytes = randomBytes(32);
  fault: Error | undefined;
  before: Around<"close" | "open"> | undefined;

  async close(plain: Plain, context: object) {
    if (this.fault) throw this.fault;
    await this.before?.("close");
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.keyBytes, nonce).setAAD(
      Buffer.from(canonicalJson(context)),
    );
    const data = Buffer.concat([cipher.update(JSON.stringify(plain), "utf8"), cipher.final()]).toString(
      "base64",
    );
    return {
      key: "wrapped",
      nonce: nonce.toString("base64"),
      data,
      tag: cipher.getAuthTag().toString("base64"),
    };
  }

  async open(sealed: { nonce: string; data: string; tag: string }, context: object): Promise<Plain> {
    if (this.fault) throw this.fault;
    await this.before?.("open");
    const cipher = createDecipheriv("aes-256-gcm", this.keyBytes, Buffer.from(sealed.nonce, "base64"))
      .setAAD(Buffer.from(canonicalJson(context)))
      .setAuthTag(Buffer.from(sealed.tag, "base64"));
    const plain = Buffer.concat([cipher.update(Buffer.from(sealed.data, "base64")), cipher.final()]);
    return JSON.parse(plain.toString("utf8"));
  }
}

const DEDUPLICATION_MS = 300_000;

/** The FIFO queue of deny messages: drops what has the same deduplication id within five minutes. */
export class FakeDenyQueue {
  messages: { messageId: string; role: string }[] = [];
  fault: Error | undefined;
  before: Around<string> | undefined;
  after: Around<string> | undefined;
  private readonly seen = new Map<string, number>();
  private readonly now: () => number;
  private count = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  readonly send = async (role: string, cause: string): Promise<void> => {
    if (this.fault) throw this.fault;
    await this.before?.(role);
    const id = `${role}.${cause}`;
    const earlier = this.seen.get(id);
    if (earlier !== undefined && this.now() - earlier < DEDUPLICATION_MS) return;
    this.seen.set(id, this.now());
    this.messages.push({ messageId: `m${++this.count}`, role });
    await this.after?.(role);
  };
}

/**
 * Lambda's queue of asynchronous calls, as far as asking again goes: the answer comes before the work, which `deliver`
 * does; what fails is tried twice more and then dropped.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class FakeAsker {
  readonly pending: (AgainInput | TellInput)[] = [];
  readonly accepted: (AgainInput | TellInput)[] = [];
  before: Around<AgainInput | TellInput> | undefined;
  after: Around<AgainInput | TellInput> | undefined;

  readonly send = async (input: AgainInput | TellInput): Promise<void> => {
    await this.before?.(input);
    // What is not JSON, or not an input of the function, would be lost.
    const sent = askInput.parse(JSON.parse(JSON.stringify(input)));
    if ("taskToken" in sent) throw new TypeError("asked again without a reason");
    this.pending.push(sent);
    this.accepted.push(sent);
    await this.after?.(input);
  };

  async deliver(work: (input: AgainInput | TellInput) => Promise<void>): Promise<void> {
    for (let input = this.pending.shift(); input; input = this.pending.shift()) {
      const asked = input;
      for (let tries = 1, done = false; !done && tries <= 3; tries += 1)
        done = await work(asked).then(
          () => true,
          () => false,
        );
    }
  }
}

export type Received = Mail & { token: string; code: string };

/** The mailbox of everybody. Reads the link's token and the code out of each mail, and counts them as secrets. */
export class FakeMail {
  readonly inbox: Received[] = [];
  before: Around<Mail> | undefined;
  private readonly secrets: Secrets;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  readonly send = async (mail: Mail): Promise<void> => {
    await this.before?.(mail);
    // Who was passed over has nothing to decide, so nothing to decide with.
    if (mail.subject.startsWith("Break-glass: ")) {
      if (/\/approvals\/|Confirmation code/.test(mail.text))
        throw new Error("a notice with a means to decide");
      this.inbox.push({ ...mail, token: "", code: "" });
      return;
    }
    const token = /\/approvals\/([A-Za-z0-9_-]{43})\s/.exec(mail.text)?.[1];
    const code = /Confirmation code: ([a-z2-7]{4})-([a-z2-7]{4})/.exec(mail.text)?.slice(1, 3).join("");
    // A stage that only the signed API decides has no code.
    const coded = !mail.text.includes("through the signed API only, with your own AWS identity");
    if (!token || coded !== (code !== undefined))
      throw new Error("the mail has no link, or no code, or one too many");
    this.inbox.push({
      ...mail,
      token: this.secrets.add("link token", token),
      code: code === undefined ? "" : this.secrets.add("code", code),
    });
  };

  /** The newest mail to a person, by the part of the address before the dot. */
  to(person: string): Received {
    const found = this.inbox.findLast(({ to }) => to.startsWith(`${person}.`));
    if (!found) throw new Error(`no mail to ${person}`);
    return found;
  }
}
