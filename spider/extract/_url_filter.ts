import { InvalidOptionError } from "@orbweaver/session";
import { IGNORED_EXTENSIONS } from "./ignored_extensions.ts";

/** One or several. */
export type OneOrMore<T> = T | readonly T[];

/** A pattern that is looked for anywhere in a URL: a regular expression, or the source of one. */
export type UrlPattern = RegExp | string;

/** Which URLs to keep. What is denied is left out even if it is allowed as well. */
export interface UrlFilterOptions {
  /** Keep only URLs in which one of these patterns is found. Default: all. */
  readonly allow?: OneOrMore<UrlPattern>;
  /** Leave out URLs in which one of these patterns is found. */
  readonly deny?: OneOrMore<UrlPattern>;
  /** Keep only URLs of these domains and their sub-hosts, on any port. Default: all. */
  readonly allowDomains?: OneOrMore<string>;
  /** Leave out URLs of these domains and their sub-hosts. */
  readonly denyDomains?: OneOrMore<string>;
  /** Leave out paths that end with one of these extensions. Default: {@linkcode IGNORED_EXTENSIONS}. */
  readonly denyExtensions?: OneOrMore<string>;
}

/**
 * Makes a function that says whether a URL passes all the filters.
 *
 * @param options The filters.
 * @throws {InvalidOptionError} If one of them makes no sense.
 */
export function urlFilter(options: UrlFilterOptions): (url: URL) => boolean {
  const allow = patterns("allow", options.allow);
  const deny = patterns("deny", options.deny);
  const allowDomains = domains("allowDomains", options.allowDomains);
  const denyDomains = domains("denyDomains", options.denyDomains);
  const extensions = extensionSet(options.denyExtensions ?? IGNORED_EXTENSIONS);
  return (url) => {
    if (extensions.size > 0 && hasExtension(url.pathname, extensions)) return false;
    if (allowDomains.length > 0 && !isOfDomain(url, allowDomains)) return false;
    if (isOfDomain(url, denyDomains)) return false;
    if (allow.length > 0 && !allow.some((pattern) => pattern.test(url.href))) return false;
    return !deny.some((pattern) => pattern.test(url.href));
  };
}

/**
 * An option that may have one value or several, as a list.
 *
 * @param value The option's value.
 */
export function asList<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** Copies without `g` and `y`: with them, `test` would begin where the last match ended. */
function patterns(option: string, value: OneOrMore<UrlPattern> | undefined): RegExp[] {
  return asList(value).map((pattern) => {
    const isPattern = typeof pattern === "string" || pattern instanceof RegExp;
    if (!isPattern || pattern === "") throw invalidPattern(option, pattern);
    if (pattern instanceof RegExp) {
      return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    }
    try {
      return new RegExp(pattern);
    } catch (cause) {
      throw invalidPattern(option, pattern, cause);
    }
  });
}

function invalidPattern(option: string, received: unknown, cause?: unknown): InvalidOptionError {
  const expected = "a regular expression, its source as a string, or a list of them";
  return new InvalidOptionError(option, received, expected, { cause });
}

function domains(option: string, value: OneOrMore<string> | undefined): string[] {
  return asList(value).map((domain) => {
    const host = String(domain).replace(/^\.+/, "");
    const url = `http://${host}`;
    // Nothing but a host: no path, no user, and a colon only inside the brackets of an IPv6 address.
    if (/^(?:[^\s/?#@:\\]+|\[[^\]]+\])$/.test(host) && URL.canParse(url)) {
      return new URL(url).hostname; // lower case, and the ASCII form of an international name
    }
    throw new InvalidOptionError(option, domain, 'domain names such as "example.com", no ports');
  });
}

function isOfDomain({ hostname }: URL, list: readonly string[]): boolean {
  return list.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}

function extensionSet(value: OneOrMore<string>): ReadonlySet<string> {
  return new Set(
    asList(value).map((extension) => {
      if (typeof extension === "string") return extension.toLowerCase().replace(/^\./, "");
      const expected = 'file extensions such as "pdf"; [] leaves out none';
      throw new InvalidOptionError("denyExtensions", extension, expected);
    }),
  );
}

/** For `a.tar.gz`, both `tar.gz` and `gz`. */
function hasExtension(pathname: string, extensions: ReadonlySet<string>): boolean {
  const segment = pathname.slice(pathname.lastIndexOf("/") + 1).toLowerCase();
  for (let dot = segment.indexOf("."); dot >= 0; dot = segment.indexOf(".", dot + 1)) {
    if (extensions.has(segment.slice(dot + 1))) return true;
  }
  return false;
}
