// These functions are sent to the page as source text: each has to stand alone, helpers inside.

/** The parts of the document that a challenge is told by, as HTML: title, scripts, widgets. */
export function readChallengeMarks(): string {
  const MOST_CHARACTERS = 20_000;
  const scripts = [...document.scripts].filter(({ src, text }) =>
    src === ""
      ? text.includes("_cf_chl_opt")
      : /\/cdn-cgi\/challenge-platform\/|^https:\/\/challenges\.cloudflare\.com\//.test(src)
  );
  const answers = document.querySelectorAll<HTMLInputElement>("[name=cf-turnstile-response]");
  const solved = [...answers].some(({ value }) => value !== "");
  const widgets = solved ? [] : [...answers, ...document.querySelectorAll(".cf-turnstile")];
  const marks = [
    ...document.querySelectorAll("title"),
    ...scripts,
    ...widgets.map((widget) => widget.cloneNode(false) as Element),
  ];
  return marks.map(({ outerHTML }) => outerHTML.slice(0, MOST_CHARACTERS)).join("\n")
    .slice(0, 5 * MOST_CHARACTERS);
}

/** Whether a challenge page says that it is still at work, and shows no box to click yet. */
export function isVerifying(): boolean {
  return document.body?.innerText.includes("Verifying you are human") ?? false;
}

/** Waits, for a limited time, until a widget in the page has its answer; its value changes silently. */
export function untilWidgetSolved(mostMs: number): Promise<boolean> {
  const isSolved = () =>
    [...document.querySelectorAll<HTMLInputElement>("[name=cf-turnstile-response]")]
      .some(({ value }) => value !== "");
  return new Promise((resolve) => {
    const end = (solved: boolean) => {
      clearInterval(timer);
      clearTimeout(limit);
      resolve(solved);
    };
    const timer = setInterval(() => isSolved() && end(true), 200);
    const limit = setTimeout(() => end(isSolved()), mostMs);
  });
}
