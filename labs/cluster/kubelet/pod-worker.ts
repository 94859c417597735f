// The life of one pod on one node: namespaces, address, files, containers, status, end. The kubelet makes one for each pod bound to its node.

import type { KubeObject } from '../api/store.ts'
import { podFiles } from '../cni/host-files.ts'
import { NetworkNotReady } from '../cni/net-config.ts'
import { pidOnNode } from '../cni/plugin-chain.ts'
import { excludedInboundPorts, hasSidecar, proxyUid } from '../mesh/inject.ts'
import { interceptionRules } from '../mesh/interception.ts'
import { type Container, type ContainerHost, type ContainerSpec, createContainer } from './container.ts'
import { checkContainer } from './container-check.ts'
import { containerEnvironment, type EnvironmentSources, expand } from './environment.ts'
import type { KubeletOptions } from './kubelet.ts'
import { type ContainerView, type PodView, podPhase, podStatus } from './pod-status.ts'
import { needsToken, type PodVolumes, podVolumes } from './volumes.ts'

export interface PodWorker {
  readonly pod: KubeObject
  /** the namespace its processes run in, undefined while there is none */
  readonly namespace: string | undefined
  readonly address: string | undefined
  /** init, normal and ephemeral containers */
  readonly containers: readonly Container[]
  /** A newer version of the pod: starts ephemeral containers, begins to end when it is deleted. */
  update(pod: KubeObject): void
  /** A ConfigMap or Secret of its namespace changed: its volumes follow, after a moment. */
  refreshVolumes(): void
  /** The pod's namespaces died by other hands. */
  sandboxLost(): void
  /** Ends everything at once; for pods that are gone from the API already. Resolves when nothing is left. */
  kill(): Promise<void>
}

const timestamp = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
const retryMs = 1000
const longestRetryMs = 4000
const startedLookMs = 50
/** upstream's kubelet looks within a minute; a student should not wait that long */
const refreshMs = 1000
const hostPorts = (pod: KubeObject) =>
  ((pod.spec.containers ?? []) as ContainerSpec[]).flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, containerPort, protocol = 'TCP', hostIP }) =>
      hostPort === undefined ? [] : [{ hostPort, containerPort, protocol: protocol.toLowerCase(), ...(hostIP ? { hostIP } : {}) }],
    ),
  )
/** Root is who starts it; for another there is setpriv. */
function asUser(argv: string[], { runAsUser, runAsGroup }: { runAsUser?: number; runAsGroup?: number }): string[] {
  if (!runAsUser) return argv
  return ['setpriv', '--reuid', String(runAsUser), '--regid', String(runAsGroup ?? 0), '--clear-groups', '--', ...argv]
}
/** Beside its target, under a name that a volume's own keys cannot have. */
const draftOf = (path: string): string => path.replace(/\/([^/]*)$/, '/..$1.new')
const isSidecar = (spec: ContainerSpec): boolean => spec.restartPolicy === 'Always'

