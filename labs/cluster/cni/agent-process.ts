// What can be seen of a CNI agent on its node: a process, started again when it ends. The agent's work is done here, in the control plane.
import type { PartOptions } from './agent-part.ts'

const restartMs = 1000
const sigcont = 18
const sigstop = 19

export interface AgentProcess {
  /** As SIGSTOP and SIGCONT do. A process that takes its place is not stopped. */
  pause(): void
  resume(): void
}

/** `onFresh`: it had ended and runs again, or somebody let it go on. */
export function startAgentProcess(
  { node, init, clock, log, built }: PartOptions,
  commandLine: readonly string[],
  onFresh: () => void,
): AgentProcess {
  const argv = ['/opt/podwire/bin/podwire-workload', 'agent', ...commandLine]
  let kill: (signal: number) => void = () => {}
  /** of ours, that it has yet to say that it goes on */
  let resumed = 0

  function start(): void {
    resumed = 0
    const process = init.spawn({ namespace: node.name, view: 'inside', argv })
    kill = process.kill
    process.onStdout((bytes) => {
      process.ack(bytes.length)
      // it says one thing only, that it goes on; when we let it, we know
      if (resumed > 0) resumed--
      else onFresh()
    })
    process.onStderr((bytes) => process.ack(bytes.length))
    process.end()
    void process.exited.then((code) => {
      log.info({ node: node.name, code, process: commandLine[0] }, 'the process of a CNI agent ended and is started again')
      clock.after(restartMs, () => {
        start()
        onFresh()
      })
    })
  }
  void built.then(start)
  function resume(): void {
    resumed++
    kill(sigcont)
  }

  return { pause: () => kill(sigstop), resume }
}
