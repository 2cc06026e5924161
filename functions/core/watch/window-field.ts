/** Fields that say when a window is, those included that the API does not have. */
const WINDOW_FIELDS = ["windowSeconds", "startsAt", "endsAt", "expiresAt", "expiration", "duration"] as const;

/** The field by which somebody tried to have another window than the API gives; no other name of theirs is kept. */
export const windowField = (path: unknown): string | undefined => WINDOW_FIELDS.find((name) => name === path);
