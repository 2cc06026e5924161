import { type Refusal, refusal } from "../core/errors.ts";
import type { gatherPage } from "./page.ts";

type Gathered = Awaited<ReturnType<typeof gatherPage>>;
type Trouble = Extract<Gathered, { ok: false }>["trouble"];

/** Why there is no page, in words that hold nothing of what is stored: no value, no column that is in it, no object's name. */
const refusals: Record<Trouble, () => Refusal> = {
  format_mismatch: () => refusal("format_mismatch"),
  row_too_large: () =>
    refusal(
      "format_mismatch",
      "A row of what is stored is larger than one may be; ask the owner of the data.",
      {
        reason: "row_too_large",
      },
    ),
  not_masked: () =>
    refusal(
      "format_mismatch",
      "A row of what is stored cannot be masked, so none is given; ask the owner of the data.",
      { reason: "not_masked" },
    ),
  changed: () =>
    refusal("invalid_request", "cursor: what is stored has changed since; read from the beginning", {
      path: "cursor",
    }),
  position: () => refusal("invalid_request", "cursor: is not one of this reading", { path: "cursor" }),
  no_object: () =>
    refusal("invalid_request", "object: is not one of rows that this grant covers", { path: "object" }),
  bad_value: () =>
    refusal("invalid_request", "filters: a value has characters that cannot be compared", {
      path: "filters",
    }),
  too_many_bytes: () =>
    refusal("invalid_request", "limit: so many rows are too large for one answer; ask for fewer", {
      path: "limit",
    }),
  too_slow: () =>
    refusal("invalid_request", "limit: so many rows take too long; ask for fewer", { path: "limit" }),
  query_failed: () => refusal("unavailable", "The query could not be answered just now; try again."),
};

export const noPage = (trouble: Trouble): Refusal => refusals[trouble]();
