import {
  isPrivateAddress,
  literalAddress,
  PrivateAddressError,
  type SessionError,
  UnsafeRedirectError,
} from "@orbweaver/session";
import type { ScopedSession } from "./scoped_session.ts";

/** How the hosts begin that stand for addresses which may not be public, in Chromium's patterns. */
const HOSTS = [
  ...[0, 10, 100, 127, 168, 169, 172, 192, 198, 203].map((first) => `${first}.*`),
  ...["22?.*", "23?.*", "24?.*", "25?.*", "[*", "localhost*", "*.localhost*", "*@*"],
];

/**
 * Patterns for every URL whose host is an address that is not public, and for some others: what they
 * hold up is looked at once more.
 */
export const PRIVATE_HOST_PATTERNS: readonly string[] = ["http", "https"].flatMap((scheme) =>
  HOSTS.map((host) => `${scheme}://${host}`)
);

/** What the guard works with. */
export interface AddressGuardSettings {
  readonly cdp: ScopedSession;
  /** The main frame's id. */
  readonly frameId: string;
  /** The URL that was asked for. */
  readonly url: string;
  /** Whether that URL may lead to an address that is not public. */
  readonly allowPrivate: boolean;
  /** Whether a proxy makes the connections: which addresses those go to is not known then. */
  readonly byProxy: boolean;
  /** Ends the fetch. */
  fail(error: SessionError): void;
}

/** Where an answer came from, in the words of the domain `Network`. */
export interface Answer {
  url: string;
  remoteIPAddress?: string;
}

interface DocumentEvent {
  requestId: string;
  frameId?: string;
  type: string;
}

/**
 * Keeps pages from sending the browser to addresses that are not public, unless they come from one
 * themselves. Addresses and `localhost` are recognised before anything is sent; where a name leads
 * is known once it has answered, and then that answer becomes no response.
 *
 * What documents load beside themselves, frames included, Chromium checks on its own ("Local
 * Network Access": Chromium 156 sends nothing to a private or loopback address for a page from a
 * public one, by whatever name). That says nothing of the main frame, and nothing through a proxy.
 */
export class AddressGuard {
  readonly #settings: AddressGuardSettings;
  readonly #asked: string;
  #arrived = false;
  #source: { readonly url: string; readonly isPrivate: boolean } | undefined;

  /** @param settings What it works with; the domain `Network` is to be enabled afterwards. */
  constructor(settings: AddressGuardSettings) {
    this.#settings = settings;
    this.#asked = withoutFragment(settings.url);
    const { cdp } = settings;
    cdp.on<DocumentEvent & { redirectResponse?: Answer }>("Network.requestWillBeSent", (event) => {
      if (this.#isMain(event)) this.#see(event.redirectResponse);
    });
    cdp.on<DocumentEvent & { response: Answer }>("Network.responseReceived", (event) => {
      if (this.#isMain(event)) this.#see(event.response);
    });
  }

  /** Begins anew: what the main frame has shown so far was none of the fetch's pages. */
  forget(): void {
    this.#arrived = false;
    this.#source = undefined;
  }

  /** The address of the last main document that answered. */
  get pageUrl(): string {
    return this.#source?.url ?? this.#settings.url;
  }

  /** Whether requests to hosts that are no public address have to be looked at from the start. */
  get wantedFromStart(): boolean {
    return !this.#settings.allowPrivate || this.wantedAt(this.#asked);
  }

  /**
   * Whether requests to hosts that are no public address have to be looked at for a page.
   *
   * @param url The page's address.
   */
  wantedAt(url: string): boolean {
    return !isPrivate(literalOf(url));
  }

  /**
   * Says whether a request may be sent.
   *
   * @param url Where to.
   * @param isMain Whether it is for the main document; the fetch ends then if it may not.
   */
  allows(url: string, isMain: boolean): boolean {
    const address = literalOf(url);
    if (address === undefined || !isPrivate(address) || this.#mayReach(url)) return true;
    if (isMain) this.#settings.fail(this.#refusal(url, address));
    return false;
  }

  /**
   * Says whether a popup may show what it was answered: where a name leads is known by then.
   *
   * @param answer The answer.
   */
  mayShow(answer: Answer): boolean {
    const address = literalOf(answer.url) ?? this.#addressOf(answer);
    return !isPrivate(address) || this.#mayReach(answer.url);
  }

  #isMain({ type, frameId }: DocumentEvent): boolean {
    return type === "Document" && frameId === this.#settings.frameId;
  }

  #see(answer: Answer | undefined): void {
    if (answer === undefined) return;
    const { url } = answer;
    const address = literalOf(url) ?? this.#addressOf(answer);
    if (isPrivate(address) && !this.#mayReach(url)) {
      return this.#settings.fail(this.#refusal(url, address!));
    }
    this.#arrived ||= this.#isAsked(url);
    this.#source = { url, isPrivate: isPrivate(address) };
  }

  #addressOf({ remoteIPAddress = "" }: Answer): string | undefined {
    if (this.#settings.byProxy || remoteIPAddress === "") return undefined;
    return remoteIPAddress.replace(/^\[|\]$/g, "");
  }

  /** What was asked for is the user's choice, until it has answered: later its name may have moved. */
  #mayReach(url: string): boolean {
    if (!this.#arrived && this.#isAsked(url)) return this.#settings.allowPrivate;
    return this.#source?.isPrivate ?? this.#settings.allowPrivate;
  }

  #isAsked(url: string): boolean {
    return withoutFragment(url) === this.#asked;
  }

  #refusal(url: string, address: string): SessionError {
    if (!this.#arrived && this.#isAsked(url)) return new PrivateAddressError(address, { url });
    const from = this.pageUrl;
    return new UnsafeRedirectError(
      `${from} leads to ${url}, whose address ${address} is not public; ` +
        `fetch that URL directly if it is meant`,
      url,
      { url: from },
    );
  }
}

function literalOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || !/^(?:https?|wss?):$/.test(parsed.protocol)) return undefined;
  return literalAddress(parsed.hostname);
}

function isPrivate(address: string | undefined): boolean {
  return address !== undefined && isPrivateAddress(address);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, "");
}
