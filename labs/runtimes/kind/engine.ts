// The container engine of this machine (docker or podman), as far as a kind lab needs it. Used by create.ts, toolbox.ts, hosts.ts, leftovers.ts.

import { LabError } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'

export interface Engine {
  name: 'docker' | 'podman'
  /** path of the program */
  program: string
  /** Runs it; resolves with stdout. Throws LabError command-failed. */
  run(args: readonly string[], options?: { signal?: AbortSignal | undefined; input?: string; timeoutMs?: number }): Promise<string>
}

export function createEngine(name: Engine['name'], program: string): Engine {
  return {
    name,
    program,
    run: async (args, options = {}) => (await runCommand([program, ...args], options)).stdout,
  }
}

/** The words of the engine for a thing that is not there: removing it was not needed. */
export const isMissing = (error: unknown): boolean =>
  error instanceof LabError &&
  error.code === 'command-failed' &&
  /no such (container|network|image|object|volume)|not found|does not exist|no container with/i.test(error.message)
