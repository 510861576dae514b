/** What a challenge asks for. */
export const TYPES = ["non-interactive", "managed", "interactive", "embedded"] as const;

/** What a challenge asks for. */
export type Type = typeof TYPES[number];

/**
 * How a challenge behaves: as it should; without ever being solved; with the first solution refused;
 * with a box that comes late, or never; "managed" also without a box, solving itself.
 */
export const MODES = ["fair", "never", "second", "late", "no-box", "by-itself"] as const;

/** How a challenge behaves. */
export type Mode = typeof MODES[number];

/** One challenge of the site: its path is `/TYPE/MODE/…`. */
export interface Case {
  readonly type: Type;
  readonly mode: Mode;
  /** The path that a clearance is good for: `/TYPE/MODE`. */
  readonly path: string;
}

/** The case that a path belongs to. */
export function caseOf(path: string): Case | undefined {
  const [, type, mode] = path.split("/");
  const known = TYPES.find((name) => name === type);
  const behaviour = MODES.find((name) => name === mode);
  if (known === undefined || behaviour === undefined) return undefined;
  return { type: known, mode: behaviour, path: `/${known}/${behaviour}` };
}

/** After how long a box comes, in milliseconds: to begin with, and where it is late. */
export const BOX_AFTER_MS: Readonly<Record<Mode, number | undefined>> = {
  fair: 100,
  never: 100,
  second: 100,
  late: 1_500,
  "no-box": undefined,
  "by-itself": undefined,
};

/** How long a challenge that solves itself takes, in milliseconds. */
export const BY_ITSELF_MS = 400;
