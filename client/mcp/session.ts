import { randomUUID } from "node:crypto";
import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { acting, giveBackAction, isAction } from "../access/action.ts";
import { noAccess } from "../access/wait.ts";
import { LatchkeyError } from "../errors.ts";
import type { McpDeps } from "./deps.ts";

/** A grant that this session asked for, and has to give back. */
type Held = {
  grant: GrantView;
  /** What was asked, in canonical form: who asks for the same again gets the same grant. */
  key: string;
  /** Asked by a run for itself; given back when the last call on it is over. */
  forRun: boolean;
  /** Calls that are on it now. */
  users: number;
  /** Whether a call that was on it was answered, so that the client knows of it. */
  told: boolean;
};

/**
 * Says that a call is on a grant no longer, and answers whether that gave the grant back: with the last call goes what was
 * asked for by a run, unless it is to `stay`, and, where that call was `cut` off, what the client was never told of. Only
 * the first time counts. Never throws.
 */
export type Done = (how?: { stay?: boolean; cut?: boolean }) => Promise<boolean>;

type Asking = { callers: number; held: Promise<Held> };

export type Session = {
  /** Asks, or finds what was asked before, or is being asked just now, and is still open. The call is on it until `done`. */
  ask(body: AskBody, about?: { forRun?: boolean; signal?: AbortSignal }): Promise<{ held: Held; done: Done }>;
  /** The grants of this session that are still open as far as is known. */
  held(): Held[];
  /** Takes note of a newer view; a grant that is over is no longer held. */
  note(grant: GrantView): void;
  release(id: string): Promise<GrantView>;
  /** Says that a call is on a grant that it did not ask for. */
  use(held: Held | undefined): Done;
  /** Gives everything back, what is being asked just now included. Never throws. */
  close(): Promise<void>;
};

const RELEASE_MS = 20_000;
/** So many at once nobody works with; a model that was talked into flooding people does not get further. */
const MOST = 20;

// Why somebody asks changes nothing about what is asked.
const keyOf = ({ purpose: _, ...body }: AskBody): string => canonicalJson(body);

/** The grants of one connection. `keep`: they outlive it, until their windows end. */
export function openSession(
  { broker, tell }: Pick<McpDeps, "broker" | "tell">,
  { keep = false }: { keep?: boolean } = {},
): Session {
  const grants = new Map<string, Held>();
  /** What is being asked just now, by its key, and how many calls wait for it. */
  const asking = new Map<string, Asking>();
  let closed = false;

  const note = (grant: GrantView): void => {
    const known = grants.get(grant.id);
    if (known && noAccess(grant)) grants.delete(grant.id);
    else if (known) known.grant = grant;
  };

  const giving = new Map<string, Promise<GrantView>>();
  /** What of an action was performed stays as it is. */
  const give = (id: string, options: { signal: AbortSignal }): Promise<GrantView> => {
    const known = grants.get(id);
    return known && isAction(known.grant) ? giveBackAction(broker, id, options) : broker.release(id, options);
  };
  /** Once at a time: a call that is cut off and the end of the session give back the same grant. */
  const release = (id: string): Promise<GrantView> => {
    const under = giving.get(id) ?? give(id, { signal: AbortSignal.timeout(RELEASE_MS) });
    giving.set(id, under);
    return under
      .then((grant) => {
        grants.delete(id);
        return grant;
      })
      .finally(() => giving.delete(id));
  };

  async function giveBack({ grant: { id, window } }: Held): Promise<boolean> {
    try {
      await release(id);
      return true;
    } catch {
      const end = window.endsAt
        ? `Its window ends it at ${window.endsAt}`
        : "It ends undecided, or with its window";
      tell(`Grant ${id} could not be given back. ${end}; to try again: latchkey release ${id}`);
      return false;
    }
  }

  /** `held` counts the call already. */
  function doneWith(held: Held): Done {
    let over = false;
    return async ({ stay = false, cut = false } = {}) => {
      if (over) return false;
      over = true;
      held.users -= 1;
      held.told ||= !cut;
      const goes = !stay && (held.forRun || (cut && !held.told));
      if (!goes || held.users > 0 || !grants.has(held.grant.id)) return false;
      return giveBack(held);
    };
  }

  const open = (): Held[] => [...grants.values()].filter(({ grant }) => !giving.has(grant.id));

  const isFull = (): boolean => grants.size + asking.size > MOST;
  async function makeRoom(): Promise<void> {
    // Some may be over without anybody having looked.
    if (isFull()) for (const { grant } of grants.values()) note(await broker.grant(grant.id));
    if (isFull())
      throw new LatchkeyError(
        "quota",
        `This session holds ${MOST} grants: give some back with release_access.`,
      );
  }

  /** Where the answer was lost, asked once more under its key: nobody could give back what nobody knows of. */
  async function heard(body: AskBody): Promise<GrantView> {
    const idempotencyKey = randomUUID();
    const isUnheard = (error: unknown): boolean => error instanceof LatchkeyError && error.unheard;
    const ask = (): Promise<GrantView> => acting(broker).ask(body, { idempotencyKey });
    try {
      return await ask().catch((error) => (isUnheard(error) ? ask() : Promise.reject(error)));
    } catch (error) {
      if (isUnheard(error))
        tell(
          `An ask for ${body.resource} was not answered. If it was made, it ends undecided, or with its window; see: latchkey list`,
        );
      throw error;
    }
  }

  async function findOrAsk(key: string, body: AskBody, forRun: boolean): Promise<Held> {
    // Counted before any of the callers goes on, so that none of them, nor an earlier call, gives it back under another.
    const claimed = (held: Held): Held => {
      held.users += asking.get(key)?.callers ?? 1;
      asking.delete(key);
      return held;
    };
    const same = open().find((each) => each.key === key);
    if (same) {
      note(await broker.grant(same.grant.id));
      if (open().includes(same)) return claimed(same);
    }
    await makeRoom();
    if (closed) throw new LatchkeyError("interrupted", "This session is over.");
    // Without a signal: an ask that is cut off may have been made all the same, and nobody would know its id.
    const held: Held = { grant: await heard(body), key, forRun, users: 0, told: false };
    grants.set(held.grant.id, held);
    return claimed(held);
  }

  /** The same asked twice at the same time is asked once. */
  function oneAsk(key: string, body: AskBody, forRun: boolean): Promise<Held> {
    const under = asking.get(key);
    if (under) {
      under.callers += 1;
      return under.held;
    }
    // Begun in a moment, when it is counted among what is being asked.
    const begun = Promise.resolve().then(() => findOrAsk(key, body, forRun));
    const one: Asking = {
      callers: 1,
      held: begun.finally(() => {
        if (asking.get(key) === one) asking.delete(key);
      }),
    };
    asking.set(key, one);
    return one.held;
  }

  return {
    async ask(body, { forRun = false, signal } = {}) {
      const held = await oneAsk(keyOf(body), body, forRun);
      const done = doneWith(held);
      if (signal?.aborted) {
        await done({ cut: true });
        throw signal.reason;
      }
      // Whoever asks for it by name wants it to stay.
      if (!forRun) held.forRun = false;
      return { held, done };
    },
    held: open,
    note,
    release,
    use(held) {
      if (!held) return async () => false;
      held.users += 1;
      return doneWith(held);
    },
    async close() {
      closed = true;
      await Promise.allSettled([...asking.values()].map(({ held }) => held));
      if (keep) return;
      await Promise.all([...grants.values()].map(giveBack));
    },
  };
}
