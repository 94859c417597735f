// Puts the control plane together and builds the cluster: store, controllers, API server, network, kubelets, agents, DNS. Called by ../main.ts.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { CniName } from '../../spec/scenario.ts'
import type { Clock } from '../../system/clock.ts'
import { type HostProgram, startHostPrograms } from '../../system/host-programs.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createStore, type ServedStore } from '../api/memory-store.ts'
import { type ApiServer, createApiServer } from '../api/server.ts'
import { createMembers } from '../cni/network.ts'
import { createPodNetwork, type PodNetwork } from '../cni/pod-network.ts'
import type { CniShape } from '../cni/shape.ts'
import { shapeOf } from '../cni/shapes/index.ts'
import { clusterNodes, controlPlaneName, type LanHost, laptopName, type NodeAddress } from '../cni/topology.ts'
import { createEventRecorder as createControllerRecorder } from '../controllers/events.ts'
import { startControllers } from '../controllers/start.ts'
import { startIngressController } from '../ingress/controller.ts'
import { createEventRecorder } from '../kubelet/event-recorder.ts'
import { createKubelet, type Kubelet } from '../kubelet/kubelet.ts'
import { createNodeCheck } from '../kubelet/node-check.ts'
import { registerNode } from '../kubelet/node-status.ts'
import { createPodStreams } from '../kubelet/streams.ts'
import { renderNetworkPolicies } from '../policy/render.ts'
import { type Agents, startAgents } from './agents.ts'
import { type ClusterDns, createClusterDns } from './cluster-dns.ts'
import { kubeconfig } from './kubeconfig.ts'
import { createPlaces, type Places } from './places.ts'
import type { ControlStep, OutsideHosts } from './protocol.ts'
import { waitUntilSettled } from './settled.ts'

export interface ControlPlaneOptions {
  init: SandboxInit
  clock: Clock
  log: Log
  cni: CniName
  /** the laptop and the scenario's outside hosts */
  hosts: readonly LanHost[]
  programs: readonly HostProgram[]
  /** folder with ca.crt, apiserver.crt and apiserver.key */
  keys: string
  /** listening socket for the API server */
  listenerFd: number
  /** resolves when nodes and hosts are plugged in; the lab process does that meanwhile */
  lanBuilt: Promise<void>
  onStep(step: ControlStep, state: 'running' | 'done'): void
  /** The cluster cannot go on. */
  onFailure(reason: string): void
}
export interface ControlPlane {
  store: ServedStore
  api: ApiServer
  places: Places
  agents: Agents
  /** The lab process has plugged them in. */
  addHosts(added: OutsideHosts): Promise<void>
  settled(timeoutMs: number, signal: AbortSignal): Promise<void>
}

const startTimeoutMs = 20_000

