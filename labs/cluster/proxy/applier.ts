// kube-proxy on one node: watches Services and EndpointSlices, renders, and hands the text to iptables-restore. Started by the node's kubelet.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { ApiStore, KubeObject } from '../api/store.ts'
import type { ProxyHealth } from './health.ts'
import type { ProxyNode, ProxyOptions, ServiceObject } from './inputs.ts'
import { canaryChain, canaryTables, renderMissing } from './jumps.ts'
import { kubeletRestoreText } from './kubelet-chains.ts'
import { changedPorts, type PlanMemory, planRules, type RestorePlan, restoreText } from './render.ts'
import { parseSavedRules } from './saved-rules.ts'
import { deleteFlows, parseUdpEntries, staleUdpFlows, udpSignature } from './udp-conntrack.ts'

export interface ProxyApplierOptions {
  /** starts a process in the node's network namespace with the platform's tools */
  run(argv: string[], stdin?: string): Promise<{ code: number; stdout: Uint8Array | string; stderr: Uint8Array | string }>
  writeSysctls(values: Record<string, string>): Promise<void>
  store: Pick<ApiStore, 'watch' | 'resourceVersion'>
  node: ProxyNode
  clusterCIDR: string
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
  options?: Partial<ProxyOptions>
  /** after every sync, with what the kernel has now */
  onSync?(plan: RestorePlan): void
  /**
   * The namespace is new and holds no rules: the first sync asks nothing and is one iptables-restore. Kubelet's own chains and `restoreText`
   * (the CNI's masquerade agent) are applied by that same process, before kube-proxy's.
   */
  fresh?: { restoreText: string }
  /** how often the canary chains are looked for (default 5 s; upstream 30 s) and everything is written again (1 h) */
  canaryMs?: number
  fullSyncMs?: number
}

export interface ProxyApplier {
  /** Resolves once the kernel has the rules of at least this store version; at once while held. Rejects when stopped before. */
  synced(version: string): Promise<void>
  /** Writes everything again, also while held. Rejects with the reason when the kernel refuses. */
  resync(): Promise<void>
  /** unhealthy: a change has waited for a minute, as when it is held */
  health(): ProxyHealth
  hold(): void
  release(): void
  stop(): void
}

const coalesceMs = 2
const firstRetryMs = 250
const lastRetryMs = 30_000
/** upstream: twice the sync period */
const healthTimeoutMs = 60_000
/** how long, and how often in it, upstream waits for the rest of a flush */
const flushMs = { whole: 5_000, look: 250 }
const restoreCommand = ['iptables-restore', '-w', '5', '--noflush', '--counters']

