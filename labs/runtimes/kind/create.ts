// Makes the cluster with the kind CLI and says what kind is doing. Used by runtime.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { LabError, toErrorBody } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'
import type { StepReport } from '../runtime.ts'
import { clusterConfig } from './cluster-config.ts'
import { readKindStep } from './create-steps.ts'
import type { Engine } from './engine.ts'
import { clusterName, networkName, nodeContainer, nodeNames } from './names.ts'
import type { NodeContainer } from './places.ts'

const createMs = 5 * 60_000
const exportMs = 30_000
const deleteMs = 30_000

export interface KindOptions {
  engine: Engine
  /** path of the kind program */
  kind: string
  /** node image; undefined: kind's own default */
  image: string | undefined
}

const kindEnvironment = ({ engine }: KindOptions, labId: string) => ({
  KIND_EXPERIMENTAL_PROVIDER: engine.name,
  // kind must drive the very program that was found
  PATH: [dirname(engine.program), process.env.PATH].join(delimiter),
  KIND_EXPERIMENTAL_DOCKER_NETWORK: networkName(labId),
  KIND_EXPERIMENTAL_PODMAN_NETWORK: networkName(labId),
})

export interface CreateClusterOptions extends KindOptions {
  labId: string
  /** the lab's folder: the cluster's configuration and kubeconfig are written there */
  folder: string
  /** folder of tools that nodes get (node-tools.ts) */
  tools: string
  signal: AbortSignal
  onStep(report: StepReport): void
  /** every line that kind prints */
  onLine(line: string): void
}

/** Resolves with the kubeconfig's text. A failed cluster is left as it is: its logs are worth collecting. Throws LabError cluster-failed. */
export async function createKindCluster(options: CreateClusterOptions): Promise<string> {
  const { labId, folder, image, tools, kind, signal } = options
  const config = join(folder, 'kind.yaml')
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(config, clusterConfig({ labId, image, tools }), { mode: 0o600 })
  const steps = createStepReporter(options.onStep)
  const said: string[] = []
  let named: Promise<void> | undefined
  const args = [
    'create',
    'cluster',
    '--name',
    clusterName(labId),
    '--config',
    config,
    '--kubeconfig',
    kubeconfig,
    '--wait',
    '120s',
    '--retain',
  ]
  try {
    await runCommand([kind, ...args], {
      signal,
      timeoutMs: createMs,
      env: kindEnvironment(options, labId),
      onLine(line) {
        options.onLine(line)
        said.push(line)
        const step = readKindStep(line)
        if (!step) return
        steps.report(step.id, step.state)
        // agents ask the node for its name when they start: it must be the one that Kubernetes knows
        if (step.id !== 'nodes' || step.state !== 'done') return
        named = nameNodes(options.engine, labId, signal)
        named.catch(() => {}) // it is waited for below; a node that dies meanwhile must not end the process
      },
    })
    await named
  } catch (error) {
    await named?.catch(() => {}) // the first failure tells more
    signal.throwIfAborted()
    throw kindFailure(said, error)
  }
  return readFileSync(kubeconfig, 'utf8')
}

async function nameNodes(engine: Engine, labId: string, signal: AbortSignal): Promise<void> {
  await Promise.all(
    nodeNames.map((name) => {
      // engines mount these files one by one: they can be written, not replaced
      const script = `hostname ${name} && echo ${name} >/etc/hostname && hosts=$(sed 's/${nodeContainer(labId, name)}/${name}/g' /etc/hosts) && printf '%s\\n' "$hosts" >/etc/hosts`
      return engine.run(['exec', nodeContainer(labId, name), 'sh', '-c', script], { signal })
    }),
  )
}

function createStepReporter(onStep: (report: StepReport) => void) {
  const started = new Map<string, number>()
  return {
    report(id: string, state: 'running' | 'done' | 'failed') {
      if (state === 'running') started.set(id, performance.now())
      if (state === 'failed') return onStep({ id, state })
      onStep({ id, state, ...(state === 'done' ? { ms: Math.round(performance.now() - (started.get(id) ?? performance.now())) } : {}) })
    },
  }
}

/** Known ends of `kind create`, each with what mends it. */
const knownFailures: readonly [RegExp, string, string][] = [
  [
    /no space left on device/i,
    'The disk of the container engine is full.',
    'Free some space: docker system df shows what takes it, docker system prune removes what nothing uses.',
  ],
  [
    /failed to pull image|pull access denied|manifest unknown|no such image|TLS handshake|lookup .* no such host/i,
    'The node image is not on this machine and could not be fetched.',
    'Connect to a network, or load an image from a file: npx podwire kind load <archive>.',
  ],
  [
    /port is already allocated|address already in use/i,
    'A port that the cluster needs is taken.',
    'Start the lab again: another port is chosen each time.',
  ],
  [
    /too many open files/i,
    "The machine's inotify limits are too low for another cluster.",
    'sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288',
  ],
  [
    /cannot connect to the docker daemon|is the docker daemon running|connection refused|EOF|error during connect/i,
    'The container engine stopped while the cluster was being made.',
    'Start it again, then the lab.',
  ],
  [
    /could not find a log line that matches|failed to init node with kubeadm|timed out waiting for the condition/i,
    'A node did not start.',
    'The collected logs say why; a busy or small machine is the usual reason.',
  ],
]

function kindFailure(said: readonly string[], error: unknown): LabError {
  const words = `${said.join('\n')}\n${error instanceof Error ? error.message : String(error)}`
  const known = knownFailures.find(([pattern]) => pattern.test(words))
  const last = said
    .findLast((line) => /ERROR|error/i.test(line))
    ?.replace(/^ERROR:\s*/, '')
    .trim()
  if (known) return new LabError('cluster-failed', `${known[1]}${last ? ` kind said: ${last}` : ''}`, { hint: known[2], cause: error })
  return new LabError(
    'cluster-failed',
    `kind could not make the cluster: ${last ?? (error instanceof Error ? error.message : String(error))}`,
    { cause: error },
  )
}

/** Ends the nodes as `kind delete cluster` does. Throws LabError command-failed, timeout. */
export async function deleteKindCluster(options: KindOptions, labId: string, folder: string): Promise<void> {
  const args = ['delete', 'cluster', '--name', clusterName(labId), '--kubeconfig', join(folder, 'kubeconfig')]
  await runCommand([options.kind, ...args], { timeoutMs: deleteMs, env: kindEnvironment(options, labId) })
}

/** The nodes' containers and addresses on the lab's network. */
export async function inspectNodes({ engine }: KindOptions, labId: string, signal: AbortSignal): Promise<NodeContainer[]> {
  const format = '{{.Id}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'
  const lines = (await engine.run(['inspect', '-f', format, ...nodeNames.map((node) => nodeContainer(labId, node))], { signal }))
    .trim()
    .split('\n')
  return nodeNames.map((name, index) => {
    const [containerId = '', address = ''] = (lines[index] ?? '').split(' ')
    if (!address) throw new LabError('cluster-failed', `Node ${name} has no address.`)
    return { name, containerId, address }
  })
}

/** Puts the logs of the cluster's nodes into `folder`; what cannot be had is left out. */
export async function exportLogs(options: KindOptions, labId: string, folder: string, signal: AbortSignal): Promise<void> {
  const args = ['export', 'logs', join(folder, 'nodes'), '--name', clusterName(labId)]
  await runCommand([options.kind, ...args], { timeoutMs: exportMs, signal, env: kindEnvironment(options, labId) }).catch((error) =>
    writeFileSync(join(folder, 'export-failed.log'), `${toErrorBody(error).message}\n`),
  )
}
