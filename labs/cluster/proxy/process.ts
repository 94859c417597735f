// kube-proxy's process on one node. The rules are the applier's; this has what can be seen of it from the node: a process that can be stopped and killed,
// and the ports where balancers and probes ask how it is. Its sockets are those of a relay, as CoreDNS's are.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import { httpReply, requestPath } from '../dns/http.ts'
import { openRelay, type Relay, type RelayedQuery } from '../dns/relay.ts'
import { healthCheckNodePorts, localReadyEndpoints, type ProxyHealth, proxyHealthPort, proxyReply, serviceReply } from './health.ts'
import type { RestorePlan } from './render.ts'

export interface ProxyProcessOptions {
  /** starts podwire-workload's kube-proxy on the node */
  spawn(): SandboxProcess
  health(): ProxyHealth
  /** false: the node is to be removed */
  nodeEligible(): boolean
  /** Somebody else has the port of a Service (`namespace/name`); `why` as Go words it. Tried again with the next sync. */
  onPortTaken(service: string, port: number, why: string): void
  /** It had been killed and runs again: like any that starts, it writes everything. */
  onRestart(): void
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
}
export interface ProxyProcess {
  /** What was written now: opens and closes the Services' ports. */
  update(plan: RestorePlan): void
  /** As SIGSTOP and SIGCONT do. A process that takes its place is not stopped. */
  pause(): void
  resume(): void
}

const restartMs = 1000
/** upstream's wait before it tries its own port again */
const ownPortRetryMs = 5000
const sigcont = 18
const sigstop = 19

export function startProxyProcess(options: ProxyProcessOptions): ProxyProcess {
  const { clock, log } = options
  let plan: RestorePlan | undefined
  let process: SandboxProcess
  let relay: Relay
  let open = new Map<number, string>()

  async function answer({ port, message }: RelayedQuery): Promise<Uint8Array | undefined> {
    const health = options.health()
    const service = open.get(port)
    if (port !== proxyHealthPort && !service) return undefined
    const reply = service
      ? serviceReply(service, plan ? localReadyEndpoints(plan, service) : 0, health.healthy)
      : proxyReply(requestPath(message.toString('latin1')), health, options.nodeEligible(), clock.now())
    return Buffer.from(httpReply(reply, new Date(clock.now())))
  }

  function openPorts(): void {
    const wanted = plan ? healthCheckNodePorts(plan) : new Map<number, string>()
    for (const [port, service] of open) if (wanted.get(port) !== service) relay.close('http', port)
    for (const [port, service] of wanted) if (open.get(port) !== service) relay.listen('http', port)
    open = wanted
  }

  function onTaken(port: number, line: string): void {
    if (port === proxyHealthPort) {
      log.warn({ line }, 'kube-proxy: its own port for health checks is taken')
      const mine = relay
      clock.after(ownPortRetryMs, () => mine === relay && mine.listen('http', port))
      return
    }
    const service = open.get(port)
    if (service === undefined) return
    open.delete(port)
    options.onPortTaken(service, port, line)
  }

  function start(): void {
    process = options.spawn()
    const mine = process
    let rest = ''
    process.onStderr((bytes) => {
      mine.ack(bytes.length)
      const lines = (rest + bytes.toString('utf8')).split('\n')
      rest = lines.pop()?.slice(-1000) ?? ''
      for (const line of lines) {
        const port = /^listen tcp4 0\.0\.0\.0:(\d+): /.exec(line)?.[1]
        if (port && mine === process) onTaken(Number(port), line)
      }
    })
    relay = openRelay(process, { answer }, log)
    relay.listen('http', proxyHealthPort)
    open = new Map()
    openPorts()
    void process.exited.then((code) => {
      log.info({ code }, "kube-proxy's process ended and is started again")
      clock.after(restartMs, () => {
        start()
        options.onRestart()
      })
    })
  }
  start()

  return {
    update(next) {
      plan = next
      openPorts()
    },
    pause: () => process.kill(sigstop),
    resume: () => process.kill(sigcont),
  }
}
