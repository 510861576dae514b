import { EvaluateError } from "../errors.ts";
import type { MainFrame } from "./main_frame.ts";
import type { ScopedSession } from "./scoped_session.ts";

interface Evaluated {
  result: { value?: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string; value?: unknown } };
}

/** What Chromium says when the document, and our world with it, was replaced. */
const LOST = /Cannot find context|context was destroyed|navigated or closed|No frame for given id/i;

/**
 * A JavaScript world beside the page's own: it shares the document with the page but no variables,
 * and the page can't notice it.
 */
export class IsolatedWorld {
  readonly #cdp: ScopedSession;
  readonly #main: MainFrame;
  readonly #url: string;
  #context: { id: number; loaderId: string } | undefined;

  /**
   * @param cdp The session to the tab.
   * @param main The tab's main frame.
   * @param url The URL that is fetched, for errors.
   */
  constructor(cdp: ScopedSession, main: MainFrame, url: string) {
    this.#cdp = cdp;
    this.#main = main;
    this.#url = url;
  }

  /**
   * Runs a function in the page, and waits for its result.
   *
   * @param source The function's source.
   * @param args Its arguments; they and the result have to be plain data.
   * @throws {EvaluateError} If the function throws.
   */
  async call<T>(source: string, args: readonly unknown[]): Promise<T> {
    const executionContextId = await this.#contextId();
    const evaluated = await this.#cdp.send<Evaluated>("Runtime.callFunctionOn", {
      functionDeclaration: source,
      executionContextId,
      arguments: args.map((value) => ({ value })),
      awaitPromise: true,
      returnByValue: true,
    });
    return this.#unwrap<T>(evaluated);
  }

  /**
   * Evaluates an expression in the page, and waits for its result.
   *
   * @param expression The expression.
   * @throws {EvaluateError} If it throws.
   */
  async evaluate<T>(expression: string): Promise<T> {
    const contextId = await this.#contextId();
    const evaluated = await this.#cdp.send<Evaluated>("Runtime.evaluate", {
      expression,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    });
    return this.#unwrap<T>(evaluated);
  }

  /**
   * Runs a function that has no side effects, again and again while documents replace one another
   * under it.
   *
   * @param source The function's source.
   * @param args Its arguments.
   */
  async callUntilStable<T>(source: string, args: readonly unknown[]): Promise<T> {
    for (;;) {
      try {
        return await this.call<T>(source, args);
      } catch (error) {
        if (!(error instanceof Error && LOST.test(error.message))) throw error;
        this.#context = undefined;
      }
    }
  }

  /** A world doesn't outlive its document. */
  async #contextId(): Promise<number> {
    const { loaderId } = this.#main;
    if (this.#context?.loaderId === loaderId) return this.#context.id;
    const { executionContextId } = await this.#cdp.send<{ executionContextId: number }>(
      "Page.createIsolatedWorld",
      { frameId: this.#main.id, worldName: "" },
    );
    this.#context = { id: executionContextId, loaderId };
    return executionContextId;
  }

  #unwrap<T>({ result, exceptionDetails }: Evaluated): T {
    if (exceptionDetails === undefined) return result.value as T;
    const { exception, text } = exceptionDetails;
    const thrown = exception?.description ?? (exception && String(exception.value)) ?? text;
    throw new EvaluateError(`The page threw: ${thrown.split("\n", 1)[0]}`, { url: this.#url });
  }
}
