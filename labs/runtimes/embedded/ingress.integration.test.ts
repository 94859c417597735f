// A real nginx, from Ingress objects, in a real embedded cluster: whom it answers, with whose words it refuses, what kubectl tells, and reloads under load.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { findCommand } from '../../../scripts/facts.mjs'
import { until } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const lab = oneCluster('ingresstest')
const manifest = readFileSync(join(import.meta.dirname, '../../scenarios/ing-backend-port/manifests/ingress-nginx.yaml'), 'utf8')
const missing = findCommand('nginx') ? undefined : 'nginx is not installed on this machine'
const run = async (script: string, target = 'laptop') => (await lab.run(target, script)).output
const apply = (...items: object[]) => run(`kubectl apply -f - <<'EOF'\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items })}\nEOF`)
const logs = () => run('kubectl -n ingress-nginx logs deploy/ingress-nginx-controller')
const get = (url: string, more = '') => run(`curl -s -m 4 -o /tmp/body -w '%{http_code}' ${more} ${url}; echo; cat /tmp/body`)
const shop = (path: string, host = 'shop.example') => get(`http://worker${path}`, `-H 'Host: ${host}'`)

const backend = (name: string, number = 80) => ({ service: { name, port: { number } } })
const ingress = (name: string, spec: object, annotations = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, annotations },
  spec: { ingressClassName: 'nginx', ...spec },
})
const rule = (host: string, ...paths: [path: string, pathType: string, backend: object][]) => ({
  host,
  http: { paths: paths.map(([path, pathType, to]) => ({ path, pathType, backend: to })) },
})
const service = (name: string, app: string, targetPort = 8080) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80, targetPort }] },
})
const netexec = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: ['netexec', '--http-port=8080'] }] },
    },
  },
})

beforeAll(async () => {
  if (missing) return
  await lab.cluster.apply(manifest)
  await apply(
    netexec('web'),
    netexec('api'),
    service('web', 'web'),
    service('api', 'api'),
    service('nobody', 'nobody'),
    service('closed', 'web', 9),
  )
  const rolledOut = await run(
    'for of in "-n ingress-nginx deploy/ingress-nginx-controller" deploy/web deploy/api; do kubectl rollout status --timeout=30s $of || exit; done; echo done',
  )
  if (!rolledOut.endsWith('done\n')) throw new Error(rolledOut + (await run('kubectl get pods -A -o wide; kubectl get events -A')))
  const paths = [['/', 'Prefix', backend('web')] as const, ['/api', 'Exact', backend('api')] as const]
  const errors = [['/503', 'Prefix', backend('nobody')] as const, ['/502', 'Prefix', backend('closed')] as const]
  await apply(ingress('shop', { rules: [rule('shop.example', ...([...paths, ...errors] as [string, string, object][]))] }))
  // workers of before the reload may answer a moment longer
  await until(
    () => run("for i in 1 2 3 4 5; do curl -s -m 4 -o /dev/null -w '%{http_code} ' -H 'Host: shop.example' http://worker/hostname; done"),
    (seen) => seen === '200 200 200 200 200 ',
  )
})

test('hosts and paths choose the Service, and nginx answers for the rest', async (context) => {
  if (missing) return context.skip(missing)
  expect(await shop('/hostname')).toMatch(/^200\nweb-/)
  expect(await shop('/hostname', 'other.example')).toMatch(/^404\n.*<title>404 Not Found<\/title>.*<hr><center>nginx<\/center>/s)
  expect(await shop('/503')).toMatch(/^503\n.*503 Service Temporarily Unavailable/s)
  expect(await shop('/502')).toMatch(/^502\n.*502 Bad Gateway/s)
  const lines = await logs()
  expect(lines).toMatch(/"GET \/hostname HTTP\/1\.1" 200 .* \[default-web-80\] \[\] 10\.244\.\d\.\d+:8080 /)
  expect(lines).toMatch(/"GET \/503 HTTP\/1\.1" 503 .* \[default-nobody-80\] \[\] - - - - /)
  expect(lines).toMatch(/connect\(\) failed \(111: Connection refused\) while connecting to upstream/)
  expect(lines).toContain('Service "default/nobody" does not have any active Endpoint.')
})

test('kubectl shows class, host, address and backends', async (context) => {
  if (missing) return context.skip(missing)
  expect(await run('kubectl get ingress shop')).toMatch(
    /^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nshop +nginx +shop\.example +172\.18\.0\.3 +80 +\d+s\n$/,
  )
  expect(await run('kubectl get ingressclass')).toMatch(
    /^NAME +CONTROLLER +PARAMETERS +AGE\nnginx +k8s\.io\/ingress-nginx +<none> +\d+s\n$/,
  )
  const described = await run('kubectl describe ingress shop')
  expect(described).toMatch(/Address: +172\.18\.0\.3\nIngress Class: +nginx\nDefault backend: +<default>/)
  expect(described).toMatch(/\/ +web:80 \(10\.244\.\d\.\d+:8080,10\.244\.\d\.\d+:8080\)/)
  expect(described).toMatch(/Normal +Sync +\S+ .*nginx-ingress-controller +Scheduled for sync/)
  expect(await run('kubectl -n ingress-nginx get events')).toMatch(
    /Normal +RELOAD +pod\/ingress-nginx-controller-\S+ +NGINX reload triggered/,
  )
})

