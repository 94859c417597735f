// Network probes of kubelets, taken by podwire-probe in the node's network namespace and told in the kubelet's words.
import type { NetworkProbe, ProbeTry } from '../../spec/probe.ts'
import { parseProbeOutput, probeArguments, probeBudgetMs } from '../../system/prober.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { HealthResult } from './health-check.ts'
import type { NodeCheck } from './kubelet.ts'

const prober = 'podwire-probe'

export function createNodeCheck(init: SandboxInit): NodeCheck {
  async function take(node: string, probe: NetworkProbe): Promise<ProbeTry> {
    const { stdout } = await init.run({
      namespace: node,
      view: 'platform',
      argv: [prober, ...probeArguments(probe)],
      timeoutMs: probeBudgetMs(probe),
    })
    return parseProbeOutput(stdout).tries[0] as ProbeTry
  }
  return {
    async http(node, { url, headers }, timeoutMs) {
      const http = { url, method: 'GET' as const, headers: { 'User-Agent': 'kube-probe/1.37', ...headers }, expect: 'answered' as const }
      return httpHealth(url, await take(node, { from: `node/${node}`, http, times: 1, timeoutMs }))
    },
    async tcp(node, { host, port }, timeoutMs) {
      const seen = await take(node, { from: `node/${node}`, tcp: { host, port, expect: 'answered' }, times: 1, timeoutMs })
      return { ok: seen.outcome === 'answered', detail: dialError(`${host}:${port}`, seen) }
    },
  }
}

/** As Go's net package words it. */
function dialError(address: string, { outcome, reason }: ProbeTry): string {
  const words: Partial<Record<ProbeTry['outcome'], string>> = {
    refused: 'connect: connection refused',
    timeout: 'i/o timeout',
    unreachable: reason === 'ENETUNREACH' ? 'connect: network is unreachable' : 'connect: no route to host',
  }
  return `dial tcp ${address}: ${words[outcome] ?? reason ?? outcome}`
}

function httpHealth(url: string, seen: ProbeTry): HealthResult {
  if (seen.outcome === 'answered') {
    const status = seen.status ?? 0
    return { ok: status >= 200 && status < 400, detail: `HTTP probe failed with statuscode: ${status}` }
  }
  if (seen.outcome === 'timeout') {
    return { ok: false, detail: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` }
  }
  return { ok: false, detail: `Get "${url}": ${dialError(new URL(url).host, seen)}` }
}
