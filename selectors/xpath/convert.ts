/** What is a number to XPath: no exponent, no plus sign, no `Infinity`. */
const NUMBER = /^[ \t\r\n]*(-?(?:\d+(?:\.\d*)?|\.\d+))[ \t\r\n]*$/;

/** Converts a string as `number()` does (https://www.w3.org/TR/xpath-10/#function-number). */
export function stringToNumber(text: string): number {
  const number = NUMBER.exec(text)?.[1];
  return number === undefined ? NaN : Number(number);
}

/** Converts a number as `string()` does (https://www.w3.org/TR/xpath-10/#function-string). */
export function numberToString(number: number): string {
  if (number === 0) return "0"; // Negative zero, too.
  const text = String(number);
  return text.includes("e") ? withoutExponent(text) : text;
}

/** Whether a number counts as true. */
export function numberToBoolean(number: number): boolean {
  return number !== 0 && !Number.isNaN(number);
}

/** Rounds half up, as `round()` does: `-0.5` becomes negative zero. */
export function round(number: number): number {
  // `Math.round()` rounds half up too, and keeps NaN, the infinities and the sign of zero.
  return Math.round(number);
}

function withoutExponent(text: string): string {
  const [, sign = "", integer = "", fraction = "", exponent = ""] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  const digits = integer + fraction;
  const point = integer.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
