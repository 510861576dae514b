/** A mouse event as the widget's frame saw it. */
export interface MouseFact {
  readonly type: "mousemove" | "mousedown" | "mouseup";
  readonly isTrusted: boolean;
  readonly clientX: number;
  readonly clientY: number;
  readonly screenX: number;
  readonly screenY: number;
  readonly buttons: number;
  readonly timeStamp: number;
}

/** What the widget's frame sends for every click. */
export interface ClickFacts {
  /** The box, in the frame's coordinates. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Whether the box was there to be clicked yet. */
  readonly ready: boolean;
  /** The movements, the press and the release, in order. */
  readonly events: readonly MouseFact[];
}

const LEAST_MOVES = 3;
const HOLD_MS = { least: 40, most: 2_000 };

/**
 * Judges a click on the box: everything that is wrong with it, in words; an empty list is a click
 * that a person could have made.
 */
export function judgeClick({ box, ready, events }: ClickFacts): string[] {
  const down = events.find(({ type }) => type === "mousedown");
  const up = events.find(({ type }) => type === "mouseup");
  const moves = events.filter(({ type }) => type === "mousemove");
  if (down === undefined || up === undefined) return ["no press and release"];
  const heldMs = up.timeStamp - down.timeStamp;
  const complaints: [wrong: boolean, complaint: string][] = [
    [!ready, "clicked before the box was there"],
    [events.some(({ isTrusted }) => !isTrusted), "made by a script"],
    [moves.length < LEAST_MOVES, `only ${moves.length} movements before the click`],
    [heldMs < HOLD_MS.least || heldMs > HOLD_MS.most, `held for ${heldMs} ms`],
    [![down, up].every((event) => isInside(box, event)), "beside the box"],
    [down.buttons !== 1 || up.buttons !== 0, `buttons ${down.buttons} and ${up.buttons}`],
    [isAfar(moves.at(-1), down), "pressed where the mouse had not moved to"],
    // A click that a debugger sends into a frame used to have the frame's coordinates as the screen's.
    [
      events.some((event) => event.screenX === event.clientX && event.screenY === event.clientY),
      "the screen's coordinates are the frame's",
    ],
  ];
  return complaints.filter(([wrong]) => wrong).map(([, complaint]) => complaint);
}

function isInside(box: ClickFacts["box"], { clientX, clientY }: MouseFact): boolean {
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

function isAfar(move: MouseFact | undefined, down: MouseFact): boolean {
  if (move === undefined) return true;
  return Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) > 3;
}
