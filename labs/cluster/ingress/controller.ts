// ingress-nginx's controller for one Pod: it writes nginx.conf there, starts the real nginx, has it read the file again, and writes the Ingresses' status.
// The kubelet runs nginx; this half lives in the control plane, as CoreDNS' does.
import type { Clock } from '../../system/clock.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import type { ApiStore, KubeObject, WatchEvent } from '../api/store.ts'
import { createEventRecorder } from '../controllers/events.ts'
import { type ClassOptions, whyNotOurs } from './class.ts'
import { readFlags } from './flags.ts'
import { klogLine } from './klog.ts'
import { type IngressClassObject, type IngressInputs, type IngressObject, keyOf } from './objects.ts'
import { renderNginx } from './render.ts'
import { doorAddresses, writeStatus } from './status.ts'

/** What the controller sees of its container. */
export interface ControllerContainer {
  pod: KubeObject
  arguments: readonly string[]
  writeFile(path: string, text: string): Promise<void>
  /** a line on stdout */
  log(line: string): void
  /** what nginx itself prints */
  tap(listener: (stream: 'stdout' | 'stderr', bytes: Buffer) => void): void
}
export interface ControllerOptions {
  store: ApiStore
  clock: Clock
  process: Pick<SandboxProcess, 'write' | 'end' | 'kill' | 'exited'>
}

const component = 'nginx-ingress-controller'
const configPath = '/etc/nginx/nginx.conf'
/** many changes of one moment are one reload */
const gatherMs = 50
const retryMs = 1000
const sighup = 1

/** Runs for as long as the process does. The program waits for a line on its standard input before it becomes nginx. */
export function startIngressController(options: ControllerOptions, inside: ControllerContainer): void {
  const { store, clock, process } = options
  const { pod } = inside
  const recorder = createEventRecorder(store, clock)
  const log = (level: 'I' | 'W' | 'E', place: string, message: string) => inside.log(klogLine(level, clock.now(), place, message))
  let classes: ClassOptions
  try {
    classes = readFlags(inside.arguments)
  } catch (error) {
    inside.log(error instanceof Error ? error.message : String(error))
    process.end()
    return
  }

  const ours = new Set<string>()
  let state: 'new' | 'starting' | 'running' | 'reloading' | 'ended' = 'new'
  /** what nginx has, or is about to read */
  let written = ''
  let warned = ''
  let cancelSync: (() => void) | undefined

  const why = (ingress: KubeObject) =>
    whyNotOurs(ingress as unknown as IngressObject, store.list('ingressclasses') as unknown as IngressClassObject[], classes)
  const named = (ingress: KubeObject) => `ingress="${keyOf(ingress)}"`
  const say = (about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string) =>
    recorder.record(component, about, { type, reason, message })

  function noticed({ type, object }: WatchEvent): void {
    const key = keyOf(object)
    const problem = type === 'DELETED' ? 'deleted' : why(object)
    if (problem === undefined) {
      if (!ours.has(key))
        log('I', 'store.go:440', `"Found valid IngressClass" ${named(object)} ingressclass="${object.spec?.ingressClassName ?? '_'}"`)
      ours.add(key)
      say(object, 'Normal', 'Sync', 'Scheduled for sync')
    } else if (ours.delete(key)) {
      if (type !== 'DELETED') log('I', 'store.go:484', `"removing ingress because of unknown ingressclass" ${named(object)}`)
    } else if (type === 'ADDED') {
      log(
        'I',
        'store.go:436',
        `"Ignoring ingress because of error while validating ingress class" ${named(object)} error=${JSON.stringify(problem)}`,
      )
    }
  }

  function inputs(): IngressInputs {
    const ingresses = store.list('ingresses').filter((each) => why(each) === undefined)
    return { ingresses, services: store.list('services'), endpointSlices: store.list('endpointslices') } as unknown as IngressInputs
  }

  function syncSoon(): void {
    if (state !== 'ended') cancelSync ??= clock.after(gatherMs, () => void sync().catch(failed))
  }
  async function sync(): Promise<void> {
    cancelSync = undefined
    const current = inputs()
    for (const ingress of current.ingresses) writeStatus(store, ingress as unknown as KubeObject, doorAddresses(store, pod))
    if (state === 'starting' || state === 'reloading') return // what nginx says next brings us here again
    const { text, warnings } = renderNginx(current)
    if (text === written) return
    if (warnings.join() !== warned) for (const warning of warnings) log('W', 'controller.go:1216', warning)
    warned = warnings.join()
    written = text
    const isFirst = state === 'new'
    state = isFirst ? 'starting' : 'reloading'
    log('I', 'controller.go:196', '"Configuration changes detected, backend reload required"')
    await inside.writeFile(configPath, text)
    if (isFirst) process.write(Buffer.from('\n'))
    else process.kill(sighup)
  }

  /** The file could not be written: the Pod is going, or its disk is full. */
  function failed(error: unknown): void {
    if (state === 'ended') return
    log('E', 'queue.go:131', `"requeuing" err=${JSON.stringify(String(error))}`)
    written = ''
    state = state === 'starting' ? 'new' : 'running'
    cancelSync = clock.after(retryMs, () => void sync().catch(failed))
  }

  let line = ''
  inside.tap((stream, bytes) => {
    if (stream !== 'stderr') return
    const lines = (line + bytes.toString('utf8')).split('\n')
    line = lines.pop() ?? ''
    for (const text of lines) heard(text)
  })
  function heard(text: string): void {
    if (state !== 'starting' && state !== 'reloading') return
    const emergency = /\[emerg\] (.*)/.exec(text)?.[1]
    if (emergency) {
      log('E', 'controller.go:208', `Unexpected failure reloading the backend:\n${emergency}`)
      say(pod, 'Warning', 'RELOAD', `Error reloading NGINX: ${emergency}`)
    } else if (!text.endsWith('start worker processes')) return
    else {
      log('I', 'controller.go:216', '"Backend successfully reloaded"')
      say(pod, 'Normal', 'RELOAD', 'NGINX reload triggered due to a change in configuration')
    }
    state = 'running'
    syncSoon()
  }

  const watched = ['ingresses', 'ingressclasses', 'services', 'endpointslices', 'pods'].map((resource) =>
    store.watch(resource, (event) => {
      if (resource === 'ingresses') noticed(event)
      if (resource !== 'pods' || event.object.metadata.namespace === pod.metadata.namespace) syncSoon()
    }),
  )
  void process.exited.then(() => {
    state = 'ended'
    cancelSync?.()
    for (const unwatch of watched) unwatch()
    // one that ends as it was told takes its address back; one that was killed cannot
    const { namespace, name, uid } = pod.metadata
    const now = store.get('pods', namespace, name)
    if (now?.metadata.uid === uid && !now.metadata.deletionTimestamp) return
    for (const ingress of inputs().ingresses) writeStatus(store, ingress as unknown as KubeObject, doorAddresses(store, pod))
  })
}
