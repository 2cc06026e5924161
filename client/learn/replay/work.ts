import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import type { ShadowNote } from "../../../functions/core/policy/decided.ts";
import type { Period } from "../record/period.ts";
import { asksIn, type Piece } from "../record/read.ts";
import { preparePolicy, type Replayed, replayAsk } from "./replay-ask.ts";

/** What is replayed: asks of a period, of one agent or of all, under one policy; compared with the record, or another. */
export type Setup = {
  policy: PolicyBundle;
  against?: PolicyBundle | undefined;
  period: Period;
  agent?: string | undefined;
};
/** One ask decided again. `id` and `hash` are of its event, which other pieces may have too. */
export type Done = {
  id: string;
  hash: string;
  place: string;
  replayed: Replayed;
  shadow?: ShadowNote[] | undefined;
};

/** Decides again what is in one piece of the record after the other. */
export function workOn({ policy, against, period, agent }: Setup): (piece: Piece) => Done[] {
  const prepared = preparePolicy(policy);
  const before = against && preparePolicy(against);
  return (piece) =>
    [...asksIn(piece, period)]
      .filter(({ grant }) => agent === undefined || grant.agent === agent)
      .map(({ id, hash, place, grant }) => ({
        ...{ id, hash, place, replayed: replayAsk(prepared, grant, before) },
        ...(grant.shadow ? { shadow: grant.shadow } : {}),
      }));
}
