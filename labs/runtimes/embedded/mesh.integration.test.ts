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
  test('the rules of the Pod are Istio’s, in a network that the Pod itself may not change', async () => {
    expect((await lab.run('pod/shop:web', 'iptables-save')).code).not.toBe(0)
    const rules = await lab.run('node/worker2', 'nsenter --net=/proc/$(pgrep -x envoy)/ns/net iptables-save -t nat')
    expect(rules.output).toMatch(/-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN/)
  })
})
