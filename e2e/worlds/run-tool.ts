import { spawn } from "node:child_process";

/** What a tool needs beside its arguments. */
export interface ToolOptions {
  readonly cwd?: string;
  /** Added to a minimal environment in the C locale. */
  readonly env?: Readonly<Record<string, string>>;
}

const BASE_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };

/**
 * Runs a real tool and returns its standard output.
 *
 * @throws Error with the tool's own words when it ends with anything but 0.
 */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryTool(file, args, options);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Like {@link runTool}, but an exit code is a result. `code` is null when a signal ended the tool. */
export async function tryTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...BASE_ENV, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }),
    child.stdout.setEncoding("utf8").toArray(),
    child.stderr.setEncoding("utf8").toArray(),
  ]);
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}
