/** A signal that follows another some milliseconds later, with its reason. `close` when it is not needed any more. */
export function later(signal: AbortSignal, ms: number): { signal: AbortSignal; close(): void } {
  const last = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(() => last.abort(signal.reason), ms);
  };
  if (signal.aborted) start();
  else signal.addEventListener("abort", start, { once: true });
  return {
    signal: last.signal,
    close: () => {
      signal.removeEventListener("abort", start);
      clearTimeout(timer);
    },
  };
}
