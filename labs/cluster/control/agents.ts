// The agents that run on every node: kube-proxy and the CNI agent. Held, released and synchronised for scenarios.
import { LabError } from '../../spec/errors.ts'
import type { Hold } from '../../spec/scenario.ts'
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { ApiStore } from '../api/store.ts'
import { type CniAgent, createCniAgent } from '../cni/agent.ts'
import { freshRules } from '../cni/iptables-rules.ts'
import type { CniShape } from '../cni/shape.ts'
import { clusterNodes, type NodeAddress, podNetwork } from '../cni/topology.ts'
import { createEventRecorder } from '../kubelet/event-recorder.ts'
import { createProxyApplier, type ProxyApplier } from '../proxy/applier.ts'
import { isNodeEligible } from '../proxy/health.ts'
import { type ProxyProcess, startProxyProcess } from '../proxy/process.ts'
import { applySysctlFiles } from './node-settings.ts'

export interface NodeAgents {
  node: NodeAddress
  proxy: ProxyApplier
  /** what can be seen of kube-proxy on the node */
  proxyProcess: ProxyProcess
  cni: CniAgent
}
export interface Agents {
  /** Resolves when the kernels have what the store had at this version. */
  programmed(version: string): Promise<void>
  /** Throws LabError bad-request for a node that is none. */
  hold(holds: readonly Hold[]): void
  release(): void
  resync(): Promise<void>
}
export interface AgentsOptions {
  shape: CniShape
  init: SandboxInit
  store: ApiStore
  clock: Clock
  log: Log
  renderPolicies(node: NodeAddress): string
  /** resolves when the nodes have their links and files */
  built: Promise<void>
}

/** kube-proxy of one node: who writes the rules, and the process that stands for it there. */
function startProxy(node: NodeAddress, { shape, init, store, clock, log }: AgentsOptions): Pick<NodeAgents, 'proxy' | 'proxyProcess'> {
  const recorder = createEventRecorder(store, 'kube-proxy', node.name)
  const proxy = createProxyApplier({
    run: (argv, stdin) =>
      init.run({ namespace: node.name, view: 'platform', argv, timeoutMs: 10_000, ...(stdin === undefined ? {} : { stdin }) }),
    writeSysctls: (values) => init.writeSysctls(node.name, values),
    store,
    node: { name: node.name, ip: node.address, podCIDR: node.podCidr },
    clusterCIDR: podNetwork,
    clock,
    log,
    onSync: (plan) => proxyProcess.update(plan),
    fresh: { restoreText: freshRules(shape.rules(node)) },
  })
  const proxyProcess = startProxyProcess({
    spawn: () => init.spawn({ namespace: node.name, view: 'inside', argv: ['/opt/podwire/bin/podwire-workload', 'kube-proxy'] }),
    health: proxy.health,
    nodeEligible: () => isNodeEligible(store.get('nodes', undefined, node.name)),
    onPortTaken(service, port, why) {
      const [namespace, name] = service.split('/') as [string, string]
      const object = store.get('services', namespace, name)
      const message = `node ${node.name} failed to start healthcheck "${service}" on port ${port}: ${why}`
      if (object) recorder.record(object, 'Warning', 'FailedToStartServiceHealthcheck', message)
    },
    onRestart() {
      proxy.release()
      proxy.resync().catch(() => undefined) // the applier has logged it and tries again
    },
    clock,
    log,
  })
  return { proxy, proxyProcess }
}

/** Starts both agents of every node. The nodes have their links. */
export function startAgents(options: AgentsOptions): Agents {
  const { shape, init, store, clock, log, renderPolicies, built } = options
  const all: NodeAgents[] = clusterNodes.map((node) => ({
    node,
    cni: createCniAgent({ node, shape, init, store, clock, log, built, renderPolicies: () => renderPolicies(node) }),
    ...startProxy(node, options),
  }))

  return {
    async programmed(version) {
      await Promise.all(all.flatMap(({ proxy, cni }) => [proxy.synced(version), cni.synced(version)]))
    },
    hold(holds) {
      for (const { agent, node } of holds) {
        const agents = all.find((each) => each.node.name === node)
        if (!agents) throw new LabError('bad-request', `There is no node "${node}" whose ${agent} could be held.`)
        if (agent !== 'kube-proxy' && agent !== shape.agent)
          throw new LabError(
            'bad-request',
            `There is no ${agent} on the nodes of the CNI shape ${shape.name}: its agent is ${shape.agent}.`,
          )
        if (agent === 'kube-proxy') {
          agents.proxy.hold()
          agents.proxyProcess.pause()
        } else agents.cni.hold()
      }
    },
    release() {
      for (const { proxy, proxyProcess, cni } of all) {
        proxy.release()
        proxyProcess.resume()
        cni.release()
      }
    },
    async resync() {
      await Promise.all(
        all.map(async ({ node, proxy, cni }) => {
          await Promise.all([applySysctlFiles(init, node.name), cni.resync()])
          // after the CNI agent: both write the nat table
          await proxy.resync()
        }),
      )
    },
  }
}
