// The TypeScript side of podwire-probe (native/probe*.c): what a network probe is on its command line, and what its line of output says.
// Runtimes start the program in the target's network namespace; the kubelet uses it for readiness and liveness.
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import type { NetworkProbe, ProbeResult } from '../spec/probe.ts'

const probeTry = z.object({
  outcome: z.enum(['answered', 'refused', 'timeout', 'unreachable', 'unresolved', 'error']),
  ms: z.number(),
  address: z.string().optional(),
  status: z.number().optional(),
  body: z.string().optional(),
  rcode: z.string().optional(),
  answers: z.array(z.string()).optional(),
  reason: z.string().optional(),
})
const probeResult = z.object({ tries: z.array(probeTry).min(1) }) satisfies z.ZodType<ProbeResult>

/** The arguments of podwire-probe, without the program's name. `from` is the caller's business. */
export function probeArguments(probe: NetworkProbe): string[] {
  return [...kindArguments(probe), '--times', String(probe.times), '--timeout-ms', String(probe.timeoutMs)]
}

function kindArguments(probe: NetworkProbe): string[] {
  if ('http' in probe) {
    const headers = Object.entries(probe.http.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
    return ['http', '--url', probe.http.url, '--method', probe.http.method, ...headers]
  }
  if ('tcp' in probe) return ['tcp', '--host', probe.tcp.host, '--port', String(probe.tcp.port)]
  if ('udp' in probe) return ['udp', '--host', probe.udp.host, '--port', String(probe.udp.port), '--send', probe.udp.send]
  if ('ping' in probe) return ['ping', '--host', probe.ping.host]
  const { name, type, server, tcp } = probe.dns
  return ['dns', '--name', name, '--type', type, ...(server ? ['--server', server] : []), ...(tcp ? ['--tcp'] : [])]
}

/** How long podwire-probe may run for this probe before its caller gives it up, in ms: its own timeout and a margin for a busy machine. */
export function probeBudgetMs(probe: NetworkProbe): number {
  return probe.timeoutMs + 2000
}

/** Reads the one line podwire-probe printed. Throws LabError `internal` when it is not a result, e.g. because the prober could not start. */
export function parseProbeOutput(stdout: Buffer): ProbeResult {
  const text = stdout.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new LabError('internal', `podwire-probe printed no result: ${JSON.stringify(text.slice(0, 200))}`, { cause })
  }
  const parsed = probeResult.safeParse(value)
  if (!parsed.success)
    throw new LabError('internal', `podwire-probe printed a result of another form: ${text.slice(0, 200)}`, { cause: parsed.error })
  return parsed.data
}
