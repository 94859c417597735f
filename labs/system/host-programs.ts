// Programs of outside hosts: a partner's web server, a resolver. Both runtimes start them once the host is there, and again when they end.
import { findImage } from '../spec/images.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { SandboxInit } from './sandbox-init.ts'

export interface HostProgram {
  /** name of its namespace */
  host: string
  image: string
  args: readonly string[]
}

const restartMs = 1000

/** Throws for an image the lab does not have. Returns stop. */
export function startHostPrograms(init: SandboxInit, programs: readonly HostProgram[], clock: Clock, log: Log): () => void {
  let stopped = false
  const start = ({ host, image, args }: HostProgram, argv: string[]) => {
    if (stopped) return
    const process = init.spawn({ namespace: host, view: 'inside', argv })
    process.onStdout((bytes) => process.ack(bytes.length))
    process.onStderr((bytes) => process.ack(bytes.length))
    process.end()
    void process.exited.then((code) => {
      if (stopped) return
      log.info({ host, image, code }, 'a program of an outside host ended and is started again')
      clock.after(restartMs, () => start({ host, image, args }, argv))
    })
  }
  for (const program of programs) {
    const found = findImage(program.image)
    if (!found) throw new Error(`host ${program.host}: this lab has no image ${program.image}`)
    const { entrypoint, cmd } = found.program
    start(program, [...entrypoint, ...(program.args.length ? program.args : cmd)])
  }
  return () => {
    stopped = true
  }
}
