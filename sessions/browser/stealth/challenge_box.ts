import type { ElementPlace } from "../cdp/in_page.ts";
import type { ScopedSession } from "../cdp/scoped_session.ts";

interface DomNode {
  backendNodeId: number;
  nodeName: string;
  /** Names and values by turns. */
  attributes?: string[];
  children?: DomNode[];
  shadowRoots?: DomNode[];
  contentDocument?: DomNode;
}

/** Where the frames of the widgets come from. */
const HOST = "challenges.cloudflare.com";

/** Frames smaller than this are there to look at the browser, not to be clicked. */
const LEAST_SIZE = { width: 60, height: 40 };

/** Where the box is in its frame, in all of its sizes, in CSS pixels. */
const BOX_IN_FRAME = { x: 18, y: 20, width: 20, height: 18 };

/** What changes when a box appears, once the document has been read. */
export const BOX_EVENTS: readonly string[] = [
  "DOM.childNodeInserted",
  "DOM.shadowRootPushed",
  "DOM.attributeModified",
  "Page.frameAttached",
  "Page.frameDetached",
  "Page.frameNavigated",
];

/**
 * Finds the box of a challenge. Its frame is in a closed shadow root, where scripts can't look, and
 * in a process of its own, so that what is inside of it stays unknown.
 *
 * @param cdp The session to the tab.
 * @returns Where the box is in the window; `undefined` if there is none to be seen.
 */
export async function findChallengeBox(cdp: ScopedSession): Promise<ElementPlace | undefined> {
  const { root } = await cdp.send<{ root: DomNode }>("DOM.getDocument", {
    depth: -1,
    pierce: true,
  });
  for (const { backendNodeId } of challengeFrames(root)) {
    const place = await placeOfFrame(cdp, backendNodeId);
    if (place === undefined) continue;
    if (place.width < LEAST_SIZE.width || place.height < LEAST_SIZE.height) continue;
    return { ...BOX_IN_FRAME, x: place.x + BOX_IN_FRAME.x, y: place.y + BOX_IN_FRAME.y };
  }
  return undefined;
}

function challengeFrames(root: DomNode): DomNode[] {
  const frames: DomNode[] = [];
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (node.nodeName === "IFRAME" && isChallenge(node)) frames.push(node);
    for (const child of node.children ?? []) nodes.push(child);
    for (const shadow of node.shadowRoots ?? []) nodes.push(shadow);
    if (node.contentDocument !== undefined) nodes.push(node.contentDocument);
  }
  return frames;
}

function isChallenge({ attributes = [] }: DomNode): boolean {
  const at = attributes.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === "src");
  const url = at < 0 ? null : URL.parse(attributes[at + 1] ?? "");
  return url?.protocol === "https:" && url.hostname === HOST;
}

async function placeOfFrame(
  cdp: ScopedSession,
  backendNodeId: number,
): Promise<ElementPlace | undefined> {
  try {
    await cdp.send("DOM.scrollIntoViewIfNeeded", { backendNodeId });
    const { model } = await cdp.send<{
      model: { content: number[]; width: number; height: number };
    }>("DOM.getBoxModel", { backendNodeId });
    const { content: [x = 0, y = 0], width, height } = model;
    return { x, y, width, height };
  } catch (error) {
    // What is not laid out has no box model, and what has just been removed no node.
    if (error instanceof Error && /box model|layout object|node/i.test(error.message)) return;
    throw error;
  }
}
