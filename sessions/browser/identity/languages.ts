/**
 * The languages that a browser of a locale asks for, as Chrome sets them up when installed in that
 * language. Weights are left out: Chromium adds them, and would double those that are there.
 *
 * @param locale A locale such as "de-DE".
 */
export function acceptLanguage(locale: string): string {
  const language = locale.split("-")[0] ?? locale;
  const fallback = language === "en" ? [] : ["en-US", "en"];
  return [...new Set([locale, language, ...fallback])].join(",");
}