export function createProxyApplier(settings: ProxyApplierOptions): ProxyApplier {
  const { run, store, node, clusterCIDR, clock, log } = settings
  const services = new Map<string, ServiceObject>()
  const slices = new Map<string, KubeObject>()
  const waiting = new Set<{ version: number; resolve(): void; reject(error: Error): void }>()
  const memory: PlanMemory = new Map()
  let applied: RestorePlan | undefined
  let appliedVersion = -1
  let dirty = true
  let needFull = true
  let held = false
  let stopped = false
  let fresh = settings.fresh
  let syncing: Promise<void> | undefined
  let retryMs = firstRetryMs
  let cancelSync: (() => void) | undefined
  let lastUpdated: number | undefined
  let queuedSinceMs: number | undefined
  const timers = new Map<string, () => void>()

  async function command(argv: string[], stdin?: string): Promise<string> {
    const result = await run(argv, stdin)
    if (result.code !== 0) throw new Error(`${argv.join(' ')} on ${node.name} exited ${result.code}: ${text(result.stderr).trim()}`)
    return text(result.stdout)
  }

  /** What the kernel must be told so that it matches `plan`: jumps and canaries when everything is checked, chains, deletions. */
  async function restoreInput(plan: RestorePlan, full: boolean): Promise<string> {
    if (!full && applied) {
      const stale = [...applied.serviceChains].filter((chain) => !plan.serviceChains.has(chain))
      return restoreText(plan, { changed: changedPorts(applied, plan), stale })
    }
    if (fresh) {
      const before = kubeletRestoreText + fresh.restoreText
      return before + renderMissing(plan.options, parseSavedRules(before)) + restoreText(plan)
    }
    const saved = parseSavedRules(await command(['iptables-save']))
    const stale = saved.serviceChains().filter((chain) => !plan.serviceChains.has(chain))
    return renderMissing(plan.options, saved) + restoreText(plan, { stale })
  }

  async function sync(): Promise<void> {
    const version = Number(store.resourceVersion)
    const full = needFull || !applied
    dirty = false
    needFull = false
    try {
      const now = { services: [...services.values()], endpointSlices: [...slices.values()], node, clusterCIDR, options: settings.options }
      const plan = planRules(now, memory)
      if (!applied && plan.options.localhostNodePorts) await settings.writeSysctls({ 'net.ipv4.conf.all.route_localnet': '1' })
      await command(restoreCommand, await restoreInput(plan, full))
      const before = applied
      applied = plan
      fresh = undefined
      retryMs = firstRetryMs
      if (full) schedule('full', settings.fullSyncMs ?? 3_600_000, () => request(true))
      lastUpdated = clock.now()
      queuedSinceMs = dirty ? clock.monotonicMs() : undefined
      settings.onSync?.(plan)
      if (before && (full || udpSignature(before) !== udpSignature(plan))) await deleteStaleFlows(plan)
      // writes to other resources raise the version too: when no Service or slice changed meanwhile, these rules are those of now
      reached(dirty ? version : Number(store.resourceVersion))
    } catch (error) {
      dirty = true
      needFull = true
      throw error
    }
  }

  /** A failure here is told, not retried: the rules are right, and the next change of endpoints tries again. */
  async function deleteStaleFlows(plan: RestorePlan): Promise<void> {
    try {
      const flows = staleUdpFlows(plan, parseUdpEntries(await command(['conntrack', '-L', '-p', 'udp'])))
      // Entries may time out between the listing and the deletion, so the exit code says nothing.
      for (const flow of flows) await run(deleteFlows(flow))
    } catch (error) {
      log.warn({ node: node.name, error: String(error) }, 'kube-proxy: stale UDP conntrack entries were not deleted')
    }
  }

  function reached(version: number): void {
    appliedVersion = Math.max(appliedVersion, version)
    for (const waiter of [...waiting]) {
      if (waiter.version > appliedVersion) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }

  /** One sync after the other; a failure is logged and tried again, ever more slowly. */
  function start(): Promise<void> {
    cancelSync?.()
    cancelSync = undefined
    const previous = syncing
    const mine = (async () => {
      await previous?.catch(() => undefined)
      await sync()
    })()
    syncing = mine
    const done = (): void => {
      if (syncing === mine) syncing = undefined
      if (dirty) later(coalesceMs)
      // Newer versions changed nothing that concerns the rules.
      else if (!syncing) reached(Number(store.resourceVersion))
    }
    mine.then(done, (error) => {
      if (stopped) return
      log.error({ node: node.name, retryMs, error: String(error) }, 'kube-proxy: sync failed')
      if (syncing === mine) syncing = undefined
      later(retryMs)
      retryMs = Math.min(retryMs * 2, lastRetryMs)
    })
    return mine
  }

  function later(ms: number): void {
    if (stopped || held || cancelSync) return
    cancelSync = clock.after(ms, () => {
      cancelSync = undefined
      start().catch(() => undefined) // start() has logged it and planned the retry
    })
  }

  function request(full: boolean): void {
    dirty = true
    needFull ||= full
    if (!syncing) later(coalesceMs)
  }

  function schedule(name: string, ms: number, action: () => void): void {
    timers.get(name)?.()
    timers.set(name, clock.after(ms, action))
  }

  /** Upstream looks at the first table only: whoever flushes nat alone is not noticed. */
  async function lookForCanary(): Promise<void> {
    const [first, ...others] = canaryTables
    const saved = async () => parseSavedRules(await command(['iptables-save']))
    if (held || !applied || syncing || !first || (await saved()).hasChain(first, canaryChain)) return
    // A flush goes from table to table. What is written in the middle of it is lost again.
    for (let waitedMs = 0; waitedMs < flushMs.whole && !stopped; waitedMs += flushMs.look) {
      const now = await saved()
      if (!others.some((table) => now.hasChain(table, canaryChain))) break
      await clock.sleep(flushMs.look)
    }
    if (held || stopped) return
    log.info({ node: node.name, table: first }, 'kube-proxy: iptables canary deleted, writing everything again')
    request(true)
  }
  function watchCanary(): void {
    schedule('canary', settings.canaryMs ?? 5_000, () => {
      lookForCanary()
        .catch((error) => log.warn({ node: node.name, error: String(error) }, 'kube-proxy: could not look for the iptables canary'))
        .finally(() => stopped || watchCanary())
    })
  }

  const unwatch = [
    store.watch('services', (event) => keep(services as Map<string, KubeObject>, event)),
    store.watch('endpointslices', (event) => keep(slices, event)),
  ]
  function keep(known: Map<string, KubeObject>, event: { type: string; object: KubeObject }): void {
    const key = `${event.object.metadata.namespace}/${event.object.metadata.name}`
    if (event.type === 'DELETED') known.delete(key)
    else known.set(key, event.object)
    queuedSinceMs ??= clock.monotonicMs()
    request(false)
  }
  request(true)
  watchCanary()

  return {
    synced(version) {
      if (stopped) return Promise.reject(new Error(`kube-proxy on ${node.name} is stopped`))
      if (held || Number(version) <= appliedVersion || (!dirty && !syncing)) return Promise.resolve()
      return new Promise((resolve, reject) => waiting.add({ version: Number(version), resolve, reject }))
    },
    resync() {
      dirty = true
      needFull = true
      return start()
    },
    health: () => ({ healthy: queuedSinceMs === undefined || clock.monotonicMs() - queuedSinceMs < healthTimeoutMs, lastUpdated }),
    hold() {
      held = true
      cancelSync?.()
      cancelSync = undefined
      for (const waiter of waiting) waiter.resolve()
      waiting.clear()
    },
    release() {
      held = false
      if (dirty) later(coalesceMs)
    },
    stop() {
      stopped = true
      cancelSync?.()
      for (const cancel of timers.values()) cancel()
      for (const off of unwatch) off()
      for (const waiter of waiting) waiter.reject(new Error(`kube-proxy on ${node.name} is stopped`))
      waiting.clear()
    },
  }
}

const text = (bytes: Uint8Array | string): string => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes))
