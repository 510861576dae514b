import { STATUS_CODES } from "node:http";

/**
 * The standard phrase of an HTTP status.
 *
 * @param status The status, such as 404.
 * @returns The phrase, such as "Not Found"; "Unknown Status Code" for a status without one.
 */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? "Unknown Status Code";
}
