// One container of a pod: its process, its logs, its health and its restarts. The pod worker makes one for each container of the spec.

import { createHash, randomBytes } from 'node:crypto'
import { findImage, type ImageProgram, pullFailure } from '../../spec/images.ts'
import type { Clock } from '../../system/clock.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import { missingProgram } from '../api/missing-program.ts'
import { type BackOff, createBackOff } from './back-off.ts'
import { ContainerConfigError } from './environment.ts'
import { type HealthCheck, type HealthProbeSpec, type HealthResult, startHealthCheck } from './health-check.ts'
import { createLogRing, type LogRing } from './log-ring.ts'
import type { ContainerPhase, ContainerView, Termination } from './pod-status.ts'

/** Container as in a pod's spec, what of it is used here. */
export interface ContainerSpec {
  name: string
  image: string
  command?: string[]
  args?: string[]
  workingDir?: string
  stdin?: boolean
  stdinOnce?: boolean
  tty?: boolean
  restartPolicy?: string
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number; hostIP?: string }[]
  livenessProbe?: HealthProbeSpec
  readinessProbe?: HealthProbeSpec
  startupProbe?: HealthProbeSpec
  securityContext?: { runAsUser?: number; runAsGroup?: number; runAsNonRoot?: boolean }
  lifecycle?: { preStop?: { exec?: { command?: string[] }; sleep?: { seconds: number } } }
}
/** What a process of the container is started with. */
export interface ContainerLaunch {
  argv: string[]
  env: Record<string, string>
  cwd?: string
}
/** What a container needs from its pod. */
export interface ContainerHost {
  readonly clock: Clock
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never'
  /** for messages: name_namespace(uid) */
  readonly podTitle: string
  /** false while the pod has no namespaces: start() does nothing then, and is called again afterwards */
  sandboxReady(): boolean
  /** Throws ContainerConfigError. */
  prepare(spec: ContainerSpec, program: ImageProgram): ContainerLaunch
  spawn(launch: ContainerLaunch, tty: boolean): SandboxProcess
  serveDns(process: SandboxProcess, spec: ContainerSpec, launch: ContainerLaunch, log: (line: string) => void): void
  serveController(
    process: SandboxProcess,
    spec: ContainerSpec,
    log: (line: string) => void,
    tap: (listener: (stream: 'stdout' | 'stderr', bytes: Buffer) => void) => void,
  ): void
  checkHealth(container: Container, probe: HealthProbeSpec, signal: AbortSignal): Promise<HealthResult>
  run(container: Container, argv: string[], timeoutMs: number): Promise<{ code: number; output: string }>
  record(type: 'Normal' | 'Warning', reason: string, message: string, container: string): void
  /** the container's view changed */
  changed(): void
}

export interface Container {
  readonly spec: ContainerSpec
  readonly view: ContainerView
  readonly process: SandboxProcess | undefined
  readonly log: LogRing | undefined
  readonly previousLog: LogRing | undefined
  /** environment and folder of the running process, for exec */
  readonly launch: ContainerLaunch | undefined
  /** output of the running process from now on; the listener is dropped when the process ends. Returns unsubscribe. */
  tap(listener: (stream: 'stdout' | 'stderr', bytes: Buffer) => void): () => void
  /** The image of the spec was changed: what runs is replaced, what waits tries again at once. */
  setImage(image: string): void
  /** Starts or restarts it now, unless it runs or has ended for good. */
  start(): void
  /** Ends it for good: preStop, SIGTERM, after the grace period SIGKILL. Resolves when the process is gone. */
  stop(graceMs: number): Promise<void>
  /** resolves when it has ended and will not be started again */
  readonly finished: Promise<void>
}

const timestamp = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
const replaceGraceMs = 30_000
const startedNoteMs = 500
const sigterm = 15
const sigkill = 9

