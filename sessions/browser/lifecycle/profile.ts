/** The folder of a browser's profile. */
export interface Profile {
  /** The folder's path. */
  readonly path: string;
  /** Whether this process runs as root, for whom Chromium has no sandbox. */
  readonly ownedByRoot: boolean;
  /** Removes what is not to stay, once the browser is gone. Idempotent. */
  remove(): Promise<void>;
}
