// A small mesh in a real embedded cluster: sidecars that are injected, mutual TLS between them, and what a client without one gets.
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { lacksProgram } from '../../spec/programs.ts'
import { until } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const { envoyFile } = await import('../../../scripts/envoy-file.mjs')
const { cacheFolder } = await import('../../../scripts/setup.mjs')
const isThere = existsSync(envoyFile(cacheFolder()))

describe.skipIf(!isThere)(isThere ? 'mesh' : `mesh (${lacksProgram('envoy')})`, () => {
  const lab = oneCluster('meshtest')
  const run = async (script: string) => (await lab.run('laptop', script)).output
  const manifest = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  nodeName: worker2
  serviceAccountName: web
  containers: [{ name: app, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: [netexec, --http-port=8080] }]
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop }
spec:
  nodeName: worker
  containers: [{ name: shell, image: 'docker.io/nicolaka/netshoot:v0.13', command: [sleep, infinity] }]
---
apiVersion: v1
kind: Pod
metadata: { name: plain }
spec:
  nodeName: worker
  containers: [{ name: shell, image: 'docker.io/nicolaka/netshoot:v0.13', command: [sleep, infinity] }]
`
  const untilIt = (look: () => Promise<string>, wanted: RegExp) => until(look, (seen) => wanted.test(seen), 10_000)
  const get = async (target: string, url: string) => (await lab.run(target, `curl -sS -m 5 '${url}' -w ' %{http_code}'`)).output

  beforeAll(async () => {
    await run(`kubectl apply -f - <<'END'\n${manifest}\nEND`)
    const ready = await run('kubectl wait --for=condition=Ready pod --all -A --timeout=30s')
    if (!/pod\/web condition met/.test(ready))
      throw new Error(ready + (await run('kubectl describe pod -n shop; kubectl logs -n shop web -c istio-proxy')))
    await untilIt(() => get('pod/shop:client', 'http://web/hostname'), /^web 200$/)
  })

  test('Pods have two containers, and the proxy runs as 1337', async () => {
    expect(await run('kubectl get pods -n shop')).toMatch(/client +2\/2[\s\S]+web +2\/2/)
    expect(await run('kubectl exec -n shop web -c istio-proxy -- ps -o uid= -C envoy')).toMatch(/^\s*1337\s*$/)
  })
  test('the app sees its peer’s certificate, and both logs have the request', async () => {
    expect(await get('pod/shop:client', 'http://web/header?key=X-Forwarded-Client-Cert')).toContain(
      'spiffe://cluster.local/ns/shop/sa/default',
    )
    await untilIt(
      () => run('kubectl logs -n shop web -c istio-proxy'),
      /"GET \/hostname HTTP\/1\.1" 200 - via_upstream .* inbound 127\.0\.0\.6:/,
    )
    await untilIt(
      () => run('kubectl logs -n shop client -c istio-proxy'),
      /"GET \/hostname HTTP\/1\.1" 200 - via_upstream .* outbound\|80\|\|web\.shop/,
    )
  })
  test('without a sidecar there is no way in', async () => {
    expect(await get('pod/plain', 'http://web.shop/hostname')).toMatch(/reset by peer.* 000$/s)
    await untilIt(() => run('kubectl logs -n shop web -c istio-proxy'), / NR filter_chain_not_found /)
  })
  test('what is not of the mesh is reached as before', async () => {
    expect(await get('pod/shop:client', 'https://kubernetes.default')).toContain('certificate')
    await untilIt(() => run('kubectl logs -n shop client -c istio-proxy'), / PassthroughCluster /)
  })
  describe('a Pod with ids of its own for the proxy', () => {
    const apply = (name: string, securityContext: string) =>
      run(`kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec:
  nodeName: worker
  containers:
    - { name: shell, image: 'docker.io/nicolaka/netshoot:v0.13', command: [sleep, infinity] }
    - { name: istio-proxy, image: auto, securityContext: ${securityContext} }
END`)
    const own = async (name: string, securityContext: string) => {
      await apply(name, securityContext)
      await run(`kubectl wait --for=condition=Ready -n shop pod/${name} --timeout=20s`)
    }
    const rulesOf = async (uid: number) =>
      (await lab.run('node/worker', `nsenter --net=/proc/$(pgrep -x -U ${uid} envoy)/ns/net iptables-save -c -t nat`)).output

    test('has rules for them', async () => {
      await own('other', '{ runAsUser: 20017, runAsGroup: 20018 }')
      await untilIt(() => get('pod/shop:other', 'http://web/hostname'), /^web 200$/)
      expect(await rulesOf(20017)).toMatch(/--uid-owner 20017 -j RETURN[\s\S]+--gid-owner 20018 -j RETURN/)
    })
    test('calls itself when it is root, until the limit of connections, and its callers get a 503', async () => {
      await own('loop', '{ runAsUser: 0, runAsGroup: 0, runAsNonRoot: false }')
      await untilIt(() => get('pod/shop:loop', 'http://web/hostname'), / 503$/)
      const redirected = Number(/\[(\d+):\d+\] -A ISTIO_REDIRECT /.exec(await rulesOf(0))?.[1])
      expect(redirected).toBeGreaterThan(100)
      expect(await run('kubectl logs -n shop loop -c istio-proxy')).toMatch(/ PassthroughCluster /)
    })
    test('passes by the group of the mesh alone', async () => {
      await own('group', '{ runAsUser: 0, runAsNonRoot: false }')
      await untilIt(() => get('pod/shop:group', 'http://web/hostname'), /^web 200$/)
    })
    test('does not start as root where it must not be root', async () => {
      await apply('refused', '{ runAsUser: 0 }')
      await untilIt(
        () => run('kubectl get pods -n shop refused; kubectl describe pod -n shop refused'),
        /CreateContainerConfigError[\s\S]+container's runAsUser breaks non-root policy/,
      )
    })
  })
  test('an excluded port goes past the sidecar, in plaintext', async () => {
    await run(`kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: { name: past, namespace: shop, annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: '80' } }
spec:
  nodeName: worker
  containers: [{ name: shell, image: 'docker.io/nicolaka/netshoot:v0.13', command: [sleep, infinity] }]
END
kubectl wait --for=condition=Ready -n shop pod/past --timeout=20s`)
    expect(await get('pod/shop:past', 'http://web/hostname')).toMatch(/reset by peer.* 000$/s)
  })
  test('the rules of the Pod are Istio’s, in a network that the Pod itself may not change', async () => {
    expect((await lab.run('pod/shop:web', 'iptables-save')).code).not.toBe(0)
    const rules = await lab.run('node/worker2', 'nsenter --net=/proc/$(pgrep -x envoy)/ns/net iptables-save -t nat')
    expect(rules.output).toMatch(/-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN/)
  })
})
