/**
 * Names that most pages use: they have the same number in every page. The others are numbered page
 * by page, so that what a hostile page invents is forgotten together with the page.
 */
const COMMON_NAMES: readonly string[] = `
  a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink
  blockquote body br button canvas caption center cite code col colgroup data datalist dd del desc
  details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer foreignObject
  form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins
  kbd keygen label legend li line linearGradient link listing main malignmark map mark marquee
  math menu menuitem meta meter mglyph mi mn mo ms mtext nav nobr noembed noframes noscript object
  ol optgroup option output p param path picture plaintext polygon polyline pre progress q
  radialGradient rb rect rp rt rtc ruby s samp script search section select slot small source span
  stop strike strong style sub summary sup svg symbol table tbody td template text textarea tfoot
  th thead time title tr track tspan tt u ul use var video wbr xmp annotation-xml circle clipPath
  defs ellipse mask pattern accept accept-charset accesskey action align allow alt aria-controls
  aria-current aria-describedby aria-expanded aria-haspopup aria-hidden aria-label aria-labelledby
  aria-selected as async autocomplete autofocus autoplay bgcolor border cellpadding cellspacing
  charset checked class clip-rule color cols colspan content content-type contenteditable controls
  coords crossorigin d data-action data-href data-id data-index data-name data-price data-src
  data-target data-testid data-title data-toggle data-type data-url data-value datetime defer
  dirname disabled download draggable enctype fill fill-rule for height hidden href hreflang
  http-equiv id integrity itemid itemprop itemref itemscope itemtype kind lang language loading
  loop maxlength media method minlength multiple muted name nonce novalidate onclick onload open
  ping placeholder points poster preload preserveAspectRatio property readonly referrerpolicy rel
  required rev role rowspan rows sandbox scope scrolling selected shape size sizes src srcdoc
  srcset start step stroke stroke-linecap stroke-linejoin stroke-width tabindex target transform
  translate type usemap valign value version viewBox width wrap x x1 x2 xlink:href xml:lang
  xml:space xmlns xmlns:xlink y y1 y2`.split(/\s+/);

const COMMON_IDS: ReadonlyMap<string, number> = new Map(COMMON_NAMES.map((name, id) => [name, id]));

/** How many names {@linkcode commonNameId} knows; their numbers are below this one. */
export const COMMON_NAME_COUNT: number = COMMON_NAMES.length;

/** The number that `name` has in every page, or 0 where it is not a common one. */
export function commonNameId(name: string): number {
  return COMMON_IDS.get(name) ?? 0;
}

/** The names of a page's elements, attributes and processing instructions, as numbers from 1. */
export class NameTable {
  readonly #names: string[] = [];
  #ids: Map<string, number> | undefined;
  #mixedCaseIds: ReadonlyMap<string, number> | undefined;

  /** The number of `name`, or 0 where the page does not use it (or only might, if it is common). */
  idOf(name: string): number {
    return COMMON_IDS.get(name) ?? this.#ids?.get(name) ?? 0;
  }

  /** The number of `name`, which gets one if it has none. */
  intern(name: string): number {
    return COMMON_IDS.get(name) ?? this.internUncommon(name);
  }

  /** {@linkcode intern} for a name of which {@linkcode commonNameId} is known to be 0. */
  internUncommon(name: string): number {
    this.#ids ??= new Map();
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = COMMON_NAME_COUNT + this.#names.length;
      this.#names.push(name);
      this.#ids.set(name, id);
    }
    return id;
  }

  /** The name that has the number `id`. */
  nameOf(id: number): string {
    return (id < COMMON_NAME_COUNT ? COMMON_NAMES[id] : this.#names[id - COMMON_NAME_COUNT]) ?? "";
  }

  /**
   * The number of the name with capitals, such as `viewBox`, that `lowerCase` is the lower case of;
   * 0 where there is none. Only names in SVG and MathML have capitals once HTML is parsed, and no
   * two of them differ in nothing else.
   */
  mixedCaseIdOf(lowerCase: string): number {
    const common = COMMON_MIXED_CASE_IDS.get(lowerCase);
    if (common !== undefined) return common;
    this.#mixedCaseIds ??= mixedCaseIds(this.#names, COMMON_NAME_COUNT);
    return this.#mixedCaseIds.get(lowerCase) ?? 0;
  }

  /** How many numbers are in use, those of the common names included. */
  get size(): number {
    return COMMON_NAME_COUNT + this.#names.length;
  }
}

/** Of most pages, which have no SVG with names of their own. */
const NO_IDS: ReadonlyMap<string, number> = new Map();

const COMMON_MIXED_CASE_IDS = mixedCaseIds(COMMON_NAMES, 0);

function mixedCaseIds(names: readonly string[], firstId: number): ReadonlyMap<string, number> {
  let ids: Map<string, number> | undefined;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const lowerCase = name.toLowerCase();
    if (lowerCase !== name) (ids ??= new Map()).set(lowerCase, firstId + index);
  }
  return ids ?? NO_IDS;
}
