const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A time as it was typed; a day alone is its first moment in UTC. */
export const momentOf = (given: string): string => (DAY.test(given) ? `${given}T00:00:00Z` : given);
