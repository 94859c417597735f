// The agents that write rules and routes on a kind node, kube-proxy and kindnetd: stopped and let go by signals, made anew for a full sync.
// Used by cluster.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../spec/errors.ts'
import type { Hold } from '../../spec/scenario.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { KindApi } from './api-client.ts'
import { nodeNames } from './names.ts'
import type { PodObject } from './pod-table.ts'

type KindAgent = 'kube-proxy' | 'kindnet'
const isHere = (agent: Hold['agent']): agent is KindAgent => agent === 'kube-proxy' || agent === 'kindnet'
const processOf = { 'kube-proxy': 'kube-proxy', kindnet: 'kindnetd' } as const
const labelOf = { 'kube-proxy': 'k8s-app=kube-proxy', kindnet: 'app=kindnet' } as const
const renewMs = 60_000

export interface Agents {
  hold(agents: readonly Hold[]): Promise<void>
  release(): Promise<void>
  /** nodes whose agent is stopped now */
  held(agent: Hold['agent']): ReadonlySet<string>
  /** Ends the agents' Pods and waits until new ones run: each starts with a full sync. */
  renew(signal?: AbortSignal): Promise<void>
  /** Forgets what is held: the processes are gone. */
  forget(): void
}

export function createAgents(init: SandboxInit, api: KindApi): Agents {
  let holds: readonly Hold[] = []

  async function signal(hold: Hold, name: 'STOP' | 'CONT'): Promise<void> {
    if (!isHere(hold.agent)) throw new LabError('bad-request', `There is no ${hold.agent} on the nodes of kind: its CNI agent is kindnet.`)
    // by its name: pidof is not in every image, and students may replace what is
    const script = `for p in /proc/[0-9]*; do read -r n <"$p/comm" && [ "$n" = ${processOf[hold.agent]} ] && kill -${name} "\${p#/proc/}"; done 2>/dev/null; true`
    const { code, stderr } = await init.run({ namespace: hold.node, view: 'inside', argv: ['/bin/sh', '-c', script], timeoutMs: 5000 })
    if (code !== 0)
      throw new LabError('cluster-failed', `${hold.agent} on ${hold.node} could not be signalled: ${stderr.toString().trim()}`)
  }

  async function podsOf(agent: KindAgent, signal?: AbortSignal): Promise<PodObject[]> {
    const path = `/api/v1/namespaces/kube-system/pods?labelSelector=${encodeURIComponent(labelOf[agent])}`
    return ((await api.request({ method: 'GET', path }, signal)).body as { items: PodObject[] }).items
  }

  async function renewAgent(agent: KindAgent, signal?: AbortSignal): Promise<void> {
    const old = await podsOf(agent, signal)
    await Promise.all(
      old.map(({ metadata: { name } }) =>
        api.request({ method: 'DELETE', path: `/api/v1/namespaces/kube-system/pods/${name}?gracePeriodSeconds=1` }, signal),
      ),
    )
    const gone = new Set(old.map(({ metadata }) => metadata.uid))
    const deadline = performance.now() + renewMs
    for (;;) {
      const now = await podsOf(agent, signal)
      const ready = now.filter(({ metadata, status }) => !gone.has(metadata.uid) && status?.containerStatuses?.every((one) => one.ready))
      if (ready.length >= nodeNames.length && now.length === ready.length) return
      if (performance.now() > deadline)
        throw new LabError('timeout', `${agent} did not come up again on every node within ${renewMs / 1000} s.`)
      await delay(100, undefined, signal ? { signal } : {})
    }
  }

  return {
    async hold(agents) {
      holds = [...holds, ...agents]
      await Promise.all(agents.map((hold) => signal(hold, 'STOP')))
    },
    async release() {
      const held = holds
      holds = []
      await Promise.all(held.map((hold) => signal(hold, 'CONT')))
    },
    held: (agent) => new Set(holds.filter((hold) => hold.agent === agent).map(({ node }) => node)),
    renew: async (abort) => void (await Promise.all((['kube-proxy', 'kindnet'] as const).map((agent) => renewAgent(agent, abort)))),
    forget() {
      holds = []
    },
  }
}
