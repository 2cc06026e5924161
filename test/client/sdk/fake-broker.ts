import { askOfAction } from "../../../client/access/action.ts";
import { type Broker, openBroker } from "../../../client/broker/broker.ts";
import type { LeaseDeps } from "../../../client/sdk/lease.ts";
import type { AskBody } from "../../../functions/core/api/schemas.ts";
import { digestOf } from "../../../functions/core/canonical.ts";

/** What becomes of one HTTP call: lost on its way there, or on its way back, or a fault that nothing comes of. */
export type Fault = "none" | "lost_before" | "lost_after" | "internal";

export type World = {
  /** What policy says, and what people do: `never` is nobody answering. */
  decides: "allow" | "approve" | "reject" | "never" | "deny" | "smaller";
  /** How many looks a grant stays as it is before it goes on. */
  looks: number;
  /** By the number of the call; what is beyond is without fault. */
  faults: readonly Fault[];
  /** Called with the number of each call, when it arrives and when it is answered. */
  onCall?(call: number, moment: "arrives" | "answered"): void;
  windowSeconds?: number;
  /** Seconds that a session lasts at most. */
  sessionSeconds?: number;
  /** What of Latchkey performs its actions; absent: whoever has their permits. */
  performer?: string;
  /** Of a masked grant: its pages of rows. */
  pages?: readonly Record<string, string>[][];
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
/** What looks like one, signed by nobody: the client proves nothing but what it says of itself. */
export const permitOf = (grant: string, type: string): string =>
  `${part({ alg: "ES256" })}.${part({ grant, type })}.c2lnbmVk`;

type Row = {
  id: string;
  key: string;
  body: AskBody;
  status: string;
  left: number;
  startsAt?: number;
  sessions: number;
  redeemed?: { by: string; key: string };
  outcome?: { result: string; detail?: string };
};

const START = Date.parse("2026-11-21T09:00:00Z");
const OVER = ["CANCELLED", "REJECTED", "ENDED", "REVOKED", "DENIED"];
const iso = (ms: number): string => new Date(ms).toISOString();
/**
 * The client tries four times, and an ask whose answer was lost as often again: with more faults than these in a row nobody
 * can give anything back.
 */
const MOST_IN_A_ROW = { ask: 7, rest: 3 };

/** The signed API as far as an agent sees it, behind `fetch`, with a clock that waiting moves. */
export function fakeBroker(world: World) {
  const rows: Row[] = [];
  const asks: { key: string; body: string }[] = [];
  const warnings: string[] = [];
  const counts = { asked: 0, collected: 0, released: 0, redeemed: 0 };
  let clock = START;
  let calls = 0;
  let inARow = 0;
  let keys = 0;

  const endsAt = (row: Row): number => (row.startsAt ?? clock) + row.body.windowSeconds * 1000;
  const isOver = (row: Row): boolean =>
    OVER.includes(row.status) || (row.status === "ACTIVE" && endsAt(row) <= clock);

  function view(row: Row) {
    if (row.status === "ACTIVE" && endsAt(row) <= clock) row.status = "ENDED";
    const { id, status, body, startsAt } = row;
    const times = startsAt === undefined ? {} : { startsAt: iso(startsAt), endsAt: iso(endsAt(row)) };
    return {
      ...{ id, status, agent: "tester", resource: body.resource, access: body.access, purpose: body.purpose },
      ...{ window: { seconds: body.windowSeconds, ...times }, digest: "sha256:0" },
      masked: body.masked ?? false,
      decision: { outcome: "allow", policyVersion: "1", rules: [], plan: [] },
      ...(OVER.includes(status) ? { closing: { code: status.toLowerCase(), by: "somebody" } } : {}),
      ...(status === "PENDING" ? { retryAfterSeconds: 15 } : {}),
    };
  }
  function actionView(row: Row) {
    const parameters = JSON.parse(String(row.body.scope?.parameters));
    const { outcome, redeemed } = row;
    const type = row.body.resource;
    return {
      ...{ ...view(row), type, parameters, parametersDigest: digestOf(parameters), audience: "mail-gateway" },
      ...(world.performer ? { performer: world.performer } : {}),
      ...(row.status === "ACTIVE" && !world.performer ? { permit: permitOf(row.id, type) } : {}),
      ...(redeemed ? { redeemed: { at: iso(clock), by: redeemed.by } } : {}),
      ...(outcome ? { outcome } : {}),
    };
  }
  function redeem(row: Row, key: string, { parameters }: { parameters: object }) {
    if (isOver(row)) return no(410, "grant_over");
    if (digestOf(parameters) !== actionView(row).parametersDigest) return no(403, "permit_mismatch");
    if (row.redeemed && row.redeemed.key !== key) return no(409, "permit_used");
    if (!row.redeemed) counts.redeemed += 1;
    row.redeemed = { by: "mail-gateway", key };
    const { id, type, agent, parametersDigest } = actionView(row);
    return { status: 200, body: { id, redeemed: true, type, agent, parametersDigest, at: iso(clock) } };
  }
  function act(row: Row, what: string | undefined, key: string, text: string) {
    if (what === "redeem") return redeem(row, key, JSON.parse(text));
    if (what === "outcome") row.outcome = JSON.parse(text);
    if (world.performer && row.status === "ACTIVE")
      Object.assign(row, { status: "ENDED", outcome: { result: "done" } });
    return { status: 200, body: actionView(row) };
  }
  function page(row: Row, { cursor = "c0" }: { cursor?: string }) {
    if (isOver(row)) return no(410, "grant_over");
    const nth = Number(cursor.slice(1));
    const more = nth + 1 < (world.pages?.length ?? 0) ? { cursor: `c${nth + 1}` } : {};
    return { status: 200, body: { rows: world.pages?.[nth] ?? [], masked: 1, detected: 0, ...more } };
  }
  function moveOn(row: Row): void {
    if (isOver(row) || row.status === "ACTIVE" || row.left-- > 0) return;
    if (row.status === "PENDING" && world.decides === "never") return;
    if (row.status === "PENDING" && world.decides === "reject") row.status = "REJECTED";
    else if (row.status === "PENDING") row.status = "APPROVED";
    else Object.assign(row, { status: "ACTIVE", startsAt: clock });
  }
  const no = (status: number, code: string, details?: unknown) => ({
    status,
    body: { error: { code, message: `${code}.`, details } },
  });

  function ask(key: string, text: string, isAction: boolean) {
    asks.push({ key, body: text });
    const body: AskBody = isAction ? askOfAction(JSON.parse(text)) : JSON.parse(text);
    const shown = isAction ? actionView : view;
    const before = rows.find((row) => row.key === key);
    if (before) return { status: 201, body: shown(before) };
    const isSmaller = body.windowSeconds <= 60;
    if (world.decides === "deny" || (world.decides === "smaller" && !isSmaller))
      return no(403, "policy_denied", {
        id: "aaaaaaaaaaaaaaaa",
        rules: [{ id: "no-rule", reason: "nothing allows it" }],
        alternatives:
          world.decides === "smaller" ? [{ change: { windowSeconds: 60 }, outcome: "allow" }] : [],
      });
    counts.asked += 1;
    const id = `grant${"abcdefghij"[rows.length % 10]}${"abcdefghij"[Math.floor(rows.length / 10)]}`.padEnd(
      16,
      "x",
    );
    const people = world.decides === "approve" || world.decides === "reject" || world.decides === "never";
    const row: Row = {
      id,
      key,
      body,
      status: people ? "PENDING" : "APPROVED",
      left: world.looks,
      sessions: 0,
    };
    rows.push(row);
    return { status: 201, body: shown(row) };
  }
  function collect(row: Row) {
    if (isOver(row)) return no(410, "grant_over");
    if (row.status !== "ACTIVE") return no(409, "not_ready");
    counts.collected += 1;
    row.sessions += 1;
    const until = Math.min(clock + (world.sessionSeconds ?? 3600) * 1000, endsAt(row));
    const names = { AccessKeyId: `key-${row.id}-${row.sessions}`, SecretAccessKey: "s", SessionToken: "t" };
    return { status: 200, body: { Version: 1, ...names, Expiration: iso(until) } };
  }
  function release(row: Row) {
    if (isOver(row) && row.status !== "CANCELLED" && row.status !== "REVOKED") return no(409, "wrong_state");
    if (!isOver(row)) counts.released += 1;
    if (!isOver(row)) row.status = row.status === "ACTIVE" ? "REVOKED" : "CANCELLED";
    return { status: 200, body: view(row) };
  }
  const catalogue = () => ({
    resources: [],
    actions: [
      {
        ...{ id: "send-mass-mail", audience: "mail-gateway" },
        ...(world.performer ? { performer: world.performer } : {}),
      },
    ],
  });
  function answer(method: string, path: string, key: string, text: string) {
    const [, collection, id, what] = path.split("/");
    if (collection === "catalogue") return { status: 200, body: catalogue() };
    const isAction = collection === "actions";
    if (method === "POST" && id === undefined) return ask(key, text, isAction);
    const row = rows.find((each) => each.id === id);
    if (!row) return no(404, "not_found");
    if (isAction) return act(row, what, key, text);
    if (what === "read") return page(row, JSON.parse(text));
    if (what === "credentials") return collect(row);
    if (what === "release") return release(row);
    const shown = view(row);
    moveOn(row);
    return { status: 200, body: shown };
  }

  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const call = calls++;
    world.onCall?.(call, "arrives");
    await Promise.resolve();
    init.signal?.throwIfAborted();
    const wanted = world.faults[call] ?? "none";
    const { pathname } = new URL(String(url));
    const most =
      init.method === "POST" && ["/grants", "/actions"].includes(pathname)
        ? MOST_IN_A_ROW.ask
        : MOST_IN_A_ROW.rest;
    const fault = inARow < most ? wanted : "none";
    inARow = fault === "none" ? 0 : inARow + 1;
    if (fault === "lost_before") throw new TypeError("fetch failed");
    if (fault === "internal") return Response.json(no(500, "internal").body, { status: 500 });
    const headers = new Headers(init.headers);
    const { status, body } = answer(
      init.method ?? "GET",
      pathname,
      headers.get("idempotency-key") ?? "",
      String(init.body ?? ""),
    );
    world.onCall?.(call, "answered");
    if (fault === "lost_after") throw new TypeError("fetch failed");
    return Response.json(body, { status });
  };
  /** Waiting costs no time but the clock's: when nothing else is under way, it goes on to who waits for the least. */
  const timers: { at: number; go(): void }[] = [];
  const goOn = (): void => {
    const next = timers.sort((a, b) => a.at - b.at).shift();
    clock = Math.max(clock, next?.at ?? clock);
    next?.go();
  };
  const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((done, fail) => {
      if (signal?.aborted) return fail(signal.reason);
      const timer = { at: clock + ms, go: done };
      timers.push(timer);
      setImmediate(goOn);
      const stop = (): void => {
        if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
        fail(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
    });
  const newKey = (): string => `key-${++keys}`;
  const over = (fetch: typeof globalThis.fetch): LeaseDeps & { broker: Broker } => ({
    broker: openBroker({
      ...{ url: "http://127.0.0.1:1", region: "us-east-1", fetch, pause, newKey, random: () => 0.5 },
      credentials: async () => ({ accessKeyId: "AKIAFAKE", secretAccessKey: "fake" }),
      now: () => clock,
    }),
    ...{ pause, newKey, now: () => clock },
    warn: (message) => void warnings.push(message),
  });
  const deps = over(fetch);
  return {
    ...{ deps, over, fetch, rows, asks, counts, warnings },
    later: (seconds: number) => {
      clock += seconds * 1000;
    },
    end: (id: string) => {
      for (const row of rows) if (row.id === id) row.status = "REVOKED";
    },
    live: () => rows.filter((row) => !isOver(row)),
  };
}
