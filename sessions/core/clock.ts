/** Tells the time in milliseconds since 1970, as `Date.now` does. Tests pass one of their own. */
export type Clock = () => number;
