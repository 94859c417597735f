// What can be seen of kube-proxy on the nodes of a real embedded cluster: its process, its health and the Services' health check ports.
import { expect, test } from 'vitest'
import { parseTarget } from '../../spec/target.ts'
import { until as untilWithin } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const lab = oneCluster('kubeproxytst')
const run = async (target: string, script: string) => (await lab.run(target, script)).output
const until = <T>(look: () => Promise<T>, holds: (seen: T) => boolean, timeoutMs = 10_000) => untilWithin(look, holds, timeoutMs)
const status = (node: string, port: number, path = '/') =>
  run('laptop', `curl -s -m 1 -o /dev/null -w '%{http_code}' http://${node}:${port}${path}`)
const kubeProxy = (format: string) => run('node/worker', `ps -C kube-proxy -o ${format}=`).then((text) => text.trim())

test('every node has the process, and it says how it is', async () => {
  expect(await kubeProxy('args')).toBe('/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf --hostname-override=worker')
  for (const node of ['control-plane', 'worker', 'worker2']) {
    expect(await status(node, 10256, '/healthz')).toBe('200')
    expect(await status(node, 10256, '/livez')).toBe('200')
    expect(await status(node, 10256, '/nowhere')).toBe('404')
  }
  expect(JSON.parse(await run('node/worker', 'curl -s http://127.0.0.1:10256/healthz'))).toMatchObject({
    nodeEligible: true,
    healthy: true,
    status: { IPv4: { healthy: true } },
  })
  await run('laptop', 'kubectl taint node worker2 ToBeDeletedByClusterAutoscaler=now:NoSchedule')
  expect(await status('worker2', 10256, '/healthz')).toBe('503')
  expect(await status('worker2', 10256, '/livez')).toBe('200')
  await run('laptop', 'kubectl taint node worker2 ToBeDeletedByClusterAutoscaler-')
})

test('a health check port says where the endpoints are, follows them, and goes with its Service', async () => {
  await lab.cluster.apply(`apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  nodeName: worker
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: [netexec]}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 32100
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080}]
`)
  await until(
    () => status('worker', 32100),
    (code) => code === '200',
  )
  expect(await status('worker2', 32100, '/anything')).toBe('503')
  const reply = await run('laptop', 'curl -si -m 1 http://worker2:32100/healthz')
  expect(reply).toContain('X-Load-Balancing-Endpoint-Weight: 0\r\n')
  expect(JSON.parse(reply.split('\r\n\r\n')[1] as string)).toEqual({
    service: { namespace: 'default', name: 'shop' },
    localEndpoints: 0,
    serviceProxyHealthy: true,
  })
  await run('laptop', 'kubectl delete pod shop')
  await until(
    () => status('worker', 32100),
    (code) => code === '503',
  )
  await run('laptop', 'kubectl patch service shop -p \'{"spec":{"externalTrafficPolicy":"Cluster"}}\'')
  await until(
    () => status('worker', 32100),
    (code) => code === '000',
  )
  await run('laptop', 'kubectl delete service shop')
})

test('a port that somebody else has is an event, and taken over when it is free', async () => {
  const holder = await lab.cluster.spawn(parseTarget('node/worker'), ['socat', 'TCP-LISTEN:32101,reuseaddr,fork', 'PIPE'])
  await until(
    () => run('node/worker', 'ss -ltn'),
    (text) => text.includes(':32101'),
  )
  await run('laptop', 'kubectl create service loadbalancer taken --tcp=80')
  await run('laptop', 'kubectl patch service taken -p \'{"spec":{"externalTrafficPolicy":"Local","healthCheckNodePort":32101}}\'')
  const event = await until(
    () => run('laptop', 'kubectl get events --field-selector reason=FailedToStartServiceHealthcheck -o jsonpath="{.items[*].message}"'),
    (text) => text !== '',
  )
  expect(event).toBe(
    'node worker failed to start healthcheck "default/taken" on port 32101: listen tcp4 0.0.0.0:32101: bind: address already in use',
  )
  expect(await status('worker2', 32101)).toBe('503')
  expect(await status('worker', 10256, '/healthz')).toBe('200')
  holder.kill('SIGKILL')
  await holder.exited
  await run('laptop', 'kubectl create service clusterip next --tcp=80')
  await until(
    () => status('worker', 32101),
    (code) => code === '503',
  )
  await run('laptop', 'kubectl delete service taken next')
})

test('killed, it comes back and writes everything again; held, it is stopped, and what takes its place is not', async () => {
  const rules = () => run('node/worker', 'iptables-save -t nat | grep -c kube-dns').then((text) => Number(text))
  // the sync after the test before would write some of them again
  await lab.cluster.settled(5000)
  const before = await rules()
  expect(before).toBeGreaterThan(0)
  await run('node/worker', 'iptables -t nat -F; iptables -t nat -X')
  expect(await rules()).toBe(0)
  await run('node/worker', 'pkill kube-proxy')
  await until(rules, (count) => count === before)
  expect(await status('worker', 10256, '/healthz')).toBe('200')

  await lab.cluster.hold([{ agent: 'kube-proxy', node: 'worker' }])
  expect(await kubeProxy('stat')).toMatch(/^T/)
  expect(await status('worker', 10256, '/healthz')).toBe('000')
  await lab.cluster.release()
  expect(await status('worker', 10256, '/healthz')).toBe('200')

  await lab.cluster.hold([{ agent: 'kube-proxy', node: 'worker' }])
  await run('node/worker', 'pkill -KILL kube-proxy')
  await until(
    () => kubeProxy('stat'),
    (stat) => /^S/.test(stat),
  )
  await run('laptop', 'kubectl create service clusterip late --tcp=80')
  await until(
    () => run('node/worker', 'iptables-save -t filter'),
    (text) => text.includes('default/late'),
  )
  await run('laptop', 'kubectl delete service late')
})
