import { FrontierStoreError, type StoreProblem } from "../errors.ts";

interface Known {
  readonly problem: StoreProblem;
  readonly text: RegExp;
  readonly advice: string;
}

/** By SQLite's messages: Deno gives no codes (https://www.sqlite.org/rescode.html). */
const KNOWN: readonly Known[] = [
  {
    problem: "full",
    text: /database or disk is full|ENOSPC|EFBIG|EDQUOT/,
    advice: "make room, then run the crawl again: it goes on where it stopped",
  },
  {
    problem: "readonly",
    text: /readonly database|unable to open database|EACCES|EPERM|EROFS|permission/i,
    advice: "choose a folder that you may write to",
  },
  {
    problem: "foreign",
    text: /file is not a database/,
    advice: "it is no crawl's file; choose another folder",
  },
  {
    problem: "corrupt",
    text: /malformed|corrupt/,
    advice: "it is damaged; restore a copy of its folder, or delete it to begin anew",
  },
  {
    problem: "locked",
    text: /database is locked/,
    advice: "wait until the other one ends, or choose another folder",
  },
];

const OTHER = "see the cause; what was stored before is kept, so that the crawl can go on";

/**
 * What went wrong with a database, in our words.
 *
 * @param path The file.
 * @param cause What SQLite, or the file system, threw.
 */
export function storeError(path: string, cause: unknown): FrontierStoreError {
  if (cause instanceof FrontierStoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const known = KNOWN.find(({ text }) => text.test(reason));
  const { problem, advice } = known ?? { problem: "failed" as const, advice: OTHER };
  return new FrontierStoreError(`The crawl's file '${path}' failed: ${reason}; ${advice}`, {
    place: path,
    problem,
    cause,
  });
}
