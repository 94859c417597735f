// The kind runtime: real Kubernetes, a cluster for each lab, made by the kind CLI in docker or podman. Made by labd's main; implements labs/runtimes/runtime.ts.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { LabError, toErrorBody } from '../../spec/errors.ts'
import { dnsProbe } from '../../spec/probe.ts'
import type { Log } from '../../system/log.ts'
import { keepLogs } from '../../system/log-folders.ts'
import { type Cluster, type ClusterSpec, kindLog, outsideMark, type Runtime, type StepReport } from '../runtime.ts'
import { createKindApi, type KindApi } from './api-client.ts'
import { createKindCluster as moveIn } from './cluster.ts'
import { createKindCluster, deleteKindCluster, exportLogs, inspectNodes, type KindOptions } from './create.ts'
import { kindStepIds } from './create-steps.ts'
import { createEngine, whyNoAnswer } from './engine.ts'
import { ensureHostImage } from './host-image.ts'
import { removeLeftovers } from './leftovers.ts'
import { createNetwork } from './network.ts'
import { ensureNodeTools } from './node-tools.ts'
import { createPodTable, type PodObject, type PodTable } from './pod-table.ts'
import { createRecreatable } from './recreatable.ts'
import type { KindTools } from './tools.ts'
import { engineSilent, watchCreation } from './watch-creation.ts'

export interface KindRuntimeOptions {
  /** what to make the cluster with, found when one is made. Throws runtime-unavailable with the mend */
  findTools(): Promise<KindTools>
  /** what scripts/stage.mjs made */
  assets: string
  /** folder for what can be made again */
  cache: string
  /** folder for the logs of clusters that failed */
  logs: string
  log: Log
}

type Found = KindRuntimeOptions & KindOptions

const readyMs = 120_000

export function kindRuntime(options: KindRuntimeOptions): Runtime {
  return {
    name: 'kind',
    steps: [...kindStepIds, 'dns', 'places'],
    create: (spec, { signal, onStep }) => {
      let report = onStep
      return createRecreatable(async (added, abort) => {
        const cluster = await create(options, { ...spec, hosts: [...spec.hosts, ...added] }, { signal: abort, onStep: report })
        report = () => {} // steps are of the beginning
        return cluster
      }, signal)
    },
  }
}

async function create(
  given: KindRuntimeOptions,
  { labId, hosts, cni = 'kindnet', folder }: ClusterSpec,
  { signal: ending, onStep }: { signal: AbortSignal; onStep(report: StepReport): void },
): Promise<Cluster> {
  if (cni !== 'kindnet')
    throw new LabError('bad-request', `kind has its own CNI, kindnet; the CNI shape ${cni} exists on the embedded runtime only.`)
  const tools = await given.findTools()
  const engine = createEngine(tools.engine.name, tools.engine.program)
  const options: Found = { ...given, engine, kind: tools.kind.program, image: tools.image }
  const { assets, cache, log } = options
  const remove = async () => {
    await removeLeftovers(engine, labId)
    rmSync(join(folder, outsideMark), { force: true })
  }
  // before the first thing is made: the reaper looks for it
  writeFileSync(join(folder, outsideMark), '', { mode: 0o600 })
  const troubled = new AbortController()
  const signal = AbortSignal.any([ending, troubled.signal])
  const stopWatch = watchCreation(engine, labId, (trouble) => troubled.abort(trouble))
  let api: KindApi | undefined
  let pods: PodTable | undefined
  try {
    const timed = <T>(id: string, work: () => Promise<T>) => step(onStep, id, work)
    const [image, nodeTools, subnet] = await allOrFirstFailure([
      ensureHostImage(engine, assets, signal),
      ensureNodeTools(cache),
      createNetwork(engine, labId, signal),
    ])
    const kubeconfig = await createKindCluster({
      ...options,
      labId,
      folder,
      tools: nodeTools,
      signal,
      onStep,
      onLine: (line) => note(folder, line),
    })
    api = createKindApi(kubeconfig)
    const ready = api
    const nodes = await inspectNodes(options, labId, signal)
    await timed('dns', () => waitForDns(ready, signal))
    return await timed('places', async () => {
      const table = await createPodTable(ready, log)
      pods = table
      const controlPlane = nodes.find(({ name }) => name === 'control-plane')?.address
      const cluster = await moveIn(
        {
          ...options,
          labId,
          image,
          subnet,
          api: ready,
          pods: table,
          nodes,
          async remove() {
            await deleteKindCluster(options, labId, folder).catch((error) =>
              log.warn({ error: toErrorBody(error) }, 'kind did not delete the cluster'),
            )
            await remove() // what kind knows nothing of, and what it has left
          },
          laptopKubeconfig: forLaptop(kubeconfig, `https://${controlPlane}:6443`),
        },
        hosts,
        signal,
      )
      await untilResolved(cluster, signal)
      return cluster
    })
  } catch (error) {
    pods?.close()
    api?.close()
    throw await giveUp(options, { labId, folder }, error, ending, remove)
  } finally {
    stopWatch()
  }
}

