/** `tampered`: the record was changed, or some of it is lost. `cannot_tell`: it could not be judged. `note`: worth knowing. */
type Severity = "tampered" | "cannot_tell" | "note";

/** Everything that can be found, and what it means. Stable: scripts read the codes, docs/audit-format.md lists them. */
export const problems = {
  // The digests.
  no_digest: "cannot_tell",
  no_key: "cannot_tell",
  digest_misplaced: "tampered",
  digest_unreadable: "tampered",
  digest_not_canonical: "tampered",
  digest_malformed: "tampered",
  digest_bad_signature: "tampered",
  digest_unknown_key: "cannot_tell",
  digest_unknown_version: "cannot_tell",
  digest_other_record: "tampered",
  digest_unsorted: "tampered",
  digest_lists_differ: "tampered",
  digest_hours: "tampered",
  digest_gap: "tampered",
  digest_chain_broken: "tampered",
  digest_announced: "tampered",
  digest_not_here_yet: "cannot_tell",
  digest_late: "cannot_tell",
  held_missing: "tampered",
  held_differs: "tampered",
  held_other_record: "cannot_tell",
  // The objects.
  empty: "cannot_tell",
  odd_file: "cannot_tell",
  unexpected_file: "note",
  delete_marker: "tampered",
  object_replaced: "tampered",
  object_missing: "tampered",
  object_unread: "cannot_tell",
  object_too_large: "cannot_tell",
  object_changed: "tampered",
  object_misnamed: "tampered",
  object_damaged: "tampered",
  object_unknown_format: "cannot_tell",
  object_unlisted: "tampered",
  uncovered: "tampered",
  uncovered_allowed: "note",
  quarantined: "note",
  // The rows.
  wrong_hash: "tampered",
  not_json: "tampered",
  not_canonical: "tampered",
  wrong_place: "tampered",
  unknown_version: "cannot_tell",
  // It may be one that a later release knows: what the exporter cannot read, it puts into quarantine.
  not_an_event: "cannot_tell",
  unknown_column: "cannot_tell",
  column_differs: "tampered",
  class_differs: "cannot_tell",
  wrong_day: "tampered",
  copies_differ: "tampered",
  // The chains.
  chain_gap: "tampered",
  chain_broken: "tampered",
  chain_time: "tampered",
  chain_path: "tampered",
  chain_unsigned: "tampered",
  chain_too_old: "cannot_tell",
  head_rolled_back: "tampered",
  head_missing: "tampered",
  head_not_here_yet: "cannot_tell",
  head_differs: "tampered",
  event_after_head: "tampered",
  grant_not_here: "cannot_tell",
  grant_not_signed: "cannot_tell",
} as const satisfies Record<string, Severity>;

export type ProblemCode = keyof typeof problems;

/** Where in the record something was found: as much of it as is known. */
export type Place = {
  key?: string;
  /** From 1, as people count. */
  row?: number;
  event?: string;
  grant?: string;
  sequence?: number;
  /** The number of a digest. */
  digest?: number;
};

export type Finding = {
  code: ProblemCode;
  severity: Severity;
  says: string;
  place: Place;
  expected?: string;
  found?: string;
};
type Told = Omit<Finding, "code" | "severity">;

/** What follows from something that could not be read as well as from something that was taken away. */
const ABSENCES: readonly ProblemCode[] = [
  "chain_gap",
  "chain_unsigned",
  "digest_announced",
  "head_missing",
  "uncovered",
];
/** What keeps the verifier from seeing a part of the record that may be all right. */
const BLINDFOLDS: readonly ProblemCode[] = [
  "digest_unknown_key",
  "digest_unknown_version",
  "object_unread",
  "object_too_large",
  "object_unknown_format",
  "odd_file",
  "unknown_version",
  "not_an_event",
];

export type Notebook = {
  tell(code: ProblemCode, told: Told): void;
  /** True when part of the record could not be read, so that what is absent may be there. */
  isBlind(): boolean;
  counts: Record<Severity, number>;
};

/** Gathers findings; each is handed on at once. */
export function openNotebook(onFinding: (finding: Finding) => void): Notebook {
  const counts = { tampered: 0, cannot_tell: 0, note: 0 };
  let blind = false;
  return {
    counts,
    isBlind: () => blind,
    tell(code, told) {
      blind ||= BLINDFOLDS.includes(code);
      const severity = blind && ABSENCES.includes(code) ? "cannot_tell" : problems[code];
      counts[severity] += 1;
      onFinding({ code, severity, ...told });
    },
  };
}
