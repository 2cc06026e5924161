/** Numbers between 0 and 1 that look random and are the same each time. */
export function numbers(seed: number): () => number {
  let state = seed * 16_807;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
