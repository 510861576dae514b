/**
 * Loads a package that is installed beside the copy of this file that runs; here it is no dependency,
 * so that its name must not stand in an `import`.
 *
 * @param {string} name The package.
 */
export function peer(name) {
  return import(name);
}
