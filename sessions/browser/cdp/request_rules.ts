import type { SessionError } from "@orbweaver/session";
import { BlockedDomainError } from "../errors.ts";
import type { PagePlan } from "../options/plan.ts";
import { type AdDomains, loadAdDomains } from "./ad_domains.ts";
import { type AddressGuard, PRIVATE_HOST_PATTERNS } from "./address_guard.ts";
import { DomainFilter } from "./domain_filter.ts";

/** What a page can do without where only its text counts. */
const DISPENSABLE = ["CSPViolationReport", "Font", "Image", "Media", "Ping", "Stylesheet"];

/** From so many domains on it is quicker to look at every request than to have Chromium look them up. */
const MANY_DOMAINS = 50;

const EVERYTHING: Pattern = { urlPattern: "*", requestStage: "Request" };

/** What Chromium is to hold up, in the form of `Fetch.enable`. */
export interface Pattern {
  /** The URL, with wildcards. */
  readonly urlPattern: string;
  /** Left out, any. */
  readonly resourceType?: string;
  /** Whether before it is sent or once there is an answer. */
  readonly requestStage: "Request" | "Response";
}

/** A request that is held up. */
export interface HeldRequest {
  /** Where to. */
  readonly url: string;
  /** The kind of resource, in the words of the domain `Fetch`. */
  readonly type: string;
  /** Whether it is for the main document. */
  readonly isMain: boolean;
}

/** What the rules are made of. */
export interface RequestRulesSettings {
  readonly plan: PagePlan<never>;
  readonly guard: AddressGuard;
  /** Ends the fetch. */
  fail(error: SessionError): void;
}

/**
 * Which requests of a page are refused before they are sent. Each request that is held up costs a
 * way to us and back, so the patterns hold up nothing that can't be meant.
 */
export class RequestRules {
  readonly #settings: RequestRulesSettings;
  readonly #blocked: DomainFilter;
  readonly #ads: AdDomains | undefined;

  private constructor(settings: RequestRulesSettings, ads: AdDomains | undefined) {
    this.#settings = settings;
    this.#blocked = new DomainFilter(settings.plan.blockedDomains);
    this.#ads = ads;
  }

  /**
   * Makes the rules of a fetch.
   *
   * @param settings What they are made of.
   */
  static async load(settings: RequestRulesSettings): Promise<RequestRules> {
    return new RequestRules(settings, settings.plan.blockAds ? await loadAdDomains() : undefined);
  }

  /** Whether there are rules for what frames in processes of their own load. */
  get concernFrames(): boolean {
    const { plan } = this.#settings;
    return plan.blockAds || plan.blockedDomains.length > 0 || plan.disableResources;
  }

  /**
   * What Chromium is to hold up.
   *
   * @param guarded Whether hosts that are no public address are among it.
   */
  patterns(guarded: boolean): Pattern[] {
    const { disableResources, blockAds, blockedDomains } = this.#settings.plan;
    if (blockAds || blockedDomains.length > MANY_DOMAINS) return [EVERYTHING];
    const urls = [
      "file:*",
      ...this.#blocked.domains.map((domain) => `*${domain}*`),
      ...(guarded ? PRIVATE_HOST_PATTERNS : []),
    ];
    return [
      ...urls.map((urlPattern): Pattern => ({ urlPattern, requestStage: "Request" })),
      ...(disableResources ? DISPENSABLE : []).map((resourceType): Pattern => ({
        ...EVERYTHING,
        resourceType,
      })),
    ];
  }

  /**
   * Says whether a request may be sent; the fetch ends if it may not and is for the main document.
   *
   * @param request The request.
   */
  allow({ url, type, isMain }: HeldRequest): boolean {
    const { plan, guard } = this.#settings;
    const { protocol, hostname } = new URL(url);
    if (protocol === "file:") return false;
    if (this.#isBlocked(url, hostname, isMain)) return false;
    if (!guard.allows(url, isMain)) return false;
    if (isMain) return true;
    if (plan.disableResources && DISPENSABLE.includes(type)) return false;
    return !this.#ads?.includes(hostname, URL.parse(guard.pageUrl)?.hostname ?? "");
  }

  #isBlocked(url: string, hostname: string, isMain: boolean): boolean {
    const domain = this.#blocked.match(hostname);
    if (domain !== undefined && isMain) this.#settings.fail(new BlockedDomainError(domain, url));
    return domain !== undefined;
  }
}
