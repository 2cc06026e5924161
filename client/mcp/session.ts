import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { noAccess } from "../access/wait.ts";
import { LatchkeyError } from "../errors.ts";
import type { McpDeps } from "./deps.ts";

/** A grant that this session asked for, and has to give back. */
export type Held = {
  grant: GrantView;
  /** What was asked, in canonical form: who asks for the same again gets the same grant. */
  key: string;
  /** Asked by a run for itself; given back when the last run on it is over. */
  forRun: boolean;
  /** Runs that are on it now. */
  users: number;
};

export type Session = {
  /** Asks, or finds what was asked before and is still open. `again` says which. */
  ask(
    body: AskBody,
    about?: { forRun?: boolean; signal?: AbortSignal },
  ): Promise<{ held: Held; again: boolean }>;
  /** The grants of this session that are still open as far as is known. */
  held(): Held[];
  /** Takes note of a newer view; a grant that is over is no longer held. */
  note(grant: GrantView): void;
  release(id: string): Promise<GrantView>;
  /**
   * Says that a run is on a grant; what comes back says that it is over, and answers whether that gave the grant back:
   * one that was asked for by a run goes with the last run on it, unless it is to `stay`. Never throws.
   */
  use(held: Held | undefined): (how?: { stay?: boolean }) => Promise<boolean>;
  /** Gives everything back, what is being asked just now included. Never throws. */
  close(): Promise<void>;
};

const RELEASE_MS = 20_000;

// Why somebody asks changes nothing about what is asked.
const keyOf = ({ purpose: _, ...body }: AskBody): string => canonicalJson(body);

/** The grants of one connection. `keep`: they outlive it, until their windows end. */
export function openSession(
  { broker, tell }: Pick<McpDeps, "broker" | "tell">,
  { keep = false }: { keep?: boolean } = {},
): Session {
  const grants = new Map<string, Held>();
  const asking = new Set<Promise<unknown>>();
  let closed = false;

  const note = (grant: GrantView): void => {
    const known = grants.get(grant.id);
    if (known && noAccess(grant)) grants.delete(grant.id);
    else if (known) known.grant = grant;
  };

  const giving = new Map<string, Promise<GrantView>>();
  /** Once at a time: a call that is cut off and the end of the session give back the same grant. */
  const release = (id: string): Promise<GrantView> => {
    const under = giving.get(id) ?? broker.release(id, { signal: AbortSignal.timeout(RELEASE_MS) });
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

  function use(held: Held | undefined): ReturnType<Session["use"]> {
    if (held) held.users += 1;
    let over = false;
    return async ({ stay = false } = {}) => {
      if (!held || over) return false;
      over = true;
      held.users -= 1;
      if (stay || !held.forRun || held.users > 0 || !grants.has(held.grant.id)) return false;
      return giveBack(held);
    };
  }

  async function found(key: string): Promise<Held | undefined> {
    const same = [...grants.values()].find((each) => each.key === key);
    if (!same) return undefined;
    note(await broker.grant(same.grant.id));
    return grants.get(same.grant.id);
  }

  return {
    async ask(body, { forRun = false, signal } = {}) {
      const key = keyOf(body);
      const same = await found(key);
      if (same) {
        // Whoever asks for it by name wants it to stay.
        if (!forRun) same.forRun = false;
        return { held: same, again: true };
      }
      if (closed) throw new LatchkeyError("interrupted", "This session is over.");
      // Without the signal: an ask that is cut off may have been made all the same, and nobody would know its id.
      const asked = broker.ask(body);
      asking.add(asked);
      try {
        const held: Held = { grant: await asked, key, forRun, users: 0 };
        grants.set(held.grant.id, held);
        if (signal?.aborted) {
          await giveBack(held);
          throw signal.reason;
        }
        return { held, again: false };
      } finally {
        asking.delete(asked);
      }
    },
    held: () => [...grants.values()],
    note,
    release,
    use,
    async close() {
      closed = true;
      await Promise.allSettled(asking);
      if (keep) return;
      await Promise.all([...grants.values()].map(giveBack));
    },
  };
}
