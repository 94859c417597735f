// The CNI agent of one node, in the place of kindnetd, flanneld or calico-node: keeps what the shape says of routes and rules, and the NetworkPolicy table
// where the shape has policies.
import type { AgentPart, PartOptions } from './agent-part.ts'
import { startAgentProcess } from './agent-process.ts'
import { createBird } from './bird.ts'
import { missingRules } from './iptables-rules.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import { createPodLinkKeeper } from './pod-link-keeper.ts'
import { clusterNodes } from './topology.ts'
import { createVxlanKeeper } from './vxlan-keeper.ts'

export interface CniAgent {
  /** Resolves once policies of at least this store version are in the kernel; at once while held. */
  synced(version: string): Promise<void>
  /** Checks and repairs everything now, also while held. Rejects with the reason when the kernel refuses. */
  resync(): Promise<void>
  hold(): void
  release(): void
  stop(): void
}
export interface CniAgentOptions extends PartOptions {
  /** input of `nft -f -` that makes this node's policy table right */
  renderPolicies(): string
  /** how often drift is repaired, as kindnet does (10 s) */
  repairMs?: number
}

const watched = { policies: ['networkpolicies', 'pods', 'namespaces'], nodes: ['nodes'] } as const
const coalesceMs = 2

export function createCniAgent(options: CniAgentOptions): CniAgent {
  const { node, shape, init, store, clock, log, renderPolicies, repairMs = 10_000 } = options
  const { run, ip } = createNamespaceCommands(init)
  const chains = shape.rules(node)
  const bird = shape.hasBird && createBird(options)
  const parts: AgentPart[] = [
    ...(shape.tunnel ? [createVxlanKeeper(options)] : []),
    ...(shape.hasBird && shape.plugin ? [createPodLinkKeeper(options, shape.plugin)] : []),
    ...(bird ? [bird] : []),
  ]
  let held = false
  let stopped = false
  let appliedPolicies = ''
  let queue: Promise<void> = Promise.resolve()
  let cancelSync: (() => void) | undefined
  let cancelRepair: (() => void) | undefined

  async function applyPolicies(always: boolean): Promise<void> {
    if (!shape.hasPolicies) return
    // a table that has never filtered anything is not worth a process on each node of each new lab
    if (!always && !appliedPolicies && store.list('networkpolicies').length === 0) return
    const text = renderPolicies()
    if (text === appliedPolicies && !always) return
    await run(node.name, ['nft', '-f', '-'], text)
    appliedPolicies = text
  }
  async function repair(): Promise<void> {
    await ip(node.name, shape.routes(node, clusterNodes))
    const tables = [...new Set(chains.map(({ table }) => table))]
    const saved = await Promise.all(tables.map((table) => run(node.name, ['iptables-save', '-t', table])))
    const missing = missingRules(chains, saved.join(''))
    if (missing) await run(node.name, ['iptables-restore', '-w', '5', '--noflush'], missing)
  }
  async function check(): Promise<void> {
    await repair()
    for (const part of parts) await part.check()
  }
  async function start(): Promise<void> {
    if (shape.config.isAgents) await init.writeFile(node.name, shape.config.path, shape.config.text(node))
    await repair()
    for (const part of parts) await part.start()
  }
  async function follow(): Promise<void> {
    for (const part of parts) await part.follow()
    await applyPolicies(false)
  }
  /** One after the other: two writers in one table would undo each other. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    const mine = queue.then(work)
    queue = mine.catch(() => undefined)
    return mine
  }
  const attempt = (work: () => Promise<void>) =>
    enqueue(async () => {
      if (!held && !stopped) await work()
    }).catch((error: unknown) => {
      if (!stopped) log.error({ node: node.name, error: String(error) }, 'cni agent: sync failed, next try with the next change or repair')
    })

  function changed(): void {
    if (held || stopped || cancelSync) return
    cancelSync = clock.after(coalesceMs, () => {
      cancelSync = undefined
      void attempt(follow)
    })
  }
  function scheduleRepair(): void {
    cancelRepair = clock.after(repairMs, () => {
      void attempt(check).then(() => stopped || scheduleRepair())
    })
  }

  const resources = [...(shape.hasPolicies ? watched.policies : []), ...(shape.tunnel ? watched.nodes : [])]
  const process = shape.process && startAgentProcess(options, shape.process, onFresh)
  /** Like any that starts it writes everything; one that was stopped catches up. */
  function onFresh(): void {
    if (stopped) return
    held = false
    void attempt(start)
    changed()
  }

  const unwatch = resources.map((resource) => store.watch(resource, changed))
  scheduleRepair()

  return {
    async synced() {
      if (held) return
      cancelSync?.()
      cancelSync = undefined
      await Promise.all([enqueue(follow), bird?.converged()])
    },
    resync: () =>
      enqueue(async () => {
        await start()
        await applyPolicies(true)
      }),
    hold() {
      held = true
      process?.pause()
      cancelSync?.()
      cancelSync = undefined
    },
    release() {
      if (!held) return
      process?.resume()
      onFresh()
    },
    stop() {
      stopped = true
      cancelSync?.()
      cancelRepair?.()
      for (const off of unwatch) off()
    },
  }
}