/** At once, because the reaper keeps it when this process is killed. */
function note(folder: string, line: string): void {
  try {
    appendFileSync(join(folder, kindLog), `${line}\n`)
  } catch {
    // a full disk is told by what fails next
  }
}

/** Waits for all of them: what one of them still makes could not be removed. */
async function allOrFirstFailure<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  let first: { error: unknown } | undefined
  const noted = work.map((each) => each.catch((error) => (first ??= { error })))
  const values = await Promise.all(noted)
  if (first) throw first.error
  return values as unknown as T
}

/** Collects what tells why, then removes everything; the error names the folder. */
async function giveUp(
  { engine, log, ...options }: Found,
  { labId, folder }: Pick<ClusterSpec, 'labId' | 'folder'>,
  error: unknown,
  ending: AbortSignal,
  remove: () => Promise<void>,
): Promise<unknown> {
  let silence = await whyNoAnswer(engine)
  note(folder, `podwire: ${error instanceof Error ? error.stack : String(error)}`)
  const logs = ending.aborted ? undefined : keepLogs(options.logs, labId, [join(folder, kindLog)])
  if (logs && silence === undefined) await exportLogs({ ...options, engine }, labId, logs, ending)
  try {
    // an engine that hangs would take a minute to say no
    if (silence === undefined) await remove()
  } catch (left) {
    silence ??= await whyNoAnswer(engine)
    log.error({ error: toErrorBody(left) }, 'what is left of the cluster could not be removed now; the reaper tries again')
  }
  if (ending.aborted) return error
  const { code, message, hint } = toErrorBody(silence === undefined ? error : engineSilent(engine, silence))
  return new LabError(code === 'internal' ? 'cluster-failed' : code, message, {
    hint: [hint, logs && `Logs: ${logs}`].filter(Boolean).join(' '),
    cause: error,
  })
}

async function step<T>(onStep: (report: StepReport) => void, id: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  onStep({ id, state: 'running' })
  try {
    const value = await work()
    onStep({ id, state: 'done', ms: Math.round(performance.now() - started) })
    return value
  } catch (error) {
    onStep({ id, state: 'failed', detail: toErrorBody(error).message })
    throw error
  }
}

const isTrue = (conditions: { type: string; status: string }[] | undefined, type: string) =>
  conditions?.some((c) => c.type === type && c.status === 'True') === true

/** Nodes Ready, CoreDNS's Pods Ready. */
async function waitForDns(api: KindApi, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyMs
  for (;;) {
    const [nodes, pods] = await Promise.all(
      ['/api/v1/nodes', '/api/v1/namespaces/kube-system/pods'].map(
        async (path) => ((await api.request({ method: 'GET', path }, signal)).body as { items?: PodObject[] }).items ?? [],
      ),
    )
    const waiting = [...(nodes ?? []), ...(pods ?? [])]
      .filter(({ status }) => !isTrue(status?.conditions, 'Ready'))
      .map(({ metadata }) => metadata.name)
    if (waiting.length === 0 && nodes?.length === 3) return
    if (performance.now() > deadline) throw new LabError('timeout', `These are not ready after ${readyMs / 1000} s: ${waiting.join(', ')}.`)
    await delay(150, undefined, { signal })
  }
}

async function untilResolved(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyMs
  const question = dnsProbe.parse({
    from: 'node/worker',
    dns: { name: 'kubernetes.default.svc.cluster.local', server: '10.96.0.10' },
    timeoutMs: 500,
  })
  for (;;) {
    const { tries } = await cluster.probe(question, signal)
    if (tries[0]?.rcode === 'NOERROR') return
    if (performance.now() > deadline) throw new LabError('timeout', `The cluster's DNS does not answer after ${readyMs / 1000} s.`)
    await delay(100, undefined, { signal })
  }
}

/** kind's kubeconfig with the names and the address that fit the lab's own network. */
function forLaptop(kubeconfig: string, server: string): string {
  const config = parse(kubeconfig) as {
    clusters: [{ name: string; cluster: { server: string } }]
    contexts: [{ name: string; context: { cluster: string; user: string } }]
    users: [{ name: string }]
    [field: string]: unknown
  }
  config.clusters[0].name = 'podwire'
  config.clusters[0].cluster.server = server
  config.users[0].name = 'kubernetes-admin'
  config.contexts[0] = { name: 'kubernetes-admin@podwire', context: { cluster: 'podwire', user: 'kubernetes-admin' } }
  config['current-context'] = 'kubernetes-admin@podwire'
  return stringify(config)
}
