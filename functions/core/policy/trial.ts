import { canonicalJson } from "../canonical.ts";
import type { PolicyBundle, Rule } from "./bundle.ts";
import type { Decision, ShadowDecision, ShadowNote } from "./decided.ts";
import { type Asked, type Heard, type PolicyEngine, verdictOf } from "./engine.ts";
import { windowCapOf } from "./window-cap.ts";

const noteOf = ({ id, reason, effect, obligation, maxWindowSeconds }: Rule): ShadowNote => ({
  ...{ id, reason },
  ...(obligation
    ? { would: "ask", group: obligation.approvers, quorum: obligation.quorum }
    : { would: effect === "permit" ? "allow" : "deny" }),
  ...(maxWindowSeconds === undefined ? {} : { maxWindowSeconds }),
});

/** Each question is put to Cedar once, however often it is asked: of one ask only `breakGlass` varies, and risk with it. */
function once(hear: (...asked: Asked) => Heard): (...asked: Asked) => Heard {
  const heard = new Map<boolean, Heard>();
  return (...asked) => {
    const { breakGlass } = asked[3];
    const answer = heard.get(breakGlass) ?? hear(...asked);
    heard.set(breakGlass, answer);
    return answer;
  };
}

/** So many rules may be on trial at once: of each one that applies the ask is decided twice more. */
export const MOST_ON_TRIAL = 20;

type Found = Map<string, "applies" | "errs">;

type Trial = {
  rules: PolicyBundle["rules"];
  engine: PolicyEngine;
  resource: { maxWindowSeconds: number };
  /** Decides the ask by an engine. */
  decideBy(engine: PolicyEngine): Decision;
  /** Told when what the rules on trial would have made of an ask could not be told. */
  failed?: ((fault: unknown) => void) | undefined;
};

/** What the rules on trial would have made of an ask that was decided so; undefined where none has anything to say. */
function shadowOf(
  { rules, resource }: Trial,
  decision: Decision,
  { found, decidedWith }: { found: Found; decidedWith(counts: (id: string) => boolean): Decision },
): ShadowDecision | undefined {
  const isOtherwise = (one: Decision, other: Decision): boolean => {
    const [was, is] = [one, other].map(({ outcome, plan, breakGlass, rules: by }) => {
      const cap = windowCapOf(rules, { outcome, rules: by, ...(breakGlass ? { breakGlass } : {}) }, resource);
      return canonicalJson({ outcome, plan, breakGlass: breakGlass ?? null, cap: cap ?? null });
    });
    return was !== is;
  };
  const all = decidedWith(() => true);
  const notes = rules
    .filter(({ id }) => found.has(id))
    .slice(0, MOST_ON_TRIAL)
    .flatMap((rule): ShadowNote[] => {
      const { id, reason } = rule;
      if (found.get(id) === "errs") return [{ id, reason, would: "error" }];
      const matters =
        isOtherwise(
          decision,
          decidedWith((other) => other === id),
        ) ||
        isOtherwise(
          all,
          decidedWith((other) => other !== id),
        );
      return matters ? [noteOf(rule)] : [];
    });
  return notes.length === 0 ? undefined : { notes, outcome: all.outcome, plan: all.plan };
}

/**
 * Decides an ask, and tells beside it what the rules on trial would have made of it. A rule is noted when the ask would be
 * decided otherwise (outcome, stages, longest window) by it alone, or were all others live and it not; and when it could
 * not be evaluated. Whatever goes wrong with that, the decision is the same.
 */
export function decideWithTrial(trial: Trial): Decision {
  const { engine, decideBy, failed } = trial;
  if (!engine.hear) return decideBy(engine);
  const hear = once(engine.hear);
  const found: Found = new Map();
  /** With those on trial live that `counts` names. */
  const decidedWith = (counts: (id: string) => boolean): Decision =>
    decideBy((...asked) => {
      const heard = hear(...asked);
      for (const { id, shadow } of heard.applying) if (shadow) found.set(id, "applies");
      for (const { rule } of heard.errors) if (rule?.shadow) found.set(rule.id, "errs");
      return verdictOf(heard, ({ id, shadow }) => !shadow || counts(id));
    });
  const decision = decidedWith(() => false);
  try {
    const shadow = shadowOf(trial, decision, { found, decidedWith });
    return shadow ? { ...decision, shadow } : decision;
  } catch (fault) {
    failed?.(fault);
    return decision;
  }
}
