import { NetworkError, SessionError, type SessionErrorFacts } from "@orbweaver/session";

/** There is no Chrome, Chromium or Edge where one was looked for. */
export class BrowserNotFoundError extends SessionError {
  /** The name of this class of errors. */
  override name = "BrowserNotFoundError";
  /** The paths that were tried. */
  readonly searched: readonly string[];
  /** The command that installs a browser on this operating system. */
  readonly installCommand: string;

  /**
   * Makes the error.
   *
   * @param searched The paths that were tried.
   * @param installCommand The command that installs a browser.
   */
  constructor(searched: readonly string[], installCommand: string) {
    const where = searched.length === 1
      ? `at ${searched[0]}`
      : `in any of the ${searched.length} usual places`;
    super(
      `No browser found ${where}; install one with '${installCommand}', ` +
        `or say where it is with 'executablePath' or the environment variable CHROME_PATH`,
    );
    this.searched = searched;
    this.installCommand = installCommand;
  }
}

/** The browser is there but does not start. */
export class BrowserStartError extends SessionError {
  /** The name of this class of errors. */
  override name = "BrowserStartError";
}

/** Another browser uses the profile that `userDataDir` names. */
export class ProfileInUseError extends BrowserStartError {
  /** The name of this class of errors. */
  override name = "ProfileInUseError";
  /** The folder of the profile. */
  readonly folder: string;

  /**
   * Makes the error.
   *
   * @param folder The folder of the profile.
   * @param owner Who uses it, as the browser wrote it down: host and process id.
   */
  constructor(folder: string, owner: string) {
    super(
      `The profile ${folder} is in use by ${owner}; close that browser, or name another ` +
        `folder as 'userDataDir'`,
    );
    this.folder = folder;
  }
}

/** There is no browser to connect to at `cdpUrl`, or it does not answer. */
export class BrowserConnectError extends SessionError {
  /** The name of this class of errors. */
  override name = "BrowserConnectError";
  /** Where it was looked for. */
  readonly cdpUrl: string;

  /**
   * Makes the error.
   *
   * @param cdpUrl Where it was looked for.
   * @param cause What went wrong.
   */
  constructor(cdpUrl: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Can't connect to a browser at ${cdpUrl}: ${reason}; start one with ` +
        `--remote-debugging-port=9222 and give its http://127.0.0.1:9222 as 'cdpUrl'`,
      { cause },
    );
    this.cdpUrl = cdpUrl;
  }
}

/** The browser ended by itself; fetches that it had begun are tried again in a new one. */
export class BrowserCrashedError extends SessionError {
  /** The name of this class of errors. */
  override name = "BrowserCrashedError";
}

/** The tab crashed, or the page closed it. The browser and its other tabs are fine. */
export class TabCrashedError extends SessionError {
  /** The name of this class of errors. */
  override name = "TabCrashedError";
}

/** The browser could not load the page. */
export class NavigationError extends NetworkError {
  /** The name of this class of errors. */
  override name = "NavigationError";
  /** Chromium's name for what went wrong, such as "net::ERR_CONNECTION_REFUSED". */
  readonly code: string;

  /**
   * Makes the error.
   *
   * @param code Chromium's name for what went wrong.
   * @param url The URL that was to be loaded.
   */
  constructor(code: string, url: string) {
    super(`The browser could not load ${url}: ${code}`, { url });
    this.code = code;
  }
}

/** A step of a fetch failed: `pageSetup`, `pageAction`, `waitSelector` or `networkIdle`. */
export class StepError extends SessionError {
  /** The name of this class of errors. */
  override name = "StepError";
  /** The option that the step belongs to, such as "pageAction". */
  readonly step: string;

  /**
   * Makes the error.
   *
   * @param step The option that the step belongs to.
   * @param facts URL and cause.
   */
  constructor(step: string, facts: SessionErrorFacts) {
    const { cause } = facts;
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Step '${step}' failed at ${facts.url}: ${reason}; set onStepError: "ignore" to go on without it`,
      facts,
    );
    this.step = step;
  }
}

/** A function or expression threw inside the page. */
export class EvaluateError extends SessionError {
  /** The name of this class of errors. */
  override name = "EvaluateError";
}
