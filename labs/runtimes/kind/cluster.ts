// A live kind cluster as the port wants it: processes and probes through the toolbox, everything Kubernetes over the API. Made by runtime.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../spec/errors.ts'
import type { Target } from '../../spec/target.ts'
import { systemClock } from '../../system/clock.ts'
import { startHostPrograms } from '../../system/host-programs.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import { labProcess, takeProbe } from '../labinit/process.ts'
import type { Cluster, ClusterSpec, SpawnOptions } from '../runtime.ts'
import { type Agents, createAgents } from './agents.ts'
import type { KindApi } from './api-client.ts'
import { type HostContainer, type HostsOptions, programsOf, startHost } from './hosts.ts'
import { createManifestApplier } from './manifests.ts'
import { memoryOf } from './memory.ts'
import { laptopAddress, laptopName, nodeNames } from './names.ts'
import { type NodeBaseline, recordNode } from './node-baseline.ts'
import { type ObjectBaseline, recordObjects } from './object-baseline.ts'
import { createPlaces, type NodeContainer, type Places } from './places.ts'
import type { PodTable } from './pod-table.ts'
import { type PolicyObject, policyTable, stalePolicies } from './policies.ts'
import { waitUntilSettled } from './settled.ts'
import { shellCommand } from './shell.ts'
import { startToolbox, type Toolbox } from './toolbox.ts'

export interface KindClusterOptions extends HostsOptions {
  api: KindApi
  pods: PodTable
  nodes: readonly NodeContainer[]
  /** the admin's kubeconfig as the laptop gets it */
  laptopKubeconfig: string
  log: Log
  /** Removes everything the engine has of the lab. */
  remove(): Promise<void>
}

/** A restore that was told to stop has stopped by then. */
const abortMs = 5000

const laptop = { name: laptopName, address: laptopAddress, names: [], routes: [], run: [] } satisfies ClusterSpec['hosts'][number]

/** The parts that restore() replaces. */
interface Inhabitants {
  toolbox: Toolbox
  places: Places
  agents: Agents
  hosts: HostContainer[]
}

