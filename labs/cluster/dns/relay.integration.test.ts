// dns-relay and the prober in a real network namespace: queries over UDP and TCP, answered here, and names looked up with a pod's own resolver files.
// Needs root and a C compiler; says so when it cannot run.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProbeTry } from '../../spec/probe.ts'
import { systemClock } from '../../system/clock.ts'
import { parseProbeOutput } from '../../system/prober.ts'
import { startCoreDns } from './process.ts'
import { openRelay, type RelayedQuery } from './relay.ts'
import type { DnsView } from './view.ts'

const reason =
  process.getuid?.() !== 0 ? 'needs root for a network namespace' : spawnSync('cc', ['--version']).error ? 'needs cc' : undefined

const space = `pwdns${process.pid}`
const dnsAddress = '10.96.0.10'
const pod = '10.244.1.5'
const view: DnsView = {
  pods: [],
  namespaces: [{ metadata: { name: 'shop' } }],
  services: [
    { metadata: { name: 'web', namespace: 'shop' }, spec: { clusterIP: pod, ports: [{ name: 'http', port: 8080 }] } },
    { metadata: { name: 'many', namespace: 'shop' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
  ],
  endpointSlices: [
    {
      metadata: { namespace: 'shop', labels: { 'kubernetes.io/service-name': 'many' } },
      endpoints: Array.from({ length: 60 }, (_, i) => ({ addresses: [`10.244.2.${i + 1}`] })),
      ports: [{ port: 80 }],
    },
  ],
}

const corefile = `.:53 {
    errors
    health :18080
    log slow.test
    kubernetes cluster.local in-addr.arpa {
       fallthrough in-addr.arpa
    }
    forward . 127.0.0.1:5399 {
       max_connect_attempts 1
    }
}
`

describe.skipIf(reason !== undefined)(`real sockets${reason ? `: skipped, ${reason}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-dns-'))
  const root = join(folder, 'root')
  const children: ChildProcess[] = []
  const errors: unknown[] = []
  const lines: string[] = []
  const start = (argv: string[], stdio: 'pipe' | 'ignore') => {
    const child = spawn('ip', ['netns', 'exec', space, ...argv], { stdio: [stdio, stdio, 'ignore'] })
    children.push(child)
    return child
  }
  const probe = async (...argv: string[]): Promise<ProbeTry[]> => {
    const command = ['netns', 'exec', space, 'env', `ROOT=${root}`, join(folder, 'podwire-probe'), ...argv]
    return parseProbeOutput(Buffer.from((await promisify(execFile)('ip', command)).stdout)).tries
  }
  const resolver = (text: string) => writeFileSync(join(root, 'etc/resolv.conf'), text)
  const cluster = `search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${dnsAddress}\noptions ndots:5\n`

  beforeAll(async () => {
    const native = new URL('../../system/native/', import.meta.url).pathname
    for (const program of ['probe', 'workload']) {
      const sources = readdirSync(native).filter((f) => f.startsWith(program) && f.endsWith('.c'))
      execFileSync('cc', ['-O1', '-static', ...sources.map((f) => join(native, f)), '-o', join(folder, `podwire-${program}`)])
    }
    mkdirSync(join(root, 'etc'), { recursive: true })
    writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n${pod} partner.test  # the first address of two\n`)
    resolver(cluster)
    execFileSync('ip', ['netns', 'add', space])
    // the second address is the one asked: an answer from the first would not be taken
    execFileSync('ip', ['-n', space, '-batch', '-'], {
      input: `link set lo up\naddr add ${pod}/32 dev lo\naddr add ${dnsAddress}/32 dev lo\n`,
    })
    start([join(folder, 'podwire-workload'), 'agnhost', 'netexec'], 'ignore')
    const relay = start([join(folder, 'podwire-workload'), 'dns-relay'], 'pipe')
    relay.stdin?.on('error', () => {}) // it is killed at the end, maybe with an answer on its way
    const process = {
      onStdout: (listener: (bytes: Buffer) => void) => void relay.stdout?.on('data', listener),
      ack: () => {},
      write: (bytes: Buffer) => void relay.stdin?.write(bytes),
      kill: () => void relay.kill('SIGKILL'),
      exited: new Promise<number>((resolve) => relay.once('close', (code) => resolve(code ?? 1))),
    }
    const door = openRelay(
      process,
      { answer: (query: RelayedQuery) => coredns.answer(query), onTerminate: () => coredns.terminate() },
      { error: (...given: unknown[]) => errors.push(given) },
    )
    const coredns = startCoreDns({
      arguments: ['-conf', 'Corefile'],
      variables: {},
      relay: door,
      view: () => view,
      serial: 1,
      clock: systemClock,
      readFile: async () => corefile,
      log: (line) => lines.push(line),
    })
    const deadline = Date.now() + 10_000
    const up = async () => (await probe('http', '--url', 'http://web:8080/hostname'))[0]?.outcome === 'answered'
    while (!(await up()) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50))
  })
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    execFileSync('ip', ['netns', 'delete', space])
    rmSync(folder, { recursive: true })
  })

  test('twenty requests at once by a short name: the search list, then HTTP', async () => {
    resolver(cluster)
    const tries = await probe('http', '--url', 'http://web:8080/clientip', '--times', '20')
    expect(tries).toHaveLength(20)
    for (const one of tries)
      expect(one).toMatchObject({ outcome: 'answered', status: 200, address: pod, body: expect.stringMatching(/^10\.244\.1\.5:\d+$/) })
  })

  test('dns probes: UDP, TCP, SRV, names that do not exist, and a truncated answer asked again over TCP', async () => {
    resolver(cluster)
    const name = ['--name', 'web.shop.svc.cluster.local']
    expect((await probe('dns', ...name))[0]).toMatchObject({ outcome: 'answered', rcode: 'NOERROR', answers: [pod] })
    expect((await probe('dns', ...name, '--tcp'))[0]).toMatchObject({ rcode: 'NOERROR', answers: [pod] })
    expect((await probe('dns', '--name', '_http._tcp.web.shop.svc.cluster.local', '--type', 'SRV'))[0]?.answers).toEqual([
      '0 100 8080 web.shop.svc.cluster.local.',
    ])
    expect((await probe('dns', '--name', pod, '--type', 'PTR'))[0]?.answers).toEqual(['web.shop.svc.cluster.local.'])
    expect((await probe('dns', '--name', 'dns-version.cluster.local', '--type', 'TXT'))[0]?.answers).toEqual(['"1.1.0"'])
    expect((await probe('dns', '--name', 'web'))[0]).toMatchObject({ outcome: 'answered', rcode: 'SERVFAIL', answers: [] }) // no search list, as dig
    expect((await probe('dns', '--name', 'x.shop.svc.cluster.local'))[0]).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
    expect((await probe('dns', '--name', 'many.shop.svc.cluster.local'))[0]?.answers).toHaveLength(60)
    expect((await probe('dns', ...name, '--server', pod))[0]).toMatchObject({ address: pod, rcode: 'NOERROR' })
  })

  test('the resolver obeys hosts, ndots and use-vc, and says why a name cannot be resolved', async () => {
    const tcp = async (host: string) => (await probe('tcp', '--host', host, '--port', '8080', '--timeout-ms', '200'))[0]
    resolver(cluster)
    expect(await tcp('partner.test')).toMatchObject({ outcome: 'answered', address: pod })
    expect(await tcp('web.')).toMatchObject({ outcome: 'unresolved', reason: 'SERVFAIL' })
    resolver(`nameserver ${dnsAddress}\nsearch shop.svc.cluster.local\noptions ndots:1 use-vc\n`)
    expect(await tcp('web')).toMatchObject({ outcome: 'answered', address: pod })
    expect(await tcp('nosuch.shop.svc.cluster.local')).toMatchObject({ outcome: 'unresolved', reason: 'NXDOMAIN' })
    resolver(`nameserver ${dnsAddress}\n`)
    expect(await tcp('web')).toMatchObject({ outcome: 'unresolved', reason: 'SERVFAIL' })
    resolver('nameserver 10.99.99.99\n')
    expect(await tcp('web')).toMatchObject({ outcome: 'unresolved', reason: 'ENETUNREACH from 10.99.99.99' })
    resolver(`nameserver 10.99.99.99\nnameserver ${dnsAddress}\nsearch shop.svc.cluster.local\n`)
    expect(await tcp('web')).toMatchObject({ outcome: 'answered', address: pod }) // the second server
  })

  test('links, pipes and folders in place of the files do no harm', async () => {
    const path = join(root, 'etc/resolv.conf')
    const tcp = async () => (await probe('tcp', '--host', 'web', '--port', '8080', '--timeout-ms', '200'))[0]
    const outside = join(folder, 'outside.conf')
    writeFileSync(outside, cluster)
    for (const target of [outside, `../../../../../../..${outside}`, '/proc/self/environ']) {
      rmSync(path, { recursive: true, force: true })
      symlinkSync(target, path)
      expect((await tcp())?.outcome).toBe('unresolved') // not read: 127.0.0.1 is asked, and knows no search list
    }
    rmSync(path)
    execFileSync('mkfifo', [path])
    expect((await tcp())?.outcome).toBe('unresolved')
    rmSync(path)
    symlinkSync('/etc/inside.conf', path) // within the root it is fine
    writeFileSync(join(root, 'etc/inside.conf'), cluster)
    expect(await tcp()).toMatchObject({ outcome: 'answered', address: pod })
    rmSync(path)
  })

  test('health answers over HTTP, and forwarded queries leave as packets: a closed port is heard of at once', async () => {
    expect((await probe('http', '--url', `http://${pod}:18080/health`))[0]).toMatchObject({ outcome: 'answered', status: 200, body: 'OK' })
    expect((await probe('http', '--url', `http://${pod}:18080/other`))[0]).toMatchObject({ status: 404 })
    resolver(cluster)
    expect((await probe('dns', '--name', 'slow.test'))[0]).toMatchObject({ rcode: 'SERVFAIL' })
    expect(lines.slice(-2).join('\n')).toMatch(
      /"A IN slow\.test\. udp \d+ false \d+" SERVFAIL qr,.*\n\[ERROR\] plugin\/errors: 2 slow\.test\. A: read udp 127\.0\.0\.1:\d+->127\.0\.0\.1:5399: read: connection refused$/,
    )
  })

  test('nothing failed behind the scenes', () => {
    expect(errors).toEqual([])
  })
})
