const FORM_CONTROLS = "button, input, select, textarea, optgroup, option";
const TEXT_INPUTS = "search url tel email password date month week time datetime-local number text"
  .split(" ").map((type) => `[type=${type} i]`).join();
// Buttons, checkboxes and so on can't be read-only: https://html.spec.whatwg.org/#attr-input-readonly
const TEXT_CONTROLS = `:is(textarea, input:is(${TEXT_INPUTS}))`;

/**
 * Pseudo-classes that are short for a selector: those of links and forms, for a page that nobody has
 * touched (https://html.spec.whatwg.org/#pseudo-classes), and jQuery's, both as in css-select.
 */
export const ALIASES: ReadonlyMap<string, string> = new Map(Object.entries({
  "any-link": ":is(a, area, link)[href]",
  link: ":is(a, area, link)[href]",
  disabled: `:is(:is(${FORM_CONTROLS})[disabled], optgroup[disabled] > option, ` +
    "fieldset[disabled]:not(fieldset[disabled] legend:first-of-type *))",
  enabled: `:is(${FORM_CONTROLS}, fieldset):not(:disabled)`,
  checked: ":is(:is(input[type=radio], input[type=checkbox])[checked], :selected)",
  // The first option is, in a drop-down list where none is said to be.
  selected: "option:is([selected], " +
    "select:not([multiple]):not(:has(> option[selected])) > :first-of-type)",
  required: ":is(input, select, textarea)[required]",
  optional: ":is(input, select, textarea):not([required])",
  "read-only": `[readonly]${TEXT_CONTROLS}`,
  "read-write": `:not([readonly])${TEXT_CONTROLS}`,
  parent: ":not(:empty)",
  header: ":is(h1, h2, h3, h4, h5, h6)",
  button: ":is(button, input[type=button])",
  input: ":is(input, textarea, select, button)",
  text: "input:is(:not([type!='']), [type=text])",
  checkbox: "[type=checkbox]",
  file: "[type=file]",
  password: "[type=password]",
  radio: "[type=radio]",
  reset: "[type=reset]",
  image: "[type=image]",
  submit: "[type=submit]",
}));