/** Creates laptop, hosts and toolbox; resolves when the cluster can be used as the port says. Leaves nothing when it fails: the caller removes. */
export async function createKindCluster(
  options: KindClusterOptions,
  givenHosts: ClusterSpec['hosts'],
  signal: AbortSignal,
): Promise<Cluster> {
  const { engine, api, pods, nodes, log } = options
  let wantedHosts = givenHosts
  const programs: (() => void)[] = []
  const stopPrograms = () => {
    for (const stop of programs.splice(0)) stop()
  }
  let destroyed = false
  let restoring = false
  let restoration: Promise<void> | undefined
  let destruction: Promise<void> | undefined
  const ending = new AbortController()
  let tellDeath: (reason: string) => void = () => {}
  const died = new Promise<string>((resolve) => {
    tellDeath = resolve
  })

  async function moveIn(toolbox: Toolbox, abort: AbortSignal): Promise<Inhabitants> {
    const hosts = await Promise.all([laptop, ...wantedHosts].map((host) => startHost(options, host, abort)))
    const agents = createAgents(toolbox.init, api)
    const places = createPlaces({ init: toolbox.init, pods, nodes, hosts: () => hosts })
    const inhabitants: Inhabitants = { toolbox, places, agents, hosts }
    await Promise.all([
      ...nodes.map(({ name }) => places.resolve({ kind: 'node', name })),
      ...hosts.map(({ name }) => prepareHost(inhabitants, name)),
    ])
    programs.push(startHostPrograms(toolbox.init, programsOf(wantedHosts), systemClock, log))
    void toolbox.ended.then((reason) => {
      if (current === inhabitants && !destroyed && !restoring) tellDeath(reason)
    })
    toolbox.init.onNamespaceLost((name) => {
      if (current === inhabitants && !destroyed && !restoring && [...nodeNames, ...hosts.map((host) => host.name)].includes(name as never))
        tellDeath(`${name} has stopped`)
    })
    return inhabitants
  }

  /** Names of the lab's machines, routes of the scenario, the laptop's way to the cluster. */
  async function prepareHost({ places, toolbox, hosts }: Inhabitants, name: string): Promise<void> {
    await places.resolve(name === laptopName ? { kind: 'laptop' } : { kind: 'host', name })
    const address = hosts.find((host) => host.name === name)?.address
    const names = [
      ...nodes.map((node) => `${node.address}\t${node.name}`),
      ...hosts.filter((host) => host.name !== name).map((host) => `${host.address}\t${host.name}`),
    ]
    const lines = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', `${address}\t${name}`, ...names]
    await toolbox.init.writeFile(name, '/etc/hosts', `${lines.join('\n')}\n`)
    if (name === laptopName) await toolbox.init.writeFile(name, '/root/.kube/config', options.laptopKubeconfig, 0o600)
    for (const { to, via } of wantedHosts.find((host) => host.name === name)?.routes ?? []) {
      const { code, stderr } = await toolbox.init.run({
        namespace: name,
        view: 'platform',
        argv: ['ip', 'route', 'replace', to, 'via', via],
      })
      if (code !== 0)
        throw new LabError('cluster-failed', `host ${name} cannot have a route to ${to} via ${via}: ${stderr.toString().trim()}`)
    }
  }

  let current: Inhabitants | undefined
  const now = (): Inhabitants => {
    if (!current || destroyed) throw new LabError('connection-lost', 'The cluster is gone.')
    return current
  }
  const first = await startToolbox(options, signal)
  let objectBaseline: ObjectBaseline
  let nodeBaselines: NodeBaseline[]
  try {
    current = await moveIn(first, signal)
    await prepareNodes(now())
    objectBaseline = await recordObjects(api, signal)
    nodeBaselines = await Promise.all(nodes.map(({ name }) => recordNode(() => now().toolbox.init, name)))
  } catch (error) {
    destroyed = true
    stopPrograms()
    await first.kill()
    throw error
  }

  /** What a node of the embedded runtime has too: its admin's kubeconfig, and refusals as fast as they are asked for. */
  async function prepareNodes({ toolbox }: Inhabitants): Promise<void> {
    await Promise.all(
      nodes.map(async ({ name }) => {
        await toolbox.init.writeSysctls(name, { 'net.ipv4.icmp_ratelimit': '0' })
        if (name === 'control-plane') await toolbox.init.writeFile(name, '/root/.kube/config', options.laptopKubeconfig, 0o600)
      }),
    )
  }

  async function spawn(
    target: Target,
    argv: readonly string[] | 'shell',
    { tty, env = {}, view = 'inside' }: SpawnOptions = {},
  ): Promise<SandboxProcess> {
    const { places, toolbox } = now()
    const place = await places.resolve(target)
    const started = argv === 'shell' ? shellCommand(target, options.assets) : { argv: [...argv], env: {} }
    return toolbox.init.spawn({
      namespace: place.namespace,
      view,
      argv: started.argv,
      env: view === 'inside' ? { ...place.env, ...started.env, ...env } : env,
      ...(view === 'inside' && place.cwd ? { cwd: place.cwd } : {}),
      ...(tty ? { tty } : {}),
    })
  }

  const inNode = async (node: string, script: string): Promise<string> =>
    (await now().toolbox.init.run({ namespace: node, view: 'inside', argv: ['/bin/sh', '-c', script], timeoutMs: 5000 })).stdout.toString()

  async function readPolicyTables(): Promise<Map<string, string>> {
    const held = now().agents.held('kindnet')
    const entries = nodes
      .filter(({ name }) => !held.has(name))
      .map(
        async ({ name }) =>
          [name, await inNode(name, `nft list table ${policyTable} 2>/dev/null | sed 's/counter packets [0-9]* bytes [0-9]*//'`)] as const,
      )
    return new Map(await Promise.all(entries))
  }

  let lastTables = ''
  async function waitingPolicies(): Promise<string[]> {
    const [policies, tables] = await Promise.all([
      api
        .request({ method: 'GET', path: '/apis/networking.k8s.io/v1/networkpolicies' })
        .then(({ body }) => (body as { items: PolicyObject[] }).items),
      readPolicyTables(),
    ])
    const text = JSON.stringify([...tables])
    const unchanged = text === lastTables || policies.length === 0
    lastTables = text
    // published kindnetd writes no rules: it is given the time of one more look
    if (![...tables.values()].some(Boolean) && policies.length && unchanged) return []
    await pods.refresh()
    const stale = [...tables].flatMap(([node, table]) => stalePolicies(node, table, policies, pods.all()))
    return stale.length || unchanged ? stale : ['kindnet is writing its rules']
  }

  const settled = (timeoutMs: number, abort?: AbortSignal) => {
    lastTables = ''
    return waitUntilSettled(
      {
        api,
        natTables: () => {
          const held = now().agents.held('kube-proxy')
          return Promise.all(
            nodes
              .filter(({ name }) => !held.has(name))
              .map(async ({ name }) => ({ node: name, table: await inNode(name, 'iptables-save -t nat') })),
          )
        },
        waitingPolicies,
      },
      timeoutMs,
      abort,
    )
  }

  async function resync(): Promise<void> {
    const { agents } = now()
    await agents.release()
    await Promise.all([agents.renew(), ...nodes.map(({ name }) => inNode(name, 'sysctl --system >/dev/null 2>&1; true'))])
    await settled(30_000)
  }

  async function restoreNodes({ init }: Toolbox, abort: AbortSignal): Promise<void> {
    await Promise.all(
      nodes.map(async ({ name, containerId }, index) => {
        await init.adopt({ name, kind: 'node', containerId })
        await nodeBaselines[index]?.restore(abort)
      }),
    )
  }

  async function restore(abort: AbortSignal): Promise<void> {
    const old = now()
    restoring = true
    try {
      const timed = createStopwatch(log)
      await old.agents.release()
      stopPrograms()
      await timed('toolbox ended', old.toolbox.kill())
      const names = old.hosts.map(({ containerId }) => containerId)
      const [toolbox] = await timed(
        'hosts removed',
        Promise.all([startToolbox(options, abort), engine.run(['rm', '-f', '-v', ...names], { signal: abort })]),
      )
      current = { ...old, toolbox, agents: createAgents(toolbox.init, api) }
      const [fresh] = await Promise.all([timed('hosts', moveIn(toolbox, abort)), timed('nodes', restoreNodes(toolbox, abort))])
      current = fresh
      // after the nodes: with all other Pods the agents begin anew, and write their rules into what is there then
      await timed('objects', objectBaseline.restore(abort))
    } finally {
      restoring = false
    }
  }

  const { apply } = createManifestApplier(api)

  return {
    died,
    probe: (given, abort) => takeProbe(spawn, given, abort),
    places: async () => now().places.list(),
    spawn: async (target, argv, given) => labProcess(await spawn(target, argv, given)),
    api: (request) => api.request(request),
    apply: (yaml) => apply(yaml),
    settled,
    hold: (agents) => now().agents.hold(agents),
    release: () => now().agents.release(),
    resync,
    async addHosts(added, abort = new AbortController().signal) {
      const inhabitants = now()
      const fresh = await Promise.all(added.map((host) => startHost(options, host, abort)))
      wantedHosts = [...wantedHosts, ...added]
      inhabitants.hosts.push(...fresh)
      // those that were there learn the new names too
      await Promise.all(inhabitants.hosts.map(({ name }) => prepareHost(inhabitants, name)))
      programs.push(startHostPrograms(inhabitants.toolbox.init, programsOf(added), systemClock, log))
    },
    restore(abort) {
      restoration = restore(abort ? AbortSignal.any([abort, ending.signal]) : ending.signal)
      return restoration
    },
    memoryBytes: async () =>
      memoryOf(
        now().toolbox.init,
        [...nodes, ...now().hosts].map(({ name }) => name),
      ),
    destroy() {
      destruction ??= destroy()
      return destruction
    },
  }

  async function destroy(): Promise<void> {
    destroyed = true
    ending.abort(new LabError('connection-lost', 'The cluster is gone.'))
    stopPrograms()
    pods.close()
    api.close()
    // what it is just starting would come after the removal
    if (restoring) await Promise.race([restoration?.catch(() => {}), delay(abortMs, undefined, { ref: false })])
    await Promise.all([current?.toolbox.kill(), options.remove()])
  }
}

/** Says in the log how long each part took. */
function createStopwatch(log: Log) {
  return async <T>(part: string, work: Promise<T>): Promise<T> => {
    const started = performance.now()
    const value = await work
    log.info({ part, ms: Math.round(performance.now() - started) }, 'restore')
    return value
  }
}
