import { asked, dayOf, grouped, periodOf, type Truth, time } from "./row.ts";

export const ownApprovals: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives.flatMap((life) =>
    life.words.flatMap((word) => {
      const { owner, team } = life.agent;
      const by =
        word.person === owner
          ? "owner"
          : word.person === life.onBehalfOf
            ? "on behalf of"
            : word.team === team
              ? "team"
              : undefined;
      if (!within(word.at) || by === undefined) return [];
      return {
        ...asked(life),
        access: undefined,
        approver_id: word.person,
        approved_at: time(word.at),
        stage: word.stage,
        own_by: by,
        owner_id: owner,
        team,
        approver_team: word.team,
        status: life.status,
      };
    }),
  );
};

export const hastyApprovals: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  const words = lives.flatMap((life) => life.words.map((word) => ({ life, word })));
  return grouped(words, ({ word }) => `${word.person} ${dayOf(word.at)}`).flatMap((ofDay) =>
    ofDay.flatMap(({ life, word }) => {
      const since = word.askedAt !== undefined && word.askedAt <= word.at ? word.askedAt : word.movedBefore;
      const by = [
        ...(word.at - since < Number(values.seconds) * 1000 ? ["seconds"] : []),
        ...(ofDay.length > Number(values.per_day) ? ["day"] : []),
      ];
      if (!within(word.at) || by.length === 0) return [];
      return {
        approver_id: word.person,
        grant_id: life.id,
        stage: word.stage,
        asked_at: time(since),
        approved_at: time(word.at),
        took_ms: word.at - since,
        that_day: ofDay.length,
        hasty_by: by.join(", "),
      };
    }),
  );
};

const FINAL = ["DENIED", "REJECTED", "EXPIRED", "CANCELLED", "FAILED", "ENDED", "REVOKING", "REVOKED"];

export const unapprovedMints: Truth = ({ lives }, values) => {
  const within = periodOf(values);
  return lives.flatMap((life) => {
    const claims = life.moves.filter(
      ({ type, at, missing }) => type === "grant.attempt_claimed" && within(at) && !missing,
    );
    const [first, last] = [claims[0], claims.at(-1)];
    if (!first || !last) return [];
    const final = life.moves.findIndex(({ status }) => FINAL.includes(status));
    const short = life.plan.some(({ stage, quorum }) => {
      const sayers = life.words.filter(
        (word) => word.stage === stage && word.person !== life.agent.owner && word.at < first.at,
      );
      return new Set(sayers.map(({ person }) => person)).size < quorum;
    });
    const by =
      life.decision === "deny"
        ? "refused by policy"
        : final >= 0 && final < life.moves.indexOf(last)
          ? "after its end"
          : life.decision === "needs_approval" && life.plan.length === 0
            ? "no plan"
            : short
              ? "stages short"
              : undefined;
    if (!by) return [];
    return {
      ...asked(life),
      first_claim_at: time(life.claims[0]?.at),
      decision: life.decision,
      approval_plan:
        life.plan.map(({ stage, group, quorum }) => `${stage}:${group}:${quorum}`).join(",") || undefined,
      approvals_given: new Set(life.words.map(({ person }) => person)).size,
      unapproved_by: by,
      status: life.status,
    };
  });
};
