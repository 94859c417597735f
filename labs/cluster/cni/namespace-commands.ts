// Runs the platform's network tools in a namespace of the lab and turns a failure into an error that tells what was asked.
import { LabError } from '../../spec/errors.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'

export interface NamespaceCommands {
  /** Resolves with stdout. Throws LabError command-failed with argv, input and stderr. namespace undefined: the switch between the nodes. */
  run(namespace: string | undefined, argv: string[], stdin?: string): Promise<string>
  /** One `ip -batch`, nothing when there is nothing to do. */
  ip(namespace: string | undefined, batch: string): Promise<void>
}

const timeoutMs = 10_000

export function createNamespaceCommands(init: Pick<SandboxInit, 'run'>): NamespaceCommands {
  const run: NamespaceCommands['run'] = async (namespace, argv, stdin) => {
    const { code, stdout, stderr } = await init.run({
      namespace,
      view: 'platform',
      argv,
      timeoutMs,
      ...(stdin === undefined ? {} : { stdin }),
    })
    if (code === 0) return stdout.toString('utf8')
    const errors = stderr.toString('utf8').trim()
    throw new LabError('command-failed', `${argv.join(' ')} in ${namespace ?? 'the switch'} exited ${code}: ${errors}`, {
      cause: { argv, stdin, exitCode: code, stderr: errors },
    })
  }
  return {
    run,
    async ip(namespace, batch) {
      if (batch.trim()) await run(namespace, ['ip', '-batch', '-'], batch)
    },
  }
}
