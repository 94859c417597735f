// Commands, logs and connections in pods, as the API server asks for them; finds the worker of the pod on whichever node it is.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { ApiError, type KubeObject } from '../api/store.ts'
import type { ExecOptions, ExecStream, LogOptions, PodStreams } from '../api/streams.ts'
import type { Container } from './container.ts'
import type { Kubelet } from './kubelet.ts'
import type { LogLine, LogRing } from './log-ring.ts'
import type { PodWorker } from './pod-worker.ts'
import { openPort } from './port-stream.ts'

const badRequest = (message: string) => new ApiError(400, 'BadRequest', message)

/** As the pod's status tells it: that knows of init containers that are still to come. */
const waitingReason = ({ status }: KubeObject, name: string): string | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find((c: { name: string }) => c.name === name)?.state
    ?.waiting?.reason

export function createPodStreams(kubelets: readonly Kubelet[], init: SandboxInit): PodStreams {
  /** As the API server reaches for port 10250 of the pod's node. */
  const dial = ({ spec, metadata }: KubeObject): PodWorker | undefined => {
    const kubelet = kubelets.find(({ node }) => node.name === spec.nodeName)
    if (kubelet && !kubelet.isConnected)
      throw new ApiError(500, 'InternalError', `error dialing backend: dial tcp ${kubelet.node.address}:10250: connect: no route to host`)
    return kubelet?.workers.get(metadata.uid)
  }
  const find = (pod: KubeObject, name: string): { worker: PodWorker; container: Container } => {
    const worker = dial(pod)
    const container = worker?.containers.find(({ spec }) => spec.name === name)
    if (!worker || !container) throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`)
    return { worker, container }
  }
  const running = (pod: KubeObject, name: string) => {
    const { worker, container } = find(pod, name)
    const { namespace } = worker
    if (container.process && namespace) return { container, namespace, process: container.process }
    // the words of a refused upgrade, which kubectl would put before it by itself
    throw badRequest(`unable to upgrade connection: container not found ("${name}")`)
  }

  return {
    exec(pod, name, argv, { tty, stdin }) {
      const { container, namespace } = running(pod, name)
      const { env = {}, cwd } = container.launch ?? {}
      const process = init.spawn({
        namespace,
        view: 'inside',
        argv,
        env: { ...env, ...(tty ? { TERM: 'xterm' } : {}) },
        ...(cwd ? { cwd } : {}),
        ...(tty ? { tty } : {}),
      })
      if (!stdin && !tty) process.end()
      return process
    },
    attach: (pod, name, options) => attachStream(running(pod, name), options),
    logs(pod, name, options, signal) {
      const { container } = find(pod, name)
      const ring = options.previous ? container.previousLog : container.log
      if (ring) return readLog(ring, options, signal)
      if (options.previous) throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`)
      const reason = waitingReason(pod, name) ?? 'ContainerCreating'
      const state = /Image/.test(reason) ? 'trying and failing to pull image' : reason
      throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${state}`)
    },
    portForward(pod, port) {
      const worker = dial(pod)
      if (!worker?.namespace)
        throw badRequest(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? 'Pending'}`)
      return openPort(init, worker.namespace, port)
    },
  }
}

/** The container's own process, seen from outside: killing the stream only lets go of it. */
function attachStream(
  { container, process }: { container: Container; process: NonNullable<Container['process']> },
  { tty, stdin }: ExecOptions,
): ExecStream {
  const untap: (() => void)[] = []
  const listen = (wanted: 'stdout' | 'stderr') => (listener: (bytes: Buffer) => void) => {
    untap.push(container.tap((stream, bytes) => stream === wanted && listener(bytes)))
  }
  let detach: (code: 0) => void = () => {}
  const detached = new Promise<0>((resolve) => {
    detach = resolve
  })
  if (tty) process.resize(tty.cols, tty.rows)
  return {
    onStdout: listen('stdout'),
    onStderr: listen('stderr'),
    // attaching succeeds however the container ends; its exit code is in the pod's status
    exited: Promise.race([process.exited.then(() => 0), detached]),
    write: (bytes) => {
      if (stdin) process.write(bytes)
    },
    end: () => {
      if (stdin && container.spec.stdinOnce) process.end()
    },
    // the log takes the container's output whether or not this reader keeps up
    ack: () => {},
    resize: (cols, rows) => process.resize(cols, rows),
    kill: () => {
      for (const off of untap) off()
      detach(0)
    },
  }
}

/** RFC 3339 with nanoseconds, as containerd writes it. */
const prefix = (line: LogLine) => Buffer.from(`${line.at.toISOString().replace('Z', '000000Z')} `)

async function* readLog(ring: LogRing, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer> {
  const wanted = ring.lines.filter(({ at }) => options.sinceMs === undefined || at.getTime() >= options.sinceMs)
  const chosen = options.tailLines === undefined ? wanted : options.tailLines === 0 ? [] : wanted.slice(-options.tailLines)
  const queue: LogLine[] = [...chosen]
  let ended = ring.ended || !options.follow
  let wake = () => {}
  const unfollow = ended
    ? () => {}
    : ring.follow((line) => {
        if (line) queue.push(line)
        else ended = true
        wake()
      })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    while (!signal.aborted) {
      const lines = queue.splice(0)
      if (lines.length) yield Buffer.concat(lines.flatMap((line) => (options.timestamps ? [prefix(line), line.text] : [line.text])))
      else if (ended) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    unfollow()
    signal.removeEventListener('abort', onAbort)
  }
}
