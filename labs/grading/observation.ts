// Takes one probe of a scenario in a lab and judges it. Everything that can go wrong on the way is `unknown`: not the learner's doing.
// Called by grader.ts. No tool a learner can replace is trusted: probes are the runtime's, commands run in the platform's view.
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import type { NetworkProbe, Probe } from '../spec/probe.ts'
import { parseTarget } from '../spec/target.ts'
import type { Clock } from '../system/clock.ts'
import { type AddressBook, fillAddresses, fillText } from './addresses.ts'
import { runCommand } from './command-run.ts'
import { judgeCommand } from './judge-command.ts'
import { judgeKube, type KubeProbe, selectValues } from './judge-kube.ts'
import { judgeNetwork } from './judge-network.ts'
import { judgeService, type ServiceObjects, type ServiceProbe } from './judge-service.ts'
import { type ResourceAddress, resourcePath } from './resource-path.ts'
import { unknown, type Verdict } from './verdict.ts'

export type GradedCluster = Pick<Cluster, 'probe' | 'api' | 'spawn' | 'places'>
/** A probe that is taken from the cluster; questions are not. */
export type TakenProbe = Exclude<Probe, { question: unknown }>
export interface Surroundings {
  cluster: GradedCluster
  clock: Clock
  addressOf: AddressBook
  signal: AbortSignal
}

/** What is kept of a probe with `unchanged` while the lab is healthy. */
export type Baseline = { values: unknown[] } | { stdout: string }

/** A runtime that does not answer is not waited for longer than this beyond the probe's own time. */
const graceMs = 1500

/** Exactly the fields of a network probe, without id and needs. */
function bareNetworkProbe(probe: Exclude<TakenProbe, { kube: unknown } | { service: unknown } | { command: unknown }>): NetworkProbe {
  const { id: _id, needs: _needs, ...bare } = probe as NetworkProbe & { id?: unknown; needs?: unknown }
  return bare as NetworkProbe
}

/** The object or list; undefined when there is none. */
async function readObject(address: ResourceAddress, { cluster }: Surroundings): Promise<unknown> {
  const { status, body } = await cluster.api({ method: 'GET', path: resourcePath(address) })
  if (status === 404) return undefined
  if (status !== 200) throw new LabError('cluster-failed', `the API answered ${status} for ${address.resource}`)
  return body
}
const kubeAddress = ({ get, namespace, name, selector }: KubeProbe): ResourceAddress => ({ resource: get, namespace, name, selector })

async function readService({ name, namespace, deployment }: ServiceProbe, around: Surroundings): Promise<ServiceObjects> {
  const read = (address: ResourceAddress) => readObject({ namespace, ...address }, around)
  const [service, workload, slices, pods] = await Promise.all([
    read({ resource: 'services', name }),
    read({ resource: 'deployments', name: deployment }),
    read({ resource: 'endpointslices', selector: `kubernetes.io/service-name=${name}` }),
    read({ resource: 'pods' }),
  ])
  const items = <T>(list: unknown) => (list as { items?: T[] } | undefined)?.items ?? []
  return { service, deployment: workload, slices: items(slices), pods: items(pods) } as ServiceObjects
}

async function runProbeCommand(probe: Extract<TakenProbe, { command: unknown }>['command'], around: Surroundings) {
  const script = await fillText(probe.run, around.addressOf)
  return runCommand(around.cluster, around.clock, parseTarget(probe.on), ['bash', '-c', script], {
    view: 'platform',
    timeoutMs: probe.timeoutMs,
    signal: around.signal,
  })
}

async function take(probe: TakenProbe, around: Surroundings, baseline?: Baseline): Promise<Verdict> {
  if ('kube' in probe)
    return judgeKube(
      probe.kube,
      await readObject(kubeAddress(probe.kube), around),
      baseline && 'values' in baseline ? baseline.values : undefined,
    )
  if ('service' in probe) return judgeService(probe.service, await readService(probe.service, around))
  if ('command' in probe) {
    const output = await runProbeCommand(probe.command, around)
    if (!output) return unknown(`the check did not finish within ${probe.command.timeoutMs} ms`)
    return judgeCommand(probe.command, output, baseline && 'stdout' in baseline ? baseline.stdout : undefined)
  }
  const filled = await fillAddresses(bareNetworkProbe(probe), around.addressOf)
  return judgeNetwork(filled, await around.cluster.probe(filled, around.signal))
}

const wantsBaseline = (probe: TakenProbe) =>
  ('kube' in probe && probe.kube.unchanged === true) || ('command' in probe && probe.command.unchanged === true)
const ownTimeMs = (probe: TakenProbe) =>
  'kube' in probe || 'service' in probe ? 1000 : 'command' in probe ? probe.command.timeoutMs : probe.timeoutMs

/** Takes and judges one probe. Never rejects; an aborted signal gives `unknown`. `onFault` hears why a probe could not be taken. */
export async function observe(
  probe: TakenProbe,
  around: Surroundings,
  baseline: Baseline | undefined,
  onFault: (error: unknown) => void,
): Promise<Verdict> {
  if (wantsBaseline(probe) && !baseline) return unknown('it is not known what it was while all was well')
  const late = new AbortController()
  const signal = AbortSignal.any([around.signal, late.signal])
  const cancelTimer = around.clock.after(ownTimeMs(probe) + graceMs, () =>
    late.abort(new LabError('timeout', 'the runtime did not give a result in time')),
  )
  try {
    return await orAborted(take(probe, { ...around, signal }, baseline), signal)
  } catch (error) {
    if (around.signal.aborted) return unknown('the round was stopped')
    if (!(error instanceof LabError && error.code === 'target-unknown')) onFault(error)
    return unknown(error instanceof LabError ? error.message : 'the probe could not be taken')
  } finally {
    cancelTimer()
  }
}

/** The promise's result, or the signal's reason when that comes first; the promise itself is left to end by the same signal. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** What `unchanged` will be compared with; undefined for probes that need none. Throws LabError cluster-failed when it cannot be read. */
export async function readBaseline(probe: TakenProbe, around: Surroundings): Promise<Baseline | undefined> {
  if (!wantsBaseline(probe)) return undefined
  if ('kube' in probe) return { values: selectValues(probe.kube, await readObject(kubeAddress(probe.kube), around)) }
  if (!('command' in probe)) return undefined
  const output = await runProbeCommand(probe.command, around)
  if (output && output.exitCode === probe.command.exit) return { stdout: output.stdout }
  throw new LabError(
    'cluster-failed',
    output
      ? `a check's command ended with exit code ${output.exitCode} in the healthy lab: ${output.stderr.trim()}`
      : "a check's command did not finish in the healthy lab",
  )
}
