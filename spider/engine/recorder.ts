import type { Response as SessionResponse } from "@orbweaver/session";
import type { Request } from "../request.ts";

/** Answers from a record, and writes one; see development mode. */
export interface Recorder {
  /**
   * What a request was answered last time; `undefined` if that is not known.
   *
   * @param request The request.
   * @param fingerprint Its fingerprint.
   */
  replay(request: Request, fingerprint: string): Promise<SessionResponse | undefined>;
  /**
   * Writes down what a request was answered; it is not called for blocks.
   *
   * @param request The request.
   * @param fingerprint Its fingerprint.
   * @param response The answer.
   */
  record(request: Request, fingerprint: string, response: SessionResponse): Promise<void>;
}
