import fc from "fast-check";
import type { RouteName } from "../../../functions/core/api/routes.ts";
import { asking } from "./asking.ts";
import { byLink, deciding } from "./deciding.ts";
import { type At, check, look, ok, type Spec, same, spec } from "./step.ts";
import { using } from "./using.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const documents = {
  openapi: spec(fc.constant(undefined), async ({ broker }: At) => {
    const reply = await broker.document("/openapi.json");
    check("the contract", reply, ok());
    same("its version", String(reply.body.openapi).startsWith("3.1"), true);
  }),
  jwks: spec(fc.constant(undefined), async ({ broker }: At) => {
    const reply = await broker.document("/.well-known/jwks.json");
    check("the keys", reply, ok());
    same("keys", Array.isArray(reply.body.keys), true);
  }),
};

/** A command for every route. */
export const byRoute = {
  ...{ ...asking, ...using, ...deciding, ...byLink, ...documents },
} satisfies Record<RouteName, object>;

const times = fc.constantFrom(SECOND, SECOND, 61 * SECOND, 16 * MINUTE, 13 * 60 * MINUTE);
const pass = spec(times, async ({ model, broker, ...at }: At, ms) => {
  await broker.pass(model.alone ? ms : 100);
  model.at(broker.now(), model.alone);
  for (const grant of model.grants) await look({ ...at, model, broker }, grant);
});

/** How often each comes; one that is not named comes once. */
const WEIGHTS: Partial<Record<Name, number>> = {
  ...{ ask: 6, decision: 4, decide: 3, extend: 3, pass: 3, askAction: 3, redeem: 3, revoke: 2, release: 2 },
  ...{ credentials: 3, setLockdown: 1, liftLockdown: 2, getAction: 2 },
};

/** One command of a sequence: shown by its name and arguments, done by its spec. */
class Command<A> implements fc.AsyncCommand<At, object> {
  private readonly name: string;
  private readonly one: Spec<A>;
  private readonly args: A;
  constructor(name: string, one: Spec<A>, args: A) {
    this.name = name;
    this.one = one;
    this.args = args;
  }
  /** Where others use the broker too there is nobody to sign as a stranger, and others may have broken the glass. */
  check = ({ model }: Readonly<At>): boolean => {
    const { who, name } = (this.args ?? {}) as { who?: string; name?: string };
    return model.alone || (who !== "stranger" && this.args !== "stranger" && name !== "glass");
  };
  run = (at: At): Promise<void> => this.one.step(at, this.args);
  toString = (): string => `${this.name}(${JSON.stringify(this.args ?? null)})`;
}

type Name = RouteName | "pass";
/** A few things at a time, so that what is rare among all is not. */
const THEMES: Record<string, readonly Name[]> = {
  actions: ["askAction", "getAction", "redeem", "outcome", "decide", "revoke", "release", "pass"],
  stages: ["ask", "askAction", "decision", "decide", "approvalPage", "resend", "listGrants", "pass"],
  access: ["ask", "credentials", "read", "extend", "release", "revoke", "review", "getGrant", "pass"],
  lockdowns: [
    "ask",
    "askAction",
    "extend",
    "decide",
    "redeem",
    "setLockdown",
    "liftLockdown",
    "listLockdowns",
  ],
};

function themed(names: readonly Name[], maxCommands: number) {
  const all = Object.entries({ ...byRoute, pass }) as [Name, Spec<unknown>][];
  const arbitraries = all.flatMap(([name, one]) => {
    const each = one.args.map((args) => new Command(name, one, args));
    return names.includes(name) ? Array.from({ length: WEIGHTS[name] ?? 1 }, () => each) : [];
  });
  return fc.commands(arbitraries, { maxCommands, size: "max" });
}

/** Sequences of commands: of all, every second one; `but` leaves some out. */
export function sequences(maxCommands: number, but: readonly Name[] = []) {
  const of = (names: readonly Name[]) =>
    themed(
      names.filter((name) => !but.includes(name)),
      maxCommands,
    );
  return fc.oneof(
    { weight: 4, arbitrary: of([...(Object.keys(byRoute) as RouteName[]), "pass"]) },
    ...Object.values(THEMES).map((names) => ({ weight: 1, arbitrary: of(names) })),
  );
}