export function createPodWorker(first: KubeObject, options: KubeletOptions): PodWorker {
  const { store, init, node, network, clock, recorder } = options
  const { uid, name, namespace = 'default' } = first.metadata
  const hostNetwork = first.spec.hostNetwork === true
  const sandbox = hostNetwork ? node.name : `pod-${uid}`
  const hostname: string = hostNetwork ? node.name : (first.spec.hostname ?? name).slice(0, 63)
  const startTime = timestamp(clock.now())
  let pod = first
  let address: string | undefined
  /** its namespaces exist; sandboxReady: they have their links and files too */
  let made = false
  let sandboxReady = false
  let initialised = false
  let ending: Promise<void> | undefined
  let publishing = false
  let killed = false
  /** what its volumes hold now, and the token in them */
  let mounted: (PodVolumes & { token: string | undefined }) | undefined
  /** while a refresh is planned */
  let cancelRefresh: (() => void) | undefined
  let refreshing = Promise.resolve()
  /** a source of its files changed while they were being written */
  let changedMeanwhile = false

  const find = (resource: 'configmaps' | 'secrets', objectName: string) => store.get(resource, namespace, objectName)
  const record = (type: 'Normal' | 'Warning', reason: string, message: string, container?: string) =>
    recorder.record(pod, type, reason, message, container)

  const sources = (): EnvironmentSources => ({
    services: [
      ...(namespace === 'default' ? [] : [store.get('services', 'default', 'kubernetes')].filter((service) => service !== undefined)),
      ...store.list('services', { namespace }),
    ],
    find,
    pod,
    nodeName: node.name,
    hostIp: node.address,
    podIp: address ?? '',
    hostname,
  })

  const hostFor = (restartPolicy: ContainerHost['restartPolicy'], isInit = false): ContainerHost => ({
    clock,
    restartPolicy,
    podTitle: `${name}_${namespace}(${uid})`,
    sandboxReady: () => sandboxReady,
    prepare(spec, program) {
      const own = containerEnvironment(spec as unknown as KubeObject['spec'], sources())
      const env = { ...program.env, ...own, ...(spec.tty ? { TERM: 'xterm' } : {}) }
      const entrypoint = spec.command ?? program.entrypoint
      const args = program.relay || program.controller ? [] : (spec.args ?? (spec.command ? [] : program.cmd))
      const cwd = spec.workingDir ?? program.workingDir
      const argv = [...entrypoint, ...args].map((word) => expand(word, own))
      return { argv: asUser(argv, { ...pod.spec.securityContext, ...spec.securityContext }), env, ...(cwd ? { cwd } : {}) }
    },
    spawn: (launch, tty) => init.spawn({ namespace: sandbox, view: 'inside', ...launch, ...(tty ? { tty: { cols: 80, rows: 24 } } : {}) }),
    serveDns(process, spec, launch, log) {
      const readFile = (path: string) =>
        init.readFile(sandbox, path).then(
          (bytes) => bytes.toString('utf8'),
          () => undefined,
        )
      options.serveDns(process, { arguments: spec.args ?? [], variables: launch.env, readFile, log })
    },
    serveController(process, spec, log, tap) {
      const writeFile = (path: string, text: string) => init.writeFile(sandbox, path, text)
      options.serveIngress(process, { pod, arguments: spec.args ?? [], writeFile, log, tap })
    },
    checkHealth: (container, probe, signal) => checkContainer(container, probe, { options, sandbox, address: address ?? '' }, signal),
    async run(container, argv, timeoutMs) {
      const { code, stdout, stderr } = await init.run({
        namespace: sandbox,
        view: 'inside',
        argv,
        env: container.launch?.env ?? {},
        timeoutMs,
      })
      return { code, output: Buffer.concat([stdout, stderr]).toString('utf8') }
    },
    record: (type, reason, message, container) => {
      if (!killed) record(type, reason, message, container)
    },
    changed: isInit ? publishSoon : changed,
  })
  const restartPolicy: ContainerHost['restartPolicy'] = first.spec.restartPolicy ?? 'Always'
  const initContainers = ((first.spec.initContainers ?? []) as ContainerSpec[]).map((spec) =>
    createContainer(spec, hostFor(isSidecar(spec) ? 'Always' : restartPolicy === 'Never' ? 'Never' : 'OnFailure', true)),
  )
  const containers = (first.spec.containers as ContainerSpec[]).map((spec) => createContainer(spec, hostFor(restartPolicy)))
  const sidecars = initContainers.filter(({ spec }) => isSidecar(spec))
  const ephemeral: Container[] = []

  const view = (): PodView => ({
    hostIp: node.address,
    podIp: address,
    startTime,
    sandboxReady,
    initialised,
    initContainers: initContainers.map(({ view, spec }) =>
      isSidecar(spec) ? { ...view, isSidecar: true } : { ...view, ready: view.phase.kind === 'terminated' && view.phase.exitCode === 0 },
    ),
    containers: initialised
      ? containers.map(({ view }) => view)
      : containers.map(({ view }) => waitingForInit(view, initContainers.length > 0)),
    ephemeralContainers: ephemeral.map(({ view }) => view),
  })

  function publish(): void {
    if (killed) return
    const now = timestamp(clock.now())
    store.mutate(
      'pods',
      namespace,
      name,
      (draft) => {
        if (draft.metadata.uid === uid) draft.status = { ...draft.status, ...podStatus(draft, view(), now) }
      },
      { subresource: 'status' },
    )
  }
  /** Many changes of one moment are one write. */
  function publishSoon(): void {
    if (publishing) return
    publishing = true
    queueMicrotask(() => {
      publishing = false
      publish()
    })
  }
  function changed(): void {
    publishSoon()
    if (sandboxReady && !ending && ['Succeeded', 'Failed'].includes(podPhase(view()))) void finish().catch(options.onError)
  }

  /** The containers have ended: sidecars are told to, and the sandbox goes. */
  async function finish(): Promise<void> {
    const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    await Promise.all(sidecars.map((sidecar) => sidecar.stop(graceMs)))
    await removeSandbox()
  }

  async function makeSandbox(): Promise<void> {
    if (hostNetwork) {
      address = node.address
      await mountVolumes()
    } else {
      const [{ pid }, netFiles] = await Promise.all([
        init.createNamespace({ name: sandbox, parent: node.name, kind: 'pod', hostname }),
        network.look(),
      ])
      made = true
      const link = network.attach({ namespace, name, uid, hostPorts: hostPorts(first) }, pid, netFiles)
      const writeFiles = async () => {
        address = await link.address
        const files = podFiles({ ...pod.spec, namespace, hostname, address })
        await Promise.all(files.map(({ path, text }) => init.writeFile(sandbox, path, text)))
      }
      await Promise.all([link.done.then(() => intercept(pid)), writeFiles(), mountVolumes()])
    }
    sandboxReady = true
    if (changedMeanwhile) planRefresh()
  }

  /** Its traffic by way of its sidecar, if it has one: the node writes that into the pod's network, for a pod may not. */
  async function intercept(pid: number): Promise<void> {
    const proxy = (pod.spec.containers as ContainerSpec[]).find((container) => container.name === 'istio-proxy')
    if (!proxy || !hasSidecar(pod)) return
    const enter = 'exec nsenter --net=/proc/$1/ns/net iptables-restore'
    const inNode = await pidOnNode(init, node.name, pid)
    const argv = ['sh', '-c', enter, 'sh', inNode]
    const rules = interceptionRules(proxy.securityContext?.runAsUser ?? proxyUid, excludedInboundPorts(pod))
    const { code, stderr } = await init.run({ namespace: node.name, view: 'inside', argv, stdin: rules, timeoutMs: 10_000 })
    if (code !== 0) throw new Error(`istio-cni could not redirect the pod's traffic: ${stderr.toString('utf8').trim()}`)
  }

  /** Until it works or the pod goes; what stood in the way is an event, as from the kubelet. */
  async function ensureSandbox(): Promise<void> {
    for (let waitMs = retryMs; !ending && !killed; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      try {
        return await makeSandbox()
      } catch (error) {
        if (ending || killed) return
        const message = error instanceof Error ? error.message : String(error)
        if (error instanceof NetworkNotReady) record('Warning', 'NetworkNotReady', message)
        else record('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`)
        await removeSandbox()
        await clock.sleep(waitMs)
      }
    }
  }

  async function mountVolumes(): Promise<void> {
    const read = async () => {
      const token = needsToken(pod) ? await options.serviceAccountToken(namespace, pod.spec.serviceAccountName) : undefined
      return { ...podVolumes(pod, find, token), token }
    }
    let volumes = await read()
    // what a controller is about to write is no event; what nobody wrote for a while is
    for (let waitMs = 10; volumes.missing.length && !killed && !ending; waitMs = Math.min(waitMs * 2, retryMs)) {
      if (waitMs >= 100) for (const { message } of volumes.missing) record('Warning', 'FailedMount', message)
      await clock.sleep(waitMs)
      volumes = await read()
    }
    if (volumes.folders.length) await init.run({ namespace: sandbox, view: 'inside', argv: ['mkdir', '-p', '--', ...volumes.folders] })
    await Promise.all(volumes.files.map(({ path, data, mode }) => init.writeFile(sandbox, path, data, mode)))
    mounted = volumes
  }

  /** A second after the first change, however many follow; one after the other, for two would write the same drafts. */
  function planRefresh(): void {
    changedMeanwhile = false
    cancelRefresh ??= clock.after(refreshMs, () => {
      cancelRefresh = undefined
      refreshing = refreshing.then(remount).catch(options.onError)
    })
  }

  /** Writes what differs from what is mounted. A source that is gone leaves its files, as upstream. */
  async function remount(): Promise<void> {
    if (!mounted || !sandboxReady || ending || killed) return
    const old = mounted
    const { token } = old
    const next = { ...podVolumes(pod, find, token), token }
    if (next.missing.length) return
    mounted = next
    const before = new Map(old.files.map((file) => [file.path, file]))
    const fresh = next.files.filter(({ path, data, isPinned }) => !isPinned && !before.get(path)?.data.equals(data))
    const kept = new Set(next.files.map(({ path }) => path))
    const gone = old.files.filter(({ path, isPinned }) => !isPinned && !kept.has(path)).map(({ path }) => path)
    await Promise.all(fresh.map(({ path, data, mode }) => init.writeFile(sandbox, draftOf(path), data, mode)))
    // renamed onto, as a real volume's are: nobody reads half a file, and who watches a folder for that (Envoy) sees it; in the order of the source
    const replace = 'while [ $# -gt 0 ]; do mv -fT -- "$1" "$2"; shift 2; done'
    if (fresh.length)
      await init.run({
        namespace: sandbox,
        view: 'inside',
        argv: ['sh', '-c', replace, 'sh', ...fresh.flatMap(({ path }) => [draftOf(path), path])],
      })
    if (gone.length) await init.run({ namespace: sandbox, view: 'inside', argv: ['rm', '-f', '--', ...gone] })
  }

  async function removeSandbox(): Promise<void> {
    cancelRefresh?.()
    cancelRefresh = undefined
    sandboxReady = false
    if (!made) return
    made = false
    await network.detach(uid, () => init.destroyNamespace(sandbox))
  }

  async function run(): Promise<void> {
    await Promise.resolve() // workers are made inside the store write that bound the pod
    publish()
    await options.nodeReady
    if (ending || killed) return
    await ensureSandbox()
    for (const container of initContainers) {
      if (ending || killed) return
      container.start()
      if (isSidecar(container.spec)) {
        while (!container.view.started && !ending && !killed) await clock.sleep(startedLookMs)
        continue
      }
      await container.finished
      const { phase } = container.view
      if (phase.kind !== 'terminated' || phase.exitCode !== 0) return publish()
    }
    initialised = true
    if (ending || killed) return
    for (const container of containers) container.start()
    publish()
    startEphemeral()
  }

  async function restart(): Promise<void> {
    await ensureSandbox()
    if (!initialised) return
    for (const container of all()) container.start()
    publish()
  }

  function startEphemeral(): void {
    if (!sandboxReady || ending) return
    for (const spec of (pod.spec.ephemeralContainers ?? []) as ContainerSpec[]) {
      if (ephemeral.some((container) => container.spec.name === spec.name)) continue
      const container = createContainer(spec, hostFor('Never'))
      ephemeral.push(container)
      container.start()
    }
  }

  const all = () => [...initContainers, ...containers, ...ephemeral]
  let starting = run().catch(options.onError)

  async function end(graceMs: number): Promise<void> {
    const others = all().filter((container) => !sidecars.includes(container))
    await Promise.all(others.map((container) => container.stop(graceMs)))
    await Promise.all(sidecars.map((sidecar) => sidecar.stop(graceMs)))
    await starting
    if (!killed) publish()
    await removeSandbox()
  }

  return {
    get pod() {
      return pod
    },
    get namespace() {
      return sandboxReady ? sandbox : undefined
    },
    get address() {
      return address
    },
    get containers() {
      return all()
    },
    update(next) {
      pod = next
      // whoever else has written the status was wrong: as the node controller, when the node was cut off
      publishSoon()
      if (!next.metadata.deletionTimestamp) {
        for (const container of containers) {
          const wanted = (next.spec.containers as ContainerSpec[]).find(({ name }) => name === container.spec.name)
          if (wanted) container.setImage(wanted.image)
        }
        startEphemeral()
        return
      }
      if (ending) return
      const seconds = next.metadata.deletionGracePeriodSeconds ?? next.spec.terminationGracePeriodSeconds ?? 30
      ending = end(seconds * 1000)
      ending
        .then(
          () =>
            store.get('pods', namespace, name)?.metadata.uid === uid && store.delete('pods', namespace, name, { gracePeriodSeconds: 0 }),
        )
        .catch(options.onError)
    },
    refreshVolumes() {
      if (sandboxReady) planRefresh()
      else changedMeanwhile = true
    },
    sandboxLost() {
      if (!sandboxReady || hostNetwork || ending || killed) return
      sandboxReady = false
      made = false
      network.detach(uid).catch(options.onError)
      record('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
      starting = restart().catch(options.onError)
    },
    async kill() {
      killed = true
      if (ending && made) await init.destroyNamespace(sandbox)
      ending ??= end(0)
      await ending
    },
  }
}

const waitingForInit = (view: ContainerView, hasInit: boolean): ContainerView => ({
  ...view,
  phase: { kind: 'waiting', reason: hasInit ? 'PodInitializing' : 'ContainerCreating' },
})
