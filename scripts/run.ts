/**
 * Running commands: streamed to the terminal, or captured.
 *
 * @module
 */

/** Where and with what environment a command runs. */
export interface RunOptions {
  /** Its working directory. */
  cwd?: string;
  /** Variables to add to the environment. */
  env?: Record<string, string>;
}

/**
 * Runs a command on this terminal.
 *
 * @param command The program.
 * @param args Its arguments.
 * @param options Where it runs.
 * @returns Whether it succeeded.
 */
export async function succeeds(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<boolean> {
  const child = new Deno.Command(command, { args: [...args], ...options }).spawn();
  return (await child.status).success;
}

/**
 * Runs a command and gives what it printed on standard output.
 *
 * @param command The program.
 * @param args Its arguments.
 * @param options Where it runs.
 * @throws {Error} If it fails, with everything that it printed.
 */
export async function output(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await new Deno.Command(command, { args: [...args], ...options }).output();
  const stdout = new TextDecoder().decode(result.stdout);
  if (result.success) return stdout;
  const stderr = new TextDecoder().decode(result.stderr);
  throw new Error(`${command} ${args.join(" ")} failed (code ${result.code}):\n${stderr}${stdout}`);
}
