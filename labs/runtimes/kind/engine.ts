// The container engine of this machine (docker or podman), as far as a kind lab needs it. Used by create.ts, toolbox.ts, hosts.ts, leftovers.ts.

import { LabError, toErrorBody } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'

/** An engine that hangs must not hold a lab for ever. */
const runMs = 60_000
const answerMs = 5000

export interface Engine {
  name: 'docker' | 'podman'
  /** path of the program */
  program: string
  /** Runs it; resolves with stdout. Throws LabError command-failed, timeout after a minute unless told otherwise. */
  run(args: readonly string[], options?: { signal?: AbortSignal | undefined; input?: string; timeoutMs?: number }): Promise<string>
}

export function createEngine(name: Engine['name'], program: string): Engine {
  return {
    name,
    program,
    run: async (args, options = {}) => (await runCommand([program, ...args], { timeoutMs: runMs, ...options })).stdout,
  }
}

/** Why it does not answer now; undefined when it does. */
export async function whyNoAnswer(engine: Engine): Promise<string | undefined> {
  try {
    await engine.run(['ps', '-q', '--last', '1'], { timeoutMs: answerMs })
    return undefined
  } catch (error) {
    return toErrorBody(error).message
  }
}

/** The words of the engine for a thing that is not there: removing it was not needed. */
export const isMissing = (error: unknown): boolean =>
  error instanceof LabError &&
  error.code === 'command-failed' &&
  /no such (container|network|image|object|volume)|not found|does not exist|no container with/i.test(error.message)
