import { between, type RandomSource } from "./random.ts";

/** A place in the window, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the pointer is at a time. */
export interface TimedPoint extends Point {
  /** The time since the movement began, in milliseconds. */
  readonly atMs: number;
}

/** What a movement depends on beside where it begins and ends. */
export interface PointerPathOptions {
  /** How large the target is, in CSS pixels: people slow down for small ones. Default 24. */
  readonly targetSize?: number;
  /** Where chance comes from. Default `Math.random`. */
  readonly random?: RandomSource;
}

/** How far a path may leave the straight line: this share of its length, and a little more. */
export const MAX_DEVIATION: { readonly share: number; readonly px: number } = {
  share: 0.25,
  px: 16,
};

/** How long a movement takes at most, its correction included, in milliseconds. */
export const MAX_DURATION_MS = 2_400;

/** Fitts's law: `a + b · log2(distance / size + 1)`; the values usually measured for a mouse. */
const FITTS = { aMs: 90, bMs: 135 };

const MAIN_MOVEMENT_MS = { least: 60, most: 1_500 };

/** How often a mouse is seen: Chromium gives a page one movement a frame. */
const SAMPLE_MS = { least: 11, most: 21 };

/** Movements shorter than this hit at once. */
const OVERSHOOT_FROM_PX = 160;
const OVERSHOOT_CHANCE = 0.35;
const OVERSHOOT_MAX_PX = 14;

/**
 * A pointer this close to its target is moved a little away and back: a click without a movement
 * before it is a program's, and a second click on the same box begins where the first one ended.
 */
const ALREADY_THERE_PX = 4;
const ASTRAY_PX = { least: 3, most: 7 };

/** A hand trembles by about this much while it moves. */
const TREMBLE_PX = 0.8;

/**
 * The way a hand would move the pointer: in a slight curve, faster in the middle than at the ends,
 * a little unsteady, now and then past the target and back, and a little away and back where it is
 * there already.
 *
 * @param from Where the pointer is.
 * @param to Where it goes.
 * @param options The target's size, and where chance comes from.
 * @returns Points in order of time; the first is `from` at 0, the last is `to`.
 */
export function pointerPath(
  from: Point,
  to: Point,
  options: PointerPathOptions = {},
): TimedPoint[] {
  const { targetSize = 24, random = Math.random } = options;
  const aim = firstAim(from, to, random);
  const path = sweep(from, aim, targetSize, random);
  if (aim === to) return path;
  const pauseMs = between(random, 40, 110);
  const startMs = path.at(-1)!.atMs + pauseMs;
  const correction = sweep(aim, to, targetSize, random);
  return [
    ...path,
    ...correction.slice(1).map((point) => ({ ...point, atMs: startMs + point.atMs })),
  ];
}

/**
 * How long a person takes to move the pointer, in milliseconds, on average.
 *
 * @param distance How far it is, in CSS pixels.
 * @param targetSize How large the target is, in CSS pixels.
 */
export function movementTime(distance: number, targetSize: number): number {
  const difficulty = Math.log2(distance / Math.max(targetSize, 1) + 1);
  return FITTS.aMs + FITTS.bMs * difficulty;
}

/** Where the first movement ends: at the target, or where a second one has to come back from. */
function firstAim(from: Point, to: Point, random: RandomSource): Point {
  const distance = distanceBetween(from, to);
  if (distance < ALREADY_THERE_PX) return astray(to, random);
  const overshoots = distance >= OVERSHOOT_FROM_PX && random() < OVERSHOOT_CHANCE;
  return overshoots ? beyond(from, to, random) : to;
}

/** A place close by, in any direction. */
function astray(point: Point, random: RandomSource): Point {
  const px = between(random, ASTRAY_PX.least, ASTRAY_PX.most);
  const angle = between(random, 0, 2 * Math.PI);
  return { x: point.x + px * Math.cos(angle), y: point.y + px * Math.sin(angle) };
}

/** A place a little behind the target and a little beside it. */
function beyond(from: Point, to: Point, random: RandomSource): Point {
  const distance = distanceBetween(from, to);
  const along = Math.min(distance * between(random, 0.02, 0.06), OVERSHOOT_MAX_PX) / distance;
  const aside = between(random, -0.5, 0.5) * along;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  return { x: to.x + dx * along - dy * aside, y: to.y + dy * along + dx * aside };
}

/** One movement without a correction. */
function sweep(from: Point, to: Point, targetSize: number, random: RandomSource): TimedPoint[] {
  const meanMs = movementTime(distanceBetween(from, to), targetSize);
  const { least, most } = MAIN_MOVEMENT_MS;
  const durationMs = Math.min(most, Math.max(least, meanMs * between(random, 0.8, 1.25)));
  const curve = bend(from, to, random);
  return [
    { ...from, atMs: 0 },
    ...sampleTimes(durationMs, random).map((atMs) => {
      const progress = eased(atMs / durationMs);
      return { ...trembled(curve(progress), progress, random), atMs };
    }),
    { ...to, atMs: durationMs },
  ];
}

/** The times strictly between 0 and the end at which the mouse is seen. */
function sampleTimes(durationMs: number, random: RandomSource): number[] {
  const times: number[] = [];
  const step = () => between(random, SAMPLE_MS.least, SAMPLE_MS.most);
  for (let at = step(); at < durationMs - SAMPLE_MS.least / 2; at += step()) times.push(at);
  return times;
}

/** A cubic Bézier curve whose two middle points lie beside the straight line. */
function bend(from: Point, to: Point, random: RandomSource): (t: number) => Point {
  const side = random() < 0.5 ? -1 : 1;
  const first = beside(from, to, between(random, 0.2, 0.4), side * between(random, 0.02, 0.2));
  const second = beside(from, to, between(random, 0.6, 0.85), side * between(random, -0.04, 0.16));
  return (t) => {
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    return {
      x: a * from.x + b * first.x + c * second.x + d * to.x,
      y: a * from.y + b * first.y + c * second.y + d * to.y,
    };
  };
}

/** A place at a share of the way, and off it by a share of its length. */
function beside(from: Point, to: Point, along: number, off: number): Point {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  return { x: from.x + dx * along - dy * off, y: from.y + dy * along + dx * off };
}

/** Minimum jerk: how arms really speed up and slow down (Flash and Hogan 1985). */
function eased(t: number): number {
  return t * t * t * (10 - 15 * t + 6 * t * t);
}

function trembled(point: Point, progress: number, random: RandomSource): Point {
  const strength = TREMBLE_PX * Math.sin(Math.PI * progress);
  return {
    x: point.x + between(random, -strength, strength),
    y: point.y + between(random, -strength, strength),
  };
}

function distanceBetween(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}
