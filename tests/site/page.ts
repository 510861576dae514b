/** What goes into a test page. */
export interface TestPage {
  /** The document's title, as HTML. */
  readonly title: string;
  /** More for the head, as HTML. */
  readonly head?: string;
  /** The body, as HTML. */
  readonly body: string;
}

/** Frames a small valid HTML document. */
export function page({ title, head = "", body }: TestPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<link rel="icon" href="data:,">
${head}</head>
<body>
${body}
</body>
</html>
`;
}
