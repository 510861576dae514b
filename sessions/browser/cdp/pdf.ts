import { BodyTooLargeError } from "@orbweaver/session";
import type { PdfOptions } from "../options/fetch_options.ts";
import { readIoStream } from "./io_stream.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** A4, in inches. */
const PAPER = { paperWidth: 8.27, paperHeight: 11.69 };

/**
 * Prints the page.
 *
 * @param cdp The session to the tab.
 * @param options How.
 * @param maxBytes The largest PDF to take, in bytes.
 * @throws {BodyTooLargeError} If it is larger.
 */
export async function printPdf(
  cdp: ScopedSession,
  options: PdfOptions,
  maxBytes: number,
): Promise<Uint8Array> {
  const { stream } = await cdp.send<{ stream: string }>("Page.printToPDF", {
    printBackground: true,
    ...PAPER,
    ...options,
    transferMode: "ReturnAsStream",
  });
  return await readIoStream(
    cdp,
    stream,
    maxBytes,
    () => new BodyTooLargeError(maxBytes, "the PDF is larger"),
  );
}
