// What every runtime must do, as one suite: `runtimeContract('embedded', …)` in the runtime's own integration test.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dnsProbe, httpProbe, type NetworkProbe, pingProbe, tcpProbe, udpProbe } from '../spec/probe.ts'
import { formatTarget, parseTarget } from '../spec/target.ts'
import { contractHosts, contractManifest, egressPolicy, ingressPolicy } from './contract-manifest.ts'
import type { Cluster, LabProcess, Runtime, SpawnOptions, StepReport } from './runtime.ts'

export interface ContractOptions {
  runtime(): Runtime | Promise<Runtime>
  settleMs: number
  /** how long creation and first workloads may take; default two minutes */
  setUpMs?: number
  /** What is left of a destroyed cluster; must be empty. */
  leftovers(labId: string): Promise<string[]>
}

const http = (from: string, url: string, more: object = {}): NetworkProbe =>
  httpProbe.parse({ from, http: { url, ...more }, timeoutMs: 1000 })
const tcp = (from: string, host: string, port: number): NetworkProbe => tcpProbe.parse({ from, tcp: { host, port }, timeoutMs: 300 })
const dns = (from: string, name: string, more: object = {}): NetworkProbe =>
  dnsProbe.parse({ from, dns: { name, ...more }, timeoutMs: 1000 })

function collect(process: LabProcess): { stdout(): string; stderr(): string } {
  const gather = (on: LabProcess['onStdout']) => {
    let text = ''
    on.call(process, (bytes) => {
      text += bytes.toString('utf8')
      process.ack(bytes.length)
    })
    return () => text
  }
  return { stdout: gather(process.onStdout), stderr: gather(process.onStderr) }
}

