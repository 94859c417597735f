// A student edits CoreDNS's Corefile in a real embedded cluster, with kubectl and dig: it is taken over, a broken one is not, and one that is broken from
// the start keeps the pod down until it is mended.
import { beforeAll, expect, test } from 'vitest'
import { until } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const lab = oneCluster('corednstest')
const run = async (target: string, script: string) => (await lab.run(target, script)).output
beforeAll(async () => {
  await run(
    'laptop',
    'kubectl run client --image=nicolaka/netshoot:v0.13 -- sleep infinity && kubectl wait --for=condition=Ready pod/client',
  )
})
const kubectl = (command: string) => run('laptop', `kubectl -n kube-system ${command}`)
const dig = (question: string) => run('pod/client', `dig +short ${question}`)
const logs = () => kubectl('logs -l k8s-app=kube-dns --tail=-1')

/** Puts a Corefile into the ConfigMap as a student's `kubectl edit` would. */
const edit = (corefile: string) =>
  run(
    'laptop',
    `kubectl create configmap coredns -n kube-system --dry-run=client -o yaml --from-file=Corefile=/dev/stdin <<'END' | kubectl replace -f -\n${corefile}END`,
  )

/** kubeadm's, looked at every two seconds, with more plugins. */
const corefile = (more: string, upstream = '/etc/resolv.conf') => `.:53 {
    errors
    health
    ready
    reload 2s 0s
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
    }
    forward . ${upstream}
    cache 30
    loop
    loadbalance
    ${more}
}
`

test('it starts with the banner of CoreDNS, and the checksum that CoreDNS has for the same file', async () => {
  const [name] = (await kubectl('get pods -l k8s-app=kube-dns -o name')).split('\n')
  expect(await kubectl(`logs ${name}`)).toMatch(
    /^maxprocs: .*\n\.:53\n\[INFO\] plugin\/reload: Running configuration SHA512 = 1b226df7\w+\nCoreDNS-1\.14\.6\nlinux\/amd64, go1\.\S+, \w+\n$/,
  )
})

test('forwarded names leave the pod as packets', async () => {
  const [name = ''] = (await kubectl("get pods -l k8s-app=kube-dns -o jsonpath='{.items[*].metadata.name}'")).split(' ')
  const [address = ''] = (await kubectl(`get pod ${name} -o jsonpath='{.status.podIP}'`)).split(' ')
  const capture = run(`pod/kube-system:${name}`, 'timeout 3 tcpdump -lni eth0 -c1 udp and dst host 172.18.0.1 2>/dev/null')
  await until(
    () => dig(`@${address} worker`),
    (seen) => seen === '172.18.0.3\n',
  )
  for (let i = 0; i < 10; i++) await dig(`@${address} host${i}.example`)
  expect(await capture).toMatch(new RegExp(`IP ${address}\\.\\d+ > 172\\.18\\.0\\.1\\.53: .*\\? `))
})

test('health and readiness answer over HTTP', async () => {
  const [address = ''] = (await kubectl("get pods -l k8s-app=kube-dns -o jsonpath='{.items[*].status.podIP}'")).split(' ')
  expect(await run('node/worker', `curl -sS http://${address}:8080/health; curl -sS http://${address}:8181/ready`)).toBe('OKOK')
})

test('an edited Corefile is taken over: hosts, rewrite, template and log', async () => {
  expect(await edit(corefile('log'))).toContain('configmap/coredns replaced')
  await kubectl('rollout restart deployment/coredns && kubectl -n kube-system rollout status deployment/coredns --timeout=40s')
  const more = `log
    hosts {
       10.9.9.9 shop.example
       fallthrough
    }
    rewrite name api.example kubernetes.default.svc.cluster.local
    template IN A nip.example {
       match ^(?P<a>[0-9]+)-(?P<b>[0-9]+)-(?P<c>[0-9]+)-(?P<d>[0-9]+)[.]nip[.]example[.]$
       answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"
       fallthrough
    }`
  await edit(corefile(more))
  await until(logs, (text) => text.split('[INFO] Reloading complete').length === 3)
  expect(await dig('shop.example')).toBe('10.9.9.9\n')
  expect(await dig('api.example')).toBe('10.96.0.1\n')
  expect(await dig('192-0-2-7.nip.example')).toBe('192.0.2.7\n')
  expect(await dig('kubernetes.default.svc.cluster.local')).toBe('10.96.0.1\n')
  const address = await run('pod/client', 'hostname -i')
  expect(await logs()).toMatch(
    new RegExp(`\\[INFO\\] ${address.trim()}:\\d+ - \\d+ "A IN shop\\.example\\. udp \\d+ false \\d+" NOERROR qr,aa,rd \\d+ 0\\.\\d+s\\n`),
  )
}, 90_000)

test('a broken one is not: the old configuration stays, and the log says why', async () => {
  await edit(corefile('log\n    hosts {\n       10.9.9.9 shop.example\n       fallthrough\n    }\n    forwrad . 1.1.1.1'))
  const text = await until(logs, (seen) => seen.split('Corefile changed but reload failed').length === 3)
  expect(text).toContain("[ERROR] Restart failed: /etc/coredns/Corefile:19 - Error during parsing: Unknown directive 'forwrad'\n")
  expect(await dig('api.example')).toBe('10.96.0.1\n')
})

test('started with it, the pod crashes with that sentence; mended, it comes up', async () => {
  // those of an earlier rollout may be ending still
  const name = (await kubectl("get pods -l k8s-app=kube-dns --no-headers | awk '!/Terminating/ {print $1; exit}'")).trim()
  expect(await kubectl(`delete pod ${name} --grace-period=1`)).toContain(`pod "${name}" deleted`)
  const pods = await until(
    () => kubectl('get pods -l k8s-app=kube-dns'),
    (seen) => seen.includes('CrashLoopBackOff'),
    30_000,
  )
  const crashed = /^(\S+).*CrashLoopBackOff/m.exec(pods)?.[1]
  expect(await kubectl(`logs ${crashed}`)).toMatch(/\n\/etc\/coredns\/Corefile:19 - Error during parsing: Unknown directive 'forwrad'\n$/)
  await edit(corefile('hosts {\n       10.9.9.8 shop.example\n       fallthrough\n    }'))
  await kubectl('rollout restart deployment/coredns && kubectl -n kube-system rollout status deployment/coredns --timeout=40s')
  await until(
    () => dig('shop.example'),
    (seen) => seen === '10.9.9.8\n',
  )
}, 90_000)

test('an upstream that is CoreDNS itself: it ends with its own sentence', async () => {
  await edit(corefile('', '127.0.0.1'))
  await kubectl('rollout restart deployment/coredns')
  const pods = await until(
    () => kubectl('get pods -l k8s-app=kube-dns'),
    (seen) => /CrashLoopBackOff/.test(seen),
    40_000,
  )
  const crashed = /^(\S+).*CrashLoopBackOff/m.exec(pods)?.[1]
  expect(await kubectl(`logs ${crashed}`)).toMatch(
    /\[FATAL\] plugin\/loop: Loop \(127\.0\.0\.1:\d+ -> :53\) detected for zone "\.", see https:\/\/coredns\.io\/plugins\/loop#troubleshooting\. Query: "HINFO \d+\.\d+\."\n$/,
  )
}, 90_000)
