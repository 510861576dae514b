import type { SessionIdentity } from "@orbweaver/session";
import type { Brand } from "./client_hints.ts";
import type { Identity } from "./identity.ts";

/**
 * What a plain HTTP request has to send to be taken for a browser.
 *
 * @param identity Who the browser says it is.
 */
export function identityHeaders(identity: Identity): SessionIdentity {
  const { userAgent, clientHints } = identity;
  const acceptLanguage = weighted(identity.acceptLanguage.split(","));
  const hints: [name: string, value: string][] = clientHints === undefined ? [] : [
    ["sec-ch-ua", clientHints.brands.map(brandItem).join(", ")],
    ["sec-ch-ua-mobile", clientHints.mobile ? "?1" : "?0"],
    ["sec-ch-ua-platform", `"${clientHints.platform}"`],
  ];
  return {
    userAgent,
    acceptLanguage,
    headers: [...hints, ["user-agent", userAgent], ["accept-language", acceptLanguage]],
  };
}

function brandItem({ brand, version }: Brand): string {
  return `"${brand}";v="${version}"`;
}

/** Each language weighs a tenth less than the one before, and none less than a tenth, as in Chromium. */
function weighted(languages: readonly string[]): string {
  return languages.map((language, i) =>
    i === 0 ? language : `${language};q=0.${Math.max(10 - i, 1)}`
  ).join(",");
}
