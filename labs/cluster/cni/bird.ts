// BIRD on one node: a process of the node's own, started again when it ends, as calico-node does it. It reads /etc/bird/bird.conf, as anybody may.
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentPart, PartOptions } from './agent-part.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import { clusterNodes } from './topology.ts'

const restartMs = 1000
const lookMs = 100
/** A mesh takes a second to come up. One that does not is for a learner to mend, and nothing to wait for. */
const patienceMs = 5000

export interface Bird extends AgentPart {
  /** Resolves when the routes of all other nodes have come in for the first time. */
  converged(): Promise<void>
}

export function createBird({ node, init, clock, log, built }: PartOptions): Bird {
  const { run } = createNamespaceCommands(init)
  let converging: Promise<void> | undefined

  function spawn(): void {
    const argv = ['/bin/sh', '-c', 'mkdir -p /run/bird && exec bird -f']
    const process = init.spawn({ namespace: node.name, view: 'inside', argv })
    let said = ''
    process.onStdout((bytes) => process.ack(bytes.length))
    process.onStderr((bytes) => {
      said = (said + bytes.toString('utf8')).slice(-1000)
      process.ack(bytes.length)
    })
    process.end()
    void process.exited.then((code) => {
      log.info({ node: node.name, code, said: said.trim() }, 'BIRD ended and is started again')
      clock.after(restartMs, spawn)
    })
  }
  void built.then(spawn)

  async function waitForRoutes(): Promise<void> {
    const others = clusterNodes.filter(({ name }) => name !== node.name)
    for (const deadline = clock.monotonicMs() + patienceMs; clock.monotonicMs() < deadline; await delay(lookMs)) {
      const routes = await run(node.name, ['ip', 'route', 'show', 'proto', 'bird'])
      if (others.every(({ podCidr }) => routes.includes(`${podCidr} via `))) return
    }
    log.error({ node: node.name }, 'BIRD: the routes of the other nodes did not come in')
  }

  return {
    converged() {
      converging ??= waitForRoutes()
      return converging
    },
    /** It reads its file again; a file that it does not take leaves things as they are. It looks at the kernel's routes every two seconds. */
    async start() {
      await init.run({ namespace: node.name, view: 'inside', argv: ['birdc', 'configure'], timeoutMs: 5000 })
      await waitForRoutes()
    },
    check: async () => {},
    follow: async () => {},
  }
}