export function createContainer(given: ContainerSpec, host: ContainerHost): Container {
  const { clock } = host
  const spec = { ...given }
  let found = findImage(spec.image)
  const restartBackOff: BackOff = createBackOff()
  const pullBackOff: BackOff = createBackOff()
  const taps = new Set<(stream: 'stdout' | 'stderr', bytes: Buffer) => void>()
  let phase: ContainerPhase = { kind: 'waiting', reason: 'ContainerCreating' }
  let last: Termination | undefined
  let containerId = ''
  let restartCount = 0
  let ready = false
  let started = false
  let stopping = false
  /** it ends because another image takes its place, whatever the restart policy */
  let replaced = false
  let over = false
  let toRestart: Termination | undefined
  let killReason: string | undefined
  let process: SandboxProcess | undefined
  let launch: ContainerLaunch | undefined
  let log: LogRing | undefined
  let previousLog: LogRing | undefined
  let checks: HealthCheck[] = []
  let cancelTimer: (() => void) | undefined
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  const set = (next: ContainerPhase) => {
    phase = next
    host.changed()
  }
  const later = (ms: number, run: () => void) => {
    cancelTimer?.()
    cancelTimer = clock.after(ms, run)
  }
  const shouldRestart = (exitCode: number) =>
    !stopping && (replaced || host.restartPolicy === 'Always' || (host.restartPolicy === 'OnFailure' && exitCode !== 0))

  function pullFailed(): void {
    const failure = pullFailure(spec.image)
    const { name, image } = spec
    host.record('Normal', 'Pulling', `Pulling image "${image}"`, name)
    host.record('Warning', 'Failed', `Failed to pull image "${image}": ${failure}`, name)
    host.record('Warning', 'Failed', 'Error: ErrImagePull', name)
    set({ kind: 'waiting', reason: 'ErrImagePull', message: failure })
    const waitMs = pullBackOff.failed(0) || pullBackOff.failed(0)
    later(1000, () => {
      host.record('Normal', 'BackOff', `Back-off pulling image "${image}"`, name)
      host.record('Warning', 'Failed', 'Error: ImagePullBackOff', name)
      set({ kind: 'waiting', reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${failure}` })
      later(waitMs, start)
    })
  }

  function watchHealth(): void {
    const check = (probe: HealthProbeSpec, kind: 'Liveness' | 'Readiness' | 'Startup', onChange: (healthy: boolean) => void) =>
      startHealthCheck({
        spec: probe,
        clock,
        eager: kind !== 'Liveness',
        run: (signal) => host.checkHealth(container, probe, signal),
        onFailure: (detail) => host.record('Warning', 'Unhealthy', `${kind} probe failed: ${detail}`, spec.name),
        onChange,
      })
    const restart = (kind: 'liveness' | 'startup') => (healthy: boolean) => {
      if (healthy || killReason) return
      killReason = kind
      host.record('Normal', 'Killing', `Container ${spec.name} failed ${kind} probe, will be restarted`, spec.name)
      void endProcess(replaceGraceMs)
    }
    const afterStartup = () => {
      started = true
      if (spec.livenessProbe) checks.push(check(spec.livenessProbe, 'Liveness', restart('liveness')))
      if (spec.readinessProbe) {
        const setReady = (healthy: boolean) => {
          if (ready === healthy) return
          ready = healthy
          host.changed()
        }
        checks.push(check(spec.readinessProbe, 'Readiness', setReady))
      } else ready = true
    }
    if (!spec.startupProbe) {
      afterStartup()
      return
    }
    const startup = check(spec.startupProbe, 'Startup', (healthy) => {
      if (!healthy) return restart('startup')(false)
      startup.stop()
      afterStartup()
      host.changed()
    })
    checks.push(startup)
  }

  function start(): void {
    if (stopping || over || process || !host.sandboxReady()) return
    cancelTimer?.()
    if (!found) {
      pullFailed()
      return
    }
    if (toRestart) {
      last = toRestart
      toRestart = undefined
      restartCount += 1
    }
    host.record('Normal', 'Pulled', `Container image "${spec.image}" already present on machine and can be accessed by the pod`, spec.name)
    try {
      launch = host.prepare(spec, found.program)
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error
      host.record('Warning', 'Failed', `Error: ${error.message}`, spec.name)
      set({ kind: 'waiting', reason: 'CreateContainerConfigError', message: error.message })
      later(2000, start)
      return
    }
    containerId = `containerd://${randomBytes(32).toString('hex')}`
    previousLog = log
    const ring = createLogRing()
    log = ring
    killReason = undefined
    replaced = false
    const launched = launch
    const running = host.spawn(launched, spec.tty === true)
    process = running
    host.record('Normal', 'Created', 'Container created', spec.name)
    // said a moment later: that the program is not there is known only when it has ended
    const sayStarted = () => host.record('Normal', 'Started', 'Container started', spec.name)
    let cancelStarted: (() => void) | undefined = clock.after(startedNoteMs, () => {
      cancelStarted = undefined
      sayStarted()
    })
    let missing: string | undefined
    const startedMs = clock.now()
    const note = (stream: 'stdout' | 'stderr') => (bytes: Buffer) => {
      missing = cancelStarted && missingProgram(launched.argv[0] as string, bytes)
      if (missing) running.ack(bytes.length)
      else collect(running, ring, stream, bytes)
    }
    if (found.program.relay) host.serveDns(running, spec, launched, (line) => say(ring, `${line}\n`))
    else running.onStdout(note('stdout'))
    running.onStderr(note('stderr'))
    if (found.program.controller)
      host.serveController(
        running,
        spec,
        (line) => say(ring, `${line}\n`),
        (listener) => taps.add(listener),
      )
    else if (!spec.stdin && !spec.tty && !found.program.relay) running.end()
    ready = false
    started = false
    phase = { kind: 'running', startedAt: timestamp(startedMs) }
    watchHealth()
    host.changed()
    void running.exited.then((code) => {
      const failure = code === 127 && cancelStarted ? missing : undefined
      if (cancelStarted) {
        cancelStarted()
        if (!failure) sayStarted()
      }
      ended(running, ring, code, startedMs, failure)
    })
  }

  function say(ring: LogRing, text: string): void {
    const bytes = Buffer.from(text)
    ring.write('stdout', bytes)
    for (const tap of taps) tap('stdout', bytes)
  }

  function collect(from: SandboxProcess, ring: LogRing, stream: 'stdout' | 'stderr', bytes: Buffer): void {
    ring.write(stream, bytes)
    for (const tap of taps) tap(stream, bytes)
    from.ack(bytes.length)
  }

  /** `failure`: why it was never started, in runc's words. */
  function ended(from: SandboxProcess, ring: LogRing, exitCode: number, startedMs: number, failure?: string): void {
    ring.end()
    if (process !== from) return
    process = undefined
    taps.clear()
    for (const check of checks) check.stop()
    checks = []
    ready = false
    started = false
    const nowMs = clock.now()
    const message =
      failure &&
      `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${failure}: unknown`
    if (message) host.record('Warning', 'Failed', `Error: ${message}`, spec.name)
    const termination: Termination = {
      exitCode: failure ? 128 : exitCode,
      reason: failure ? 'StartError' : exitCode === 0 ? 'Completed' : 'Error',
      ...(message ? { message } : {}),
      startedAt: timestamp(failure ? 0 : startedMs),
      finishedAt: timestamp(nowMs),
      containerId,
    }
    set({ kind: 'terminated', ...termination })
    if (!shouldRestart(exitCode)) {
      over = true
      finish()
      return
    }
    toRestart = termination
    const waitMs = replaced ? 0 : restartBackOff.failed(nowMs - startedMs)
    // not at once: when all of a pod's processes die together, the news that its namespaces are gone comes a moment later
    if (waitMs === 0) {
      later(20, start)
      return
    }
    // as the kubelet: the end is seen first, the waiting after its next look
    later(1000, () => {
      last = termination
      host.record('Warning', 'BackOff', `Back-off restarting failed container ${spec.name} in pod ${host.podTitle}`, spec.name)
      const message = `back-off ${duration(waitMs)} restarting failed container=${spec.name} pod=${host.podTitle}`
      set({ kind: 'waiting', reason: 'CrashLoopBackOff', message })
      later(Math.max(0, waitMs - 1000), start)
    })
  }

  async function endProcess(graceMs: number): Promise<void> {
    const ending = process
    if (!ending) return
    const { preStop } = spec.lifecycle ?? {}
    const deadline = clock.monotonicMs() + graceMs
    if (preStop?.sleep) await clock.sleep(Math.min(graceMs, preStop.sleep.seconds * 1000))
    if (preStop?.exec?.command) await preStopCommand(preStop.exec.command, graceMs)
    ending.kill(sigterm)
    const cancel = clock.after(Math.max(0, deadline - clock.monotonicMs()), () => ending.kill(sigkill))
    await ending.exited
    cancel()
  }

  async function preStopCommand(argv: string[], timeoutMs: number): Promise<void> {
    const failed = (detail: string) => host.record('Warning', 'FailedPreStopHook', `PreStopHook failed: ${detail}`, spec.name)
    try {
      const { code, output } = await host.run(container, argv, timeoutMs)
      if (code !== 0) failed(`command '${argv.join(' ')}' exited with ${code}: ${output}`)
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error))
    }
  }

  const container: Container = {
    spec,
    get view(): ContainerView {
      return {
        name: spec.name,
        image: found ? found.image.full : spec.image,
        imageId: found && containerId ? imageId(found.image.repository, found.image.full) : '',
        containerId,
        phase,
        last,
        restartCount,
        ready: ready && phase.kind === 'running',
        started: started && phase.kind === 'running',
        willRestart: phase.kind === 'terminated' && shouldRestart(phase.exitCode),
      }
    },
    get process() {
      return process
    },
    get log() {
      return log
    },
    get previousLog() {
      return previousLog
    },
    get launch() {
      return launch
    },
    tap(listener) {
      taps.add(listener)
      return () => taps.delete(listener)
    },
    setImage(image) {
      if (spec.image === image || over) return
      spec.image = image
      found = findImage(image)
      if (!process) {
        start()
        return
      }
      host.record('Normal', 'Killing', `Container ${spec.name} definition changed, will be restarted`, spec.name)
      replaced = true
      void endProcess(replaceGraceMs)
    },
    start,
    async stop(graceMs) {
      stopping = true
      cancelTimer?.()
      for (const check of checks) check.stop()
      checks = []
      if (process) host.record('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name)
      await endProcess(graceMs)
      over = true
      finish()
    },
    finished,
  }
  return container
}

/** Stable per reference, as an image's digest is. */
function imageId(repository: string, full: string): string {
  return `${repository}@sha256:${createHash('sha256').update(full).digest('hex')}`
}

/** Go's way to print a back-off: 10s, 1m20s, 5m0s. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
