// Takes one readiness, liveness or startup probe: over the network from the pod's node, or as a command in the pod. In the kubelet's words.
import { LabError } from '../../spec/errors.ts'
import type { Container } from './container.ts'
import type { HealthProbeSpec, HealthResult } from './health-check.ts'
import type { KubeletOptions } from './kubelet.ts'

interface Where {
  options: KubeletOptions
  sandbox: string
  address: string
}

const portNumber = (container: Container, port: number | string): number | undefined =>
  typeof port === 'number' ? port : container.spec.ports?.find(({ name }) => name === port)?.containerPort

export async function checkContainer(
  container: Container,
  spec: HealthProbeSpec,
  where: Where,
  signal: AbortSignal,
): Promise<HealthResult> {
  const timeoutMs = (spec.timeoutSeconds ?? 1) * 1000
  if (spec.exec) return checkCommand(container, spec.exec.command ?? [], where, timeoutMs)
  const target = spec.httpGet ?? spec.tcpSocket
  if (!target) return { ok: false, detail: 'missing probe handler' }
  const port = portNumber(container, target.port)
  if (port === undefined) return { ok: false, detail: `couldn't find port: ${JSON.stringify(target.port)}` }
  const host = target.host || where.address
  const { check } = where.options
  if (!spec.httpGet) return check.tcp(where.options.node.name, { host, port }, timeoutMs, signal)
  const path = spec.httpGet.path ?? '/'
  const url = `${(spec.httpGet.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path.startsWith('/') ? path : `/${path}`}`
  const headers = Object.fromEntries((spec.httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]))
  return check.http(where.options.node.name, { url, headers }, timeoutMs, signal)
}

async function checkCommand(container: Container, argv: string[], { options, sandbox }: Where, timeoutMs: number): Promise<HealthResult> {
  const env = container.launch?.env ?? {}
  try {
    const { code, stdout, stderr } = await options.init.run({ namespace: sandbox, view: 'inside', argv, env, timeoutMs })
    return { ok: code === 0, detail: Buffer.concat([stdout, stderr]).toString('utf8') }
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'timeout') throw error
    return { ok: false, detail: `command timed out: "${argv.join(' ')}" timed out after ${timeoutMs / 1000}s` }
  }
}
