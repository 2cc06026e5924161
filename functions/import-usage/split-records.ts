/** What makes a file unreadable from some point on. Stable: the runbook names them. */
export type FileProblem = "not_gzip" | "not_a_log" | "record_too_big" | "file_too_big" | "cut_off";

/** Of what is in a file, not of S3: it would be the same at the next try. */
export class UnreadableFile extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem, cause?: unknown) {
    super(problem, { cause });
    this.name = "UnreadableFile";
    this.problem = problem;
  }
}

/**
 * An event has at most 256 KB, and a file 50 MB compressed, which may be half a gigabyte of text: so it is read as a
 * stream, a record at a time. The bounds leave room; what is beyond them is no file of CloudTrail's.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
const LIMITS = { recordCharacters: 1_000_000, fileCharacters: 2_000_000_000 } as const;
export type Limits = { recordCharacters: number; fileCharacters: number };

const OPENING = /^\s*\{\s*"Records"\s*:\s*\[/;
const OPENING_CHARACTERS = 200;
const [QUOTE, BACKSLASH, OPEN, CLOSE, END, COMMA] = [...'"\\{}],'].map((each) => each.charCodeAt(0));
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Where the scan is within the text that is held: kept from one chunk of the file to the next. */
type Scan = { at: number; start: number; depth: number; inText: boolean; escaped: boolean };

/** The end of the next whole record of the text, "end" at the array's, nothing when the text is used up. */
function nextRecord(text: string, scan: Scan): number | "end" | undefined {
  for (; scan.at < text.length; scan.at += 1) {
    const code = text.charCodeAt(scan.at);
    if (scan.inText) {
      if (scan.escaped) scan.escaped = false;
      else if (code === BACKSLASH) scan.escaped = true;
      else if (code === QUOTE) scan.inText = false;
    } else if (code === OPEN) {
      if (scan.depth === 0) scan.start = scan.at;
      scan.depth += 1;
    } else if (scan.depth === 0) {
      if (code === END) return "end";
      if (code !== COMMA && !isSpace(code)) throw new UnreadableFile("not_a_log");
    } else if (code === QUOTE) scan.inText = true;
    else if (code === CLOSE) {
      scan.depth -= 1;
      if (scan.depth === 0) {
        scan.at += 1;
        return scan.at;
      }
    }
  }
  return undefined;
}

/**
 * The text of each record of a file `{"Records":[…]}`, as it comes. Only braces and quotes are followed: whether a record
 * is JSON is found out by whoever parses it, and a bad one costs no other. Never holds more than a record and a chunk.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
export async function* splitRecords(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits = LIMITS,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const scan: Scan = { at: 0, start: 0, depth: 0, inText: false, escaped: false };
  let text = "";
  let total = 0;
  let isOpen = false;
  let isOver = false;
  for await (const chunk of chunks) {
    const more = decoder.decode(chunk, { stream: true });
    total += more.length;
    if (total > limits.fileCharacters) throw new UnreadableFile("file_too_big");
    // What comes after the array is let by, and not kept.
    if (isOver) continue;
    text += more;
    if (!isOpen) {
      const opening = OPENING.exec(text)?.[0];
      if (opening === undefined && text.length > OPENING_CHARACTERS) throw new UnreadableFile("not_a_log");
      if (opening === undefined) continue;
      isOpen = true;
      scan.at = opening.length;
    }
    while (!isOver) {
      const end = nextRecord(text, scan);
      if (end === undefined) break;
      if (end === "end") isOver = true;
      else yield text.slice(scan.start, end);
    }
    if (isOver) text = "";
    const done = scan.depth > 0 ? scan.start : scan.at;
    text = text.slice(done);
    scan.at -= done;
    scan.start = 0;
    if (text.length > limits.recordCharacters) throw new UnreadableFile("record_too_big");
  }
  if (!isOver) throw new UnreadableFile(isOpen ? "cut_off" : "not_a_log");
}
