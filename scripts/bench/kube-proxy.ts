// Upstream's kube-proxy: its binary, taken out of a kind node, and one process of it in a network namespace. Used by proxy.ts.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nodeContainer } from '../../labs/runtimes/kind/names.ts'
import { startLab } from './labs.ts'

/** Gives the path of a kube-proxy: PODWIRE_BENCH_KUBE_PROXY, or one copied out of a kind lab that is started for it. */
export async function obtainKubeProxy(folder: string): Promise<string> {
  const given = process.env.PODWIRE_BENCH_KUBE_PROXY
  if (given) {
    if (!existsSync(given)) throw new Error(`PODWIRE_BENCH_KUBE_PROXY names ${given}, which does not exist.`)
    return given
  }
  const lab = await startLab('sd-selector-typo', 'bench-kube-proxy', { timeoutMs: 240_000, runtime: 'kind' })
  try {
    const file = join(folder, 'kube-proxy')
    const output = openSync(file, 'w', 0o755)
    const script = 'cat /proc/$(pgrep -x kube-proxy | head -1)/exe'
    execFileSync('docker', ['exec', nodeContainer(lab.first.labId, 'worker'), 'sh', '-c', script], { stdio: ['ignore', output, 'inherit'] })
    closeSync(output)
    return file
  } finally {
    await lab.stop()
  }
}

export interface RivalOptions {
  binary: string
  /** its files go there */
  folder: string
  namespace: string
  /** an address of the namespace that this process reaches */
  address: string
  kubeconfig: string
}

/** Seconds spent in syncs of one kind, and how many there were, by kube-proxy's own clock. */
export interface Syncs {
  seconds: number
  count: number
}

export interface KubeProxy {
  syncs(which: 'full' | 'partial'): Promise<Syncs>
  stop(): Promise<void>
}

export async function startKubeProxy({ binary, folder, namespace, address, kubeconfig }: RivalOptions): Promise<KubeProxy> {
  const config = join(folder, 'kube-proxy.yaml')
  const logFile = join(folder, 'kube-proxy.log')
  const settings = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: '10.244.0.0/16',
    hostnameOverride: 'worker',
    metricsBindAddress: `${address}:10249`,
    clientConnection: { kubeconfig, contentType: 'application/json', acceptContentTypes: 'application/json', qps: 1000, burst: 1000 },
    conntrack: { maxPerCore: 0, min: 0 },
  }
  writeFileSync(config, JSON.stringify(settings))
  const log = openSync(logFile, 'w')
  const argv = [`--net=/run/netns/${namespace}`, binary, `--config=${config}`, '-v=2']
  const child: ChildProcess = spawn('nsenter', argv, { stdio: ['ignore', log, log] })
  closeSync(log)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    async syncs(which) {
      if (child.exitCode !== null) throw new Error(`kube-proxy ended:\n${readFileSync(logFile, 'utf8').split('\n').slice(-5).join('\n')}`)
      const text = await fetch(`http://${address}:10249/metrics`).then(
        (r) => r.text(),
        () => '', // it does not listen yet
      )
      const value = (part: string) =>
        Number(new RegExp(`^kubeproxy_sync_${which}_proxy_rules_duration_seconds_${part}(?:{.*})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
      return { seconds: value('sum'), count: value('count') }
    },
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Waits for one more sync of a kind than before; gives its milliseconds. */
export async function nextSyncMs(proxy: KubeProxy, which: 'full' | 'partial', before: Syncs, timeoutMs = 120_000): Promise<number> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await delay(100)) {
    const now = await proxy.syncs(which)
    if (now.count > before.count) return ((now.seconds - before.seconds) / (now.count - before.count)) * 1000
  }
  throw new Error(`kube-proxy did not sync in ${timeoutMs / 1000} s`)
}
