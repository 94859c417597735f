// A Gateway with a real Envoy in a real embedded cluster: kubectl, curl, and what changes while it runs.
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { lacksProgram } from '../../spec/programs.ts'
import { until } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const { envoyFile } = await import('../../../scripts/envoy-file.mjs')
const { cacheFolder } = await import('../../../scripts/setup.mjs')
const isThere = existsSync(envoyFile(cacheFolder()))

describe.skipIf(!isThere)(isThere ? 'gateway' : `gateway (${lacksProgram('envoy')})`, () => {
  const lab = oneCluster('gatewaytest')
  const run = async (script: string) => (await lab.run('laptop', script)).output
  const app = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - { name: app, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: [netexec, --http-port=8080] }
---`
  const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front }
spec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---`
  const route = (rules: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  parentRefs: [{ name: front }]
  hostnames: [shop.example]
  rules: ${rules}
`
  const apply = (yaml: string) => run(`kubectl apply -f - <<'END'\n${yaml}\nEND`)
  const get = (path: string, more = '') =>
    run(`curl -sS -m 5 -H 'Host: shop.example' ${more} 'http://172.18.0.3${path}' -w ' %{http_code}'`)
  const untilIt = (look: () => Promise<string>, wanted: RegExp) => until(look, (seen) => wanted.test(seen), 10_000)

  beforeAll(async () => {
    await apply(app('web') + app('api') + gateway + route('[{ backendRefs: [{ name: web, port: 80 }] }]'))
    await run(
      'kubectl wait --for=condition=Programmed gateway/front --timeout=30s && kubectl wait --for=condition=Available deployment --all --timeout=30s',
    )
    await untilIt(() => get('/hostname'), /^web-.* 200$/)
  })

  test('kubectl lists, describes and explains', async () => {
    expect(await run('kubectl get gatewayclasses,gateways,httproutes')).toMatch(
      /envoy +gateway\.envoyproxy\.io\/gatewayclass-controller +True[\s\S]+front +envoy +172\.18\.0\.3 +True[\s\S]+shop +\["shop\.example"\]/,
    )
    expect(await run('kubectl describe httproute shop')).toMatch(/Route is accepted[\s\S]+Reason: +ResolvedRefs/)
    expect(await run('kubectl explain httproute.spec.rules.timeouts')).toContain('backendRequest')
  })
  test('a host that no route has is not found, and the log has the flag', async () => {
    expect(await run("curl -s -o /dev/null -w '%{http_code}' http://172.18.0.3/")).toBe('404')
    await untilIt(() => run('kubectl logs deploy/envoy-front'), /"GET \/ HTTP\/1\.1" 404 NR route_not_found/)
  })
  test('an edited route is served: path, header, weights, timeout', async () => {
    await apply(
      route(`
    - matches: [{ path: { value: /api } }, { headers: [{ name: x-to, value: api }] }]
      backendRefs: [{ name: api, port: 80 }]
    - matches: [{ path: { type: Exact, value: /shell } }]
      backendRefs: [{ name: web, port: 80 }]
      timeouts: { request: 300ms }
    - backendRefs: [{ name: web, port: 80, weight: 0 }, { name: api, port: 80, weight: 1 }]`),
    )
    await untilIt(() => get('/hostname'), /^api-/)
    expect(await get('/api')).toMatch(/ 200$|404/)
    expect(await get('/hostname', "-H 'x-to: api'")).toMatch(/^api-.* 200$/)
    expect(await get('/shell?cmd=sleep+2')).toBe('upstream request timeout 504')
    await untilIt(() => run('kubectl logs deploy/envoy-front'), / 504 UT response_timeout /)
  })
  test('endpoints that go are not asked any more, and no endpoint is 503', async () => {
    await apply(route('[{ backendRefs: [{ name: web, port: 80 }] }]'))
    await untilIt(() => get('/hostname'), /^web-/)
    await run('kubectl scale deployment web --replicas=0')
    await untilIt(() => get('/hostname'), /^no healthy upstream 503$/)
    await run('kubectl scale deployment web --replicas=2')
    await untilIt(() => get('/hostname'), /^web-.* 200$/)
  })
  test('a backend that is not there is 500, and the status says which', async () => {
    await apply(route('[{ backendRefs: [{ name: wbe, port: 80 }] }]'))
    await untilIt(() => get('/hostname'), / 500$/)
    expect(await run("kubectl get httproute shop -o jsonpath='{.status.parents[0].conditions[1].message}'")).toBe(
      'Service default/wbe not found.',
    )
  })
  test('a Gateway takes its proxy with it', async () => {
    await run('kubectl delete gateway front')
    await untilIt(() => run('kubectl get deploy,svc,cm,pods -o name'), /^(?![\s\S]*envoy-front)/)
  })
})
