/** From when on something is said to be a pattern. Below them nothing is claimed. */
export type Thresholds = {
  /** Asks of the same rule, or of the same agent, resource and access, with the same end. */
  asks: number;
  /** Days between the first and the last of them. */
  days: number;
  /** Grants that nobody used, of the same agent, resource and access. */
  unused: number;
  /** Rejections of the same agent, resource and access. */
  rejected: number;
  /** How often somebody is asked before their silence says something. */
  silent: number;
  /** A yes that comes sooner was not read: the threshold of the flag `unread-approval`. */
  unreadSeconds: number;
};

export const USUAL: Thresholds = {
  ...{ asks: 50, days: 14, unused: 20, rejected: 10, silent: 10 },
  unreadSeconds: 5,
};

const DAY_MS = 86_400_000;

/** How many days lie between the first and the last of these times. */
export const daysBetween = (times: readonly number[]): number =>
  times.length === 0
    ? 0
    : (times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))) / DAY_MS;