/** Resolves when nodes are Ready and DNS answers. Throws what stood in the way. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { init, clock, log, onStep } = options
  const hosts = [...options.hosts]
  const shape = shapeOf(options.cni)
  const networks = new Map(clusterNodes.map((node) => [node.name, createPodNetwork(node, shape, init)]))
  onStep('control-plane', 'running')
  const namespaces = createMembers(init, hosts)
  const keyFile = (name: string) => readFile(`${options.keys}/${name}`, 'utf8')
  const [caCertificate, cert, key] = (await Promise.all(['ca.crt', 'apiserver.crt', 'apiserver.key'].map(keyFile))) as [
    string,
    string,
    string,
  ]
  const token = randomBytes(24).toString('base64url')
  const store = createStore({ now: clock.now })
  const kubelets: Kubelet[] = []
  const dns = createClusterDns({ store, init, hosts, clock, log })
  const api = createApiServer({
    store,
    tls: { key, cert },
    tokens: { [token]: { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] } },
    streams: createPodStreams(kubelets, init),
    clock,
  })
  startControllers({ store, clock, log, caCertificate })
  kubelets.push(...startKubelets(options, { store, api, dns, shape, networks, nodeReady: namespaces.then(() => {}) }))
  init.onNamespaceLost((name) => {
    if (clusterNodes.some((node) => node.name === name) || hosts.some((host) => host.name === name)) options.onFailure(`${name} died`)
    for (const kubelet of kubelets) kubelet.sandboxLost(name)
  })
  await namespaces
  const agents = startAgents({
    shape,
    init,
    store,
    clock,
    log,
    renderPolicies: (node) => renderPolicies(store, node),
    built: options.lanBuilt,
  })
  const config = kubeconfig(caCertificate, token)
  await Promise.all([
    api.listen({ fd: options.listenerFd }),
    ...[laptopName, controlPlaneName].map((name) => init.writeFile(name, '/root/.kube/config', config, 0o600)),
    init.writeFile(controlPlaneName, '/etc/kubernetes/admin.conf', config, 0o600),
    options.lanBuilt,
  ])
  dns.serveLan()
  onStep('control-plane', 'done')

  onStep('nodes', 'running')
  await agents.programmed(store.resourceVersion)
  startHostPrograms(init, options.programs, clock, log)
  onStep('nodes', 'done')

  onStep('dns', 'running')
  const settled: ControlPlane['settled'] = (timeoutMs, signal) =>
    waitUntilSettled({ store, clock, programmed: agents.programmed }, timeoutMs, signal)
  await settled(startTimeoutMs, new AbortController().signal)
  onStep('dns', 'done')
  for (const network of networks.values()) network.expectChanges()
  async function addHosts(added: OutsideHosts): Promise<void> {
    await createMembers(init, added.hosts)
    hosts.push(...added.hosts)
    startHostPrograms(init, added.programs, clock, log)
  }
  return { store, api, agents, addHosts, settled, places: createPlaces({ store, kubelets, hosts }) }
}

const renderPolicies = (store: ServedStore, { name }: NodeAddress): string =>
  renderNetworkPolicies({
    node: name,
    policies: store.list('networkpolicies'),
    pods: store.list('pods'),
    namespaces: store.list('namespaces'),
  })

interface KubeletParts {
  store: ServedStore
  api: ApiServer
  dns: ClusterDns
  shape: CniShape
  networks: ReadonlyMap<string, PodNetwork>
  nodeReady: Promise<void>
}
function startKubelets(
  { init, clock, log }: ControlPlaneOptions,
  { store, api, dns, shape, networks, nodeReady }: KubeletParts,
): Kubelet[] {
  const check = createNodeCheck(init)
  return clusterNodes.map((node) => {
    registerNode(store, node, clock, shape.annotations(node))
    const recorder = createEventRecorder(store, 'kubelet', node.name)
    const sayReady = () => {
      const object = store.get('nodes', undefined, node.name)
      if (!object) return
      const message = `Node ${node.name} event: Registered Node ${node.name} in Controller`
      createControllerRecorder(store, clock).record('node-controller', object, { type: 'Normal', reason: 'RegisteredNode', message })
      recorder.record(object, 'Normal', 'NodeReady', `Node ${node.name} status is now: NodeReady`)
    }
    nodeReady.then(sayReady, () => {}) // who waits for the nodes is told why they are not
    return createKubelet({
      store,
      init,
      clock,
      node,
      nodeReady,
      check,
      network: networks.get(node.name) as PodNetwork,
      recorder,
      serveDns: dns.serve,
      serveIngress: (process, inside) => startIngressController({ store, clock, process }, inside),
      async serviceAccountToken(namespace, name) {
        const { status, body } = await api.handle({
          method: 'POST',
          path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3607 } },
        })
        return status < 300 ? (body as { status: { token: string } }).status.token : undefined
      },
      onError: (error) => log.error({ node: node.name, error: error instanceof Error ? error.stack : String(error) }, 'kubelet'),
    })
  })
}
