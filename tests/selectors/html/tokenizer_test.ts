import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { InsertionMode, type Token, Tokenizer, TokenizerMode } from "parse5";
import { DocumentBuilder } from "../../../selectors/document/builder.ts";
import {
  type HtmlTokenHandler,
  HtmlTokenizer,
} from "../../../selectors/document/html_tokenizer.ts";
import { hasHtml5lib, html5libFiles } from "./_html5lib.ts";

/** A case of html5lib's tokenizer tests. */
interface TokenizerCase {
  description: string;
  input: string;
  output: unknown[][];
  initialStates?: string[];
  lastStartTag?: string;
  doubleEscaped?: boolean;
}

const STATES: Record<string, number> = {
  "Data state": TokenizerMode.DATA,
  "PLAINTEXT state": TokenizerMode.PLAINTEXT,
  "RCDATA state": TokenizerMode.RCDATA,
  "RAWTEXT state": TokenizerMode.RAWTEXT,
  "Script data state": TokenizerMode.SCRIPT_DATA,
  "CDATA section state": TokenizerMode.CDATA_SECTION,
};

/** Gathers tokens in html5lib's format. */
class Recorder implements HtmlTokenHandler {
  readonly insertionMode = InsertionMode.IN_BODY;
  readonly onParseError = null;
  readonly tokens: unknown[][] = [];

  takeText(): boolean {
    return false;
  }

  takeStartTag(): boolean {
    return false;
  }

  onComment({ data }: Token.CommentToken): void {
    this.tokens.push(["Comment", data]);
  }

  onDoctype({ name, publicId, systemId, forceQuirks }: Token.DoctypeToken): void {
    this.tokens.push(["DOCTYPE", name, publicId, systemId, !forceQuirks]);
  }

  onStartTag({ tagName, attrs, selfClosing }: Token.TagToken): void {
    const attributes = Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
    this.tokens.push(["StartTag", tagName, attributes, ...(selfClosing ? [true] : [])]);
  }

  onEndTag({ tagName }: Token.TagToken): void {
    this.tokens.push(["EndTag", tagName]);
  }

  onEof(): void {}

  onCharacter({ chars }: Token.CharacterToken): void {
    const last = this.tokens.at(-1);
    if (last?.[0] === "Character") last[1] += chars;
    else this.tokens.push(["Character", chars]);
  }

  onNullCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }
}

function tokens(one: TokenizerCase, state: string, isOurs: boolean): unknown[][] {
  const recorder = new Recorder();
  // Our tokenizer gets its input without carriage returns.
  const source = one.input.replace(/\r\n?/g, "\n");
  const tokenizer = isOurs
    ? new HtmlTokenizer({}, recorder, new DocumentBuilder({ source }))
    : new Tokenizer({}, recorder);
  tokenizer.state = STATES[state]!;
  tokenizer.lastStartTagName = one.lastStartTag ?? "";
  tokenizer.write(source, true);
  return recorder.tokens;
}

function casesOf(path: string): TokenizerCase[] {
  const { tests = [] }: { tests?: TokenizerCase[] } = JSON.parse(readFileSync(path, "utf8"));
  return tests.map((one) => one.doubleEscaped ? unescaped(one) : one);
}

/** Lone surrogates are written as escapes, which JSON's own escaping hides. */
function unescaped(one: TokenizerCase): TokenizerCase {
  const plain = (text: string) =>
    text.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const deep = (value: unknown): unknown => {
    if (typeof value === "string") return plain(value);
    if (Array.isArray(value)) return value.map(deep);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [plain(key), deep(each)]));
  };
  return { ...one, input: plain(one.input), output: deep(one.output) as unknown[][] };
}

let count = 0;
for (const { name, path } of html5libFiles("tokenizer", ".test")) {
  Deno.test(`HtmlTokenizer gives the tokens of html5lib's ${name}, as parse5's does`, () => {
    const failed: string[] = [];
    for (const one of casesOf(path)) {
      for (const state of one.initialStates ?? ["Data state"]) {
        count++;
        const ours = tokens(one, state, true);
        assert.deepEqual(ours, tokens(one, state, false), `${one.description}, ${state}`);
        const isRight = JSON.stringify(ours) === JSON.stringify(one.output);
        if (!isRight) failed.push(`${one.description}, ${state}`);
      }
    }
    assert.deepEqual(failed, []);
  });
}

Deno.test({
  name: "html5lib's tokenizer cases are all there",
  ignore: !hasHtml5lib,
  fn: () => assert.ok(count > 6_500, `${count} cases`),
});
