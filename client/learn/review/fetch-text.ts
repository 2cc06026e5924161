const LONGEST_MS = 10_000;
const MOST_CHARACTERS = 1_000_000;

/** A small text at an address. Whoever redirects leads elsewhere than was said. */
export async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(LONGEST_MS) });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  const text = await answer.text();
  if (text.length > MOST_CHARACTERS) throw new Error("it is too long");
  return text;
}
