/** The folder of a browser's profile. */
export interface Profile {
  /** The folder's path. */
  readonly path: string;
  /** Whether this process runs as root, for whom Chromium has no sandbox. */
  readonly ownedByRoot: boolean;
  /**
   * Removes what is not to stay also when the program exits without closing its session. To be
   * called after the launch, so that the engine's own exit hook has killed the browser by then.
   */
  removeOnExit(): void;
  /** Removes what is not to stay, once the browser is gone. */
  remove(): Promise<void>;
}
