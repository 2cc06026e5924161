import { onTrial } from "../on-trial.ts";
import { grouped, periodOf, type Truth, time } from "./row.ts";

export const shadowDecisions: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const noted = lives
    .filter(({ askedAt }) => within(askedAt))
    .flatMap((life) => {
      const { notes = [], outcome } = onTrial(life) ?? {};
      return notes.map(({ id, would }) => ({ life, id, would, otherwise: outcome !== life.decision }));
    });
  return grouped(noted, ({ id, life }) => `${id} ${life.agent.id}`).map((alike) => {
    const count = (word: string) => alike.filter(({ would }) => would === word).length;
    return {
      rule: alike[0]?.id,
      agent_id: alike[0]?.life.agent.id,
      would_ask: count("ask"),
      would_deny: count("deny"),
      would_allow: count("allow"),
      errors: count("error"),
      otherwise: alike.filter(({ otherwise }) => otherwise).length,
      last_asked_at: time(Math.max(...alike.map(({ life }) => life.askedAt))),
    };
  });
};
