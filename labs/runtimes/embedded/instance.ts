// One running sandbox with a ready cluster in it. Creating a lab makes one; restoring it makes another in its place.
import { setTimeout as delay } from 'node:timers/promises'
import { buildLan, plugHosts } from '../../cluster/cni/network.ts'
import { shapeOf } from '../../cluster/cni/shapes/index.ts'
import { type LanHost, laptop } from '../../cluster/cni/topology.ts'
import { LabError } from '../../spec/errors.ts'
import { requireEbpf } from '../../system/ebpf-needs.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { sandboxHostname } from '../../system/sandbox-processes.ts'
import type { ClusterSpec, StepReport } from '../runtime.ts'
import { type ControlClient, createControlClient } from './control-client.ts'
import { installProgram } from './ebpf/install.ts'
import { openLabCgroup, openProgramsCgroup } from './limits.ts'
import { requirePackages } from './packages.ts'
import { startSandbox } from './sandbox.ts'

/** A dying sandbox breaks what is under way a moment before its own end, which tells more, is known. */
const lastWordsMs = 500

export interface Instance {
  init: SandboxInit
  control: ControlClient
  /** of the sandbox's first process, on this machine */
  pid: number
  /** settles when the sandbox or its control plane has ended; the value says why */
  ended: Promise<string>
  ranOutOfMemory(): boolean
  addHosts(hosts: ClusterSpec['hosts'], signal?: AbortSignal): Promise<void>
  kill(): Promise<void>
}
export interface InstanceOptions {
  assets: string
  log: Log
  spec: ClusterSpec
  signal: AbortSignal
  onStep(report: StepReport): void
}

/** Outside hosts as the control plane knows them: where they are, and what runs on them. */
const onLan = (hosts: ClusterSpec['hosts']) => ({
  hosts: hosts.map(({ name, address, names, routes }) => ({ name, address, names, routes })),
  programs: hosts.flatMap(({ name, run }) => run.map(({ image, args }) => ({ host: name, image, args }))),
})

/** Throws what kept it from starting, or the signal's reason; nothing is left behind then. */
export async function startInstance({ assets, log, spec, signal, onStep }: InstanceOptions): Promise<Instance> {
  const { labId, folder, memoryMB, cni = 'kindnet', privileged, ebpf = [] } = spec
  const shape = shapeOf(cni)
  requirePackages(`The CNI shape ${shape.name}`, shape.needs)
  if (privileged) requireEbpf()
  const steps = createStepClock(onStep)
  steps.report('sandbox', 'running')
  const limiting = memoryMB === undefined ? undefined : openLabCgroup({ labId, folder, memoryMB }, log)
  const cgroup = limiting ?? (ebpf.some(({ attach }) => 'cgroup' in attach) ? openProgramsCgroup({ labId, folder }) : undefined)
  const sandbox = await startSandbox({ assets, hostname: sandboxHostname(labId), log, signal, cgroup, bpfMaps: privileged })
  let tellFailed: (reason: string) => void = () => {}
  const failed = new Promise<string>((resolve) => {
    tellFailed = resolve
  })
  const ended = Promise.race([sandbox.exited, failed])
  const control = createControlClient(sandbox.channel, {
    onStep: steps.report,
    onFailed: tellFailed,
    onLost: (reason) => setTimeout(() => tellFailed(`its control plane is gone: ${reason}`), lastWordsMs).unref(),
  })
  const kill = async () => {
    await sandbox.kill()
    control.close()
  }
  try {
    const outside = onLan(spec.hosts)
    const hosts: LanHost[] = [laptop, ...outside.hosts]
    const died = ended.then((reason): never => {
      if (sandbox.ranOutOfMemory())
        throw new LabError('lab-limit', `The cluster did not start within the ${memoryMB} MB of memory it may use.`)
      throw new LabError('cluster-failed', `The cluster did not start: ${reason}`)
    })
    const start = async () => {
      await sandbox.startControl(JSON.stringify({ cni, hosts, programs: outside.programs }))
      steps.report('sandbox', 'done')
      // while Node starts up in the sandbox, and finds it done
      steps.report('network', 'running')
      await buildLan(sandbox.init, hosts, shape)
      steps.report('network', 'done')
      await control.call('start', null, signal)
      for (const program of ebpf) await installProgram(program, { assets, sandbox, cgroup: cgroup?.folder, signal })
    }
    const started = start().catch(async (error) => {
      if (!signal.aborted) await Promise.race([died, delay(lastWordsMs)])
      throw error
    })
    await Promise.race([started, died])
    died.catch(() => {}) // from now on `ended` tells
    return {
      init: sandbox.init,
      control,
      pid: sandbox.pid,
      ended,
      ranOutOfMemory: sandbox.ranOutOfMemory,
      kill,
      async addHosts(added, abort) {
        const more = onLan(added)
        await plugHosts(sandbox.init, more.hosts)
        await control.call('addHosts', more, abort)
      },
    }
  } catch (error) {
    steps.fail(error)
    await kill()
    throw error
  }
}

/** Adds durations to steps, and knows which one was under way when it all failed. */
function createStepClock(onStep: InstanceOptions['onStep']) {
  const started = new Map<string, number>()
  return {
    report(id: string, state: 'running' | 'done') {
      if (state === 'running') {
        started.set(id, performance.now())
        onStep({ id, state })
        return
      }
      const ms = Math.round(performance.now() - (started.get(id) ?? performance.now()))
      started.delete(id)
      onStep({ id, state, ms })
    },
    fail(error: unknown) {
      const detail = error instanceof Error ? error.message : String(error)
      for (const id of started.keys()) onStep({ id, state: 'failed', detail })
    },
  }
}