test('what the API refuses, in its words', async (context) => {
  if (missing) return context.skip(missing)
  expect(await apply(ingress('bad', { rules: [rule('10.0.0.1', ['a', 'Prefix', backend('web')])] }))).toContain(
    'The Ingress "bad" is invalid: \n* spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address\n* spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
  )
  expect(await apply(ingress('bad', {}))).toContain('either `defaultBackend` or `rules` must be specified')
  expect(await run("kubectl create ingress made --class=nginx --rule='made.example/x*=web:80'")).toBe(
    'ingress.networking.k8s.io/made created\n',
  )
  expect(await run('kubectl delete ingress made')).toContain('deleted')
})

test('an answer that does not come in time is 504', async (context) => {
  if (missing) return context.skip(missing)
  await run(
    'kubectl run mute --image=nicolaka/netshoot:v0.13 --labels=app=mute -- python3 -c \'import socket, time; s = socket.create_server(("", 9000)); time.sleep(9999)\' && kubectl wait --for=condition=Ready pod/mute',
  )
  const timeouts = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' }
  await apply(service('mute', 'mute', 9000), ingress('mute', { rules: [rule('mute.example', ['/', 'Prefix', backend('mute')])] }, timeouts))
  await until(
    () => shop('/', 'mute.example'),
    (seen) => seen.startsWith('504') && seen.includes('504 Gateway Time-out'),
  )
})

test('no request is lost while nginx reads its configuration again and Pods come and go', async (context) => {
  if (missing) return context.skip(missing)
  const load = run(
    "for i in $(seq 250); do curl -s -o /dev/null -m 5 -w '%{http_code}\\n' -H 'Host: shop.example' http://worker/hostname; done | sort | uniq -c",
  )
  for (let i = 0; i < 8; i++) await apply(ingress(`more-${i}`, { rules: [rule(`more-${i}.example`, ['/', 'Prefix', backend('web')])] }))
  await run('kubectl scale deploy/web --replicas=4 && kubectl rollout status deploy/web')
  expect((await load).trim()).toBe('250 200')
  expect((await logs()).match(/reconfiguring$/gm)?.length).toBeGreaterThan(5)
  await run('kubectl scale deploy/web --replicas=2')
})

test('a class that nobody answers for is ignored, says the log, and a default class is taken', async (context) => {
  if (missing) return context.skip(missing)
  const lost = (name: string, spec = {}) => ({
    ...ingress(name, {}),
    spec: { ...spec, rules: [rule(`${name}.example`, ['/', 'Prefix', backend('web')])] },
  })
  await apply(lost('typo', { ingressClassName: 'ngnix' }), lost('without'))
  const lines = await until(logs, (seen) => seen.includes('default/without'))
  expect(lines).toContain(
    '"Ignoring ingress because of error while validating ingress class" ingress="default/typo" error="no object matching key \\"ngnix\\" in local store"',
  )
  expect(lines).toContain('ingress="default/without" error="ingress does not contain a valid IngressClass"')
  expect(await shop('/', 'typo.example')).toMatch(/^404/)
  expect(await run('kubectl get ingress typo')).toMatch(/typo +ngnix +typo\.example +80 /)
  await run('kubectl annotate ingressclass nginx ingressclass.kubernetes.io/is-default-class=true')
  expect(await run('kubectl get ingressclass')).toContain('nginx (default)')
  await apply(lost('later'))
  await until(
    () => shop('/hostname', 'later.example'),
    (seen) => seen.startsWith('200'),
  )
  expect(await run("kubectl get ingress later -o jsonpath='{.spec.ingressClassName}'")).toBe('nginx')
  // one that changes its class goes
  await run(`kubectl patch ingress later -p '{"spec":{"ingressClassName":"ngnix"}}'`)
  await until(
    () => shop('/hostname', 'later.example'),
    (seen) => seen.startsWith('404'),
  )
})

test('an nginx that is killed comes back, and a controller that goes takes its address with it', async (context) => {
  if (missing) return context.skip(missing)
  await run("kubectl -n ingress-nginx exec deploy/ingress-nginx-controller -- bash -c 'kill -9 $(cat /tmp/nginx/nginx.pid)'")
  await until(
    () => run('kubectl -n ingress-nginx get pods'),
    (seen) => /1\/1 +Running +1 /.test(seen),
  )
  await until(
    () => shop('/hostname'),
    (seen) => seen.startsWith('200'),
  )
  await run('kubectl -n ingress-nginx scale deploy ingress-nginx-controller --replicas=0')
  await until(
    () => run('kubectl get ingress shop'),
    (seen) => /shop +nginx +shop\.example +80 /.test(seen),
  )
  expect(await shop('/hostname')).toMatch(/^000/)
})