async function until(what: string, timeoutMs: number, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export function runtimeContract(name: string, { runtime: makeRuntime, settleMs, setUpMs = 120_000, leftovers }: ContractOptions): void {
  describe(`the ${name} runtime`, () => {
    const labId = `c${Math.random().toString(36).slice(2).padEnd(7, '0').slice(0, 7)}`
    const steps: StepReport[] = []
    let folder: string
    let runtime: Runtime
    let cluster: Cluster

    const create = () =>
      runtime.create(
        { labId, hosts: contractHosts, privileged: false, folder },
        { signal: new AbortController().signal, onStep: (step) => steps.push(step) },
      )
    const start = (target: string, argv: string[], options?: SpawnOptions) => cluster.spawn(parseTarget(target), argv, options)
    async function run(target: string, script: string, options?: SpawnOptions) {
      const process = await start(target, ['bash', '-c', script], options)
      const output = collect(process)
      process.end()
      return { code: await process.exited, stdout: output.stdout(), stderr: output.stderr() }
    }
    const probe = async (given: NetworkProbe) => {
      const [first] = (await cluster.probe(given)).tries
      if (!first) throw new Error('a probe without tries')
      return first
    }
    /** of a node or host, on the network between them */
    const addressOf = async (target: string) => {
      const address = (await cluster.places()).find((place) => formatTarget(place.target) === target)?.address
      if (!address) throw new Error(`${target} has no address`)
      return address
    }
    const escaped = (address: string) => address.replaceAll('.', '\\.')
    const podAddress = async (pod: string) => {
      const { body } = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/default/pods/${pod}` })
      return (body as { status: { podIP: string } }).status.podIP
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pwc-'))
      runtime = await makeRuntime()
      cluster = await create()
      await cluster.apply(contractManifest)
      await cluster.settled(settleMs)
      await until(
        'bare pods are ready',
        settleMs,
        async () => (await probe(http('node/worker', `http://${await podAddress('far')}:8080/hostname`))).outcome === 'answered',
      )
    }, setUpMs)
    afterAll(async () => {
      await cluster?.destroy()
      await rm(folder, { recursive: true, force: true })
    }, 60_000)

    describe('creation', () => {
      it('reports each of its steps, in order and with durations', () => {
        const done = steps.filter(({ state }) => state === 'done')
        expect(done.map(({ id }) => id)).toEqual(runtime.steps)
        expect(done.every(({ ms }) => typeof ms === 'number')).toBe(true)
      })

      it('lists laptop, nodes, hosts and running pods with their addresses', async () => {
        const places = new Map((await cluster.places()).map(({ target, address }) => [formatTarget(target), address]))
        expect([...places.keys()]).toEqual(
          expect.arrayContaining([
            'laptop',
            'node/control-plane',
            'node/worker',
            'node/worker2',
            'host/partner',
            'pod/client',
            'pod/near',
            'pod/far',
          ]),
        )
        expect(places.get('host/partner')).toMatch(/\.0\.100$/)
        expect(places.get('pod/far')).toBe(await podAddress('far'))
      })
    })

    describe('processes', () => {
      it('passes stdout, stderr and the exit code through', async () => {
        expect(await run('laptop', 'echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
      })

      it('feeds stdin and tells its end', async () => {
        const process = await start('node/worker', ['cat'])
        const output = collect(process)
        process.write(Buffer.from('one '))
        process.write(Buffer.from('two'))
        process.end()
        expect(await process.exited).toBe(0)
        expect(output.stdout()).toBe('one two')
      })

      it('carries more than the window when it is acknowledged, and waits when it is not', async () => {
        const process = await start('pod/client', ['head', '-c', '2000000', '/dev/zero'])
        let received = 0
        let acknowledge = false
        process.onStdout((bytes) => {
          received += bytes.length
          if (acknowledge) process.ack(bytes.length)
        })
        await new Promise((resolve) => setTimeout(resolve, 300))
        expect(received).toBeGreaterThan(0)
        expect(received).toBeLessThanOrEqual(256 << 10)
        acknowledge = true
        process.ack(received)
        expect(await process.exited).toBe(0)
        expect(received).toBe(2_000_000)
      })

      it('gives a terminal its size, and a new one', async () => {
        const process = await start(
          'laptop',
          ['bash', '-c', 'stty size; trap "stty size; exit 0" WINCH; echo ready; while :; do sleep 0.05; done'],
          {
            tty: { cols: 101, rows: 31 },
          },
        )
        const output = collect(process)
        await until('the shell is ready', 5000, () => output.stdout().includes('ready'))
        expect(output.stdout()).toContain('31 101')
        process.resize(99, 22)
        expect(await process.exited).toBe(0)
        expect(output.stdout()).toContain('22 99')
      })

      it('completes kubectl at the first Tab of a fresh shell', async () => {
        const process = await start('laptop', ['bash', '-l', '-i'], { tty: { cols: 120, rows: 30 } })
        const output = collect(process)
        await until('there is a prompt', 5000, () => output.stdout().includes('$ '))
        process.write(Buffer.from('kubectl get service kuber\t'))
        await until('the name is whole', 10_000, () => output.stdout().includes('kubectl get service kubernetes'))
        process.kill('SIGKILL')
        await process.exited
      })

      it('kills, and says by which signal', async () => {
        const process = await start('pod/client', ['sleep', '60'])
        process.kill('SIGKILL')
        expect(await process.exited).toBe(137)
      })

      it('says 127 for a command that is not there, and target-unknown for a place that is not', async () => {
        expect((await run('laptop', 'exec no-such-command')).code).toBe(127)
        await expect(start('pod/nobody', ['true'])).rejects.toMatchObject({ code: 'target-unknown' })
        await expect(start('host/nobody', ['true'])).rejects.toMatchObject({ code: 'target-unknown' })
      })

      it('runs in the container that was asked for, and picks a ready pod of a Deployment', async () => {
        expect((await run('pod/client/shell', 'hostname')).stdout).toBe('client\n')
        expect((await run('deploy/web', 'hostname')).stdout).toMatch(/^web-[a-z0-9]+-[a-z0-9]+\n$/)
      })

      it("has the platform's tools in the target's network with the platform view, and the target's files under $ROOT", async () => {
        const { stdout } = await run('pod/far', 'ip -4 -o addr show dev eth0; cat $ROOT/etc/hostname', { view: 'platform' })
        expect(stdout).toContain(`inet ${await podAddress('far')}/24`)
        expect(stdout).toMatch(/far\n$/)
      })
    })

    describe('probes', () => {
      it('sees answers over HTTP, TCP, UDP, ICMP and DNS', async () => {
        const far = await podAddress('far')
        expect(await probe(http('pod/client', `http://${far}:8080/hostname`))).toMatchObject({
          outcome: 'answered',
          status: 200,
          body: 'far',
        })
        expect(await probe(tcp('pod/client', far, 8080))).toMatchObject({ outcome: 'answered' })
        const udp = udpProbe.parse({ from: 'pod/client', udp: { host: far, port: 8081, send: 'hostname' }, timeoutMs: 1000 })
        expect(await probe(udp)).toMatchObject({ outcome: 'answered', body: 'far' })
        expect(
          await probe(pingProbe.parse({ from: 'laptop', ping: { host: await addressOf('node/worker') }, timeoutMs: 1000 })),
        ).toMatchObject({
          outcome: 'answered',
        })
        expect(await probe(dns('pod/client', 'kubernetes.default.svc.cluster.local'))).toMatchObject({
          rcode: 'NOERROR',
          answers: ['10.96.0.1'],
        })
      })

      it('tells refused from lost', async () => {
        expect(await probe(tcp('pod/client', await podAddress('far'), 9))).toMatchObject({ outcome: 'refused' })
        await run('node/worker2', 'iptables -I FORWARD -p tcp --dport 9999 -j DROP')
        expect(await probe(tcp('pod/client', await podAddress('far'), 9999))).toMatchObject({ outcome: 'timeout' })
        await run('node/worker2', 'iptables -D FORWARD -p tcp --dport 9999 -j DROP')
      })

      it('takes many tries at the same time', async () => {
        const { tries } = await cluster.probe(
          httpProbe.parse({ from: 'pod/client', http: { url: 'http://web/hostname' }, times: 20, timeoutMs: 1000 }),
        )
        expect(tries).toHaveLength(20)
        expect(tries.every(({ outcome }) => outcome === 'answered')).toBe(true)
        expect(new Set(tries.map(({ body }) => body)).size).toBe(2)
      })
    })

    describe('Kubernetes', () => {
      it('answers the API whatever the status', async () => {
        const found = await cluster.api({ method: 'GET', path: '/api/v1/nodes' })
        expect(found.status).toBe(200)
        expect((found.body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name).sort()).toEqual([
          'control-plane',
          'worker',
          'worker2',
        ])
        expect((await cluster.api({ method: 'GET', path: '/api/v1/namespaces/default/services/nobody' })).status).toBe(404)
      })

      it('has a kubectl on the laptop that knows the cluster', async () => {
        const { stdout, stderr, code } = await run(
          'laptop',
          'kubectl get nodes -o name && kubectl get deploy web -o jsonpath={.status.availableReplicas}',
        )
        expect({ stdout, stderr, code }).toEqual({ stdout: 'node/control-plane\nnode/worker\nnode/worker2\n2', stderr: '', code: 0 })
      })

      it('resolves Services by their short name, from the pod search list', async () => {
        const { body } = await cluster.api({ method: 'GET', path: '/api/v1/namespaces/default/services/web' })
        const { clusterIP } = (body as { spec: { clusterIP: string } }).spec
        expect((await run('pod/client', 'getent hosts web')).stdout).toContain(clusterIP)
        expect(await probe(dns('pod/client', 'nobody.default.svc.cluster.local'))).toMatchObject({ rcode: 'NXDOMAIN' })
      })

      it('replaces what is applied again, and settles', async () => {
        await cluster.apply(contractManifest.replace('replicas: 2', 'replicas: 3'))
        await cluster.settled(settleMs)
        const slices = await cluster.api({
          method: 'GET',
          path: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dweb',
        })
        expect((slices.body as { items: { endpoints: unknown[] }[] }).items.flatMap(({ endpoints }) => endpoints)).toHaveLength(3)
        await cluster.apply(contractManifest)
        await cluster.settled(settleMs)
      })

      it('refuses a manifest that is none, and says why', async () => {
        await expect(cluster.apply('kind: [')).rejects.toMatchObject({ code: 'bad-request' })
        await expect(cluster.apply('apiVersion: v1\nkind: Nonsense\nmetadata: {name: x}')).rejects.toMatchObject({ code: 'bad-request' })
      })
    })

    describe('the network', () => {
      it('keeps the source address between pods on different nodes', async () => {
        const { stdout } = await run('pod/client', `curl -s -m 2 http://${await podAddress('far')}:8080/clientip`)
        expect(stdout).toMatch(new RegExp(`^${escaped(await podAddress('client'))}:`))
      })

      it('opens a NodePort on every node, for the laptop too', async () => {
        for (const node of ['control-plane', 'worker', 'worker2']) {
          expect(await probe(http('laptop', `http://${await addressOf(`node/${node}`)}:30080/hostname`))).toMatchObject({
            outcome: 'answered',
            body: 'far',
          })
        }
      })

      it("hides pods behind their node's address from the outside", async () => {
        const { stdout } = await run('pod/client', `curl -s -m 2 http://${await addressOf('host/partner')}:8080/clientip`)
        expect(stdout).toMatch(new RegExp(`^${escaped(await addressOf('node/worker'))}:`))
      })

      it('reaches the API server through its Service', async () => {
        expect(await probe(tcp('pod/client', '10.96.0.1', 443))).toMatchObject({ outcome: 'answered' })
      })

      it('enforces NetworkPolicy towards a pod and away from a pod', async () => {
        const [far, near] = [await podAddress('far'), await podAddress('near')]
        await cluster.apply(ingressPolicy)
        await cluster.settled(settleMs)
        expect(await probe(tcp('pod/client', far, 8080))).toMatchObject({ outcome: 'timeout' })
        expect(await probe(tcp('pod/near', far, 8080))).toMatchObject({ outcome: 'answered' })
        await cluster.api({ method: 'DELETE', path: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/far-from-near' })
        await cluster.apply(egressPolicy)
        await cluster.settled(settleMs)
        expect(await probe(tcp('pod/client', far, 8080))).toMatchObject({ outcome: 'timeout' })
        expect(await probe(tcp('pod/client', near, 8080))).toMatchObject({ outcome: 'answered' })
        await cluster.api({ method: 'DELETE', path: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/client-to-near' })
        await cluster.settled(settleMs)
        expect(await probe(tcp('pod/client', far, 8080))).toMatchObject({ outcome: 'answered' })
      })
    })

    describe('agents', () => {
      it('leave a held node alone, and repair it when everything is synchronised', async () => {
        const { body } = await cluster.api({ method: 'GET', path: '/api/v1/nodes/worker2' })
        const { podCIDR } = (body as { spec: { podCIDR: string } }).spec
        const partner = `http://${await addressOf('host/partner')}:8080/`
        await cluster.hold([
          { agent: 'kube-proxy', node: 'worker' },
          { agent: 'kindnet', node: 'worker' },
        ])
        expect(
          (await run('node/worker', `iptables -t nat -F KIND-MASQ-AGENT; iptables -t nat -F KUBE-SERVICES; ip route del ${podCIDR}`)).code,
        ).toBe(0)
        await cluster.apply(
          'apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}',
        )
        await cluster.settled(settleMs)
        expect((await probe(http('pod/client', partner))).outcome).toBe('timeout')
        expect((await run('node/worker', 'iptables -t nat -S KUBE-SERVICES')).stdout).not.toContain('-A')
        await cluster.resync()
        expect(await probe(http('pod/client', partner))).toMatchObject({ outcome: 'answered' })
        expect(await probe(http('pod/client', 'http://other/hostname'))).toMatchObject({ outcome: 'answered' })
        expect((await run('node/worker', `ip route get ${podCIDR.replace(/0\/24$/, '2')}`)).stdout).toContain(
          `via ${await addressOf('node/worker2')}`,
        )
        await cluster.release()
      })

      it('reads sysctl.d again on resync', async () => {
        await run('node/worker2', 'echo net.ipv4.ip_forward=0 > /etc/sysctl.d/99-x.conf; sysctl -qw net.ipv4.ip_forward=1')
        await cluster.resync()
        expect((await run('node/worker2', 'sysctl -n net.ipv4.ip_forward')).stdout).toBe('0\n')
        await run('node/worker2', 'rm /etc/sysctl.d/99-x.conf; sysctl -qw net.ipv4.ip_forward=1')
      })
    })

    describe('hosts that come later', () => {
      const late = { name: 'late', address: '172.18.0.101', names: ['late.example'], routes: [], run: contractHosts[0]?.run ?? [] }

      it('can be entered, reach the cluster, and answer by name with their programs', async () => {
        await cluster.addHosts([late])
        expect((await cluster.places()).map(({ target, address }) => [formatTarget(target), address])).toContainEqual([
          'host/late',
          expect.stringMatching(/\.0\.101$/),
        ])
        expect(await run('host/late', 'hostname')).toMatchObject({ code: 0, stdout: 'late\n' })
        expect(await probe(http('host/late', `http://${await addressOf('node/worker')}:30080/hostname`))).toMatchObject({
          outcome: 'answered',
          body: 'far',
        })
        await until(
          'its program answers',
          settleMs,
          async () => (await probe(http('pod/client', `http://${await addressOf('host/late')}:8080/clientip`))).outcome === 'answered',
        )
        expect((await run('laptop', 'getent hosts late')).stdout).toContain(await addressOf('host/late'))
        for (const [name, host] of [
          ['late.example', 'host/late'],
          ['rates.partner.example', 'host/partner'],
        ] as const)
          await until(`cluster DNS knows ${name}`, settleMs, async () =>
            (await run('pod/client', `getent hosts ${name}`)).stdout.includes(await addressOf(host)),
          )
      })
    })

    describe('the end', () => {
      const writtenByHand = [
        'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: by-hand, labels: {kubernetes.io/service-name: web}}',
        'addressType: IPv4\nports: [{port: 8080, protocol: TCP}]\nendpoints: [{addresses: [10.244.1.99], conditions: {ready: true}}]',
        '---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: by-hand}',
        'spec: {replicas: 0, selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: x, image: nginx:1.27}]}}}',
      ].join('\n')

      it('restores a cluster as it was created', async () => {
        const card = "ip -o link show eth0 | grep -o 'link/ether [^ ]*'"
        const { stdout: cardBefore } = await run('node/worker', card)
        await run('node/worker', 'touch /root/mark; ip route del default; ip link set eth0 address 02:42:ac:12:00:66')
        const shell = await start('laptop', ['sleep', '60'])
        // of kinds that controllers write, by hand: no controller takes them away
        await cluster.apply(writtenByHand)
        await cluster.restore()
        await cluster.settled(settleMs)
        expect(await shell.exited).not.toBe(0)
        expect((await run('node/worker', 'test -e /root/mark')).code).toBe(1)
        expect((await run('node/worker', 'ip route')).stdout).toContain('default via')
        expect((await run('node/worker', card)).stdout).toBe(cardBefore)
        for (const path of [
          '/api/v1/namespaces/default/pods/client',
          '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/by-hand',
          '/apis/apps/v1/namespaces/default/replicasets/by-hand',
        ])
          expect([path, (await cluster.api({ method: 'GET', path })).status]).toEqual([path, 404])
        expect(await probe(dns('node/worker', 'kubernetes.default.svc.cluster.local', { server: '10.96.0.10' }))).toMatchObject({
          rcode: 'NOERROR',
        })
        expect((await run('host/late', 'hostname')).stdout).toBe('late\n')
      })

      it('tells its memory', async () => {
        expect(await cluster.memoryBytes()).toBeGreaterThan(1 << 20)
      })

      it('stops when it is aborted while it starts, and leaves nothing', async () => {
        const abort = new AbortController()
        const id = `d${labId.slice(1)}`
        const other = await mkdtemp(join(tmpdir(), 'pwc-'))
        const creation = runtime.create(
          { labId: id, hosts: [], privileged: false, folder: other },
          { signal: abort.signal, onStep: () => {} },
        )
        setTimeout(() => abort.abort(new Error('enough')), 30)
        await expect(creation).rejects.toThrow('enough')
        expect(await leftovers(id)).toEqual([])
        await rm(other, { recursive: true, force: true })
      })

      it('leaves nothing when it is destroyed', async () => {
        await cluster.destroy()
        expect(await leftovers(labId)).toEqual([])
      })
    })
  })
}
