// A node that is cut off from the API server, and one without its CNI file, in a real embedded cluster.
import { expect, test } from 'vitest'
import { until } from '../testing/until.ts'
import { oneCluster } from './testing/one-cluster.ts'

const lab = oneCluster('nodestest')
const run = async (target: string, script: string) => (await lab.run(target, script)).output
const kubectl = (command: string) => run('laptop', `kubectl ${command}`)
const start = (name: string, node: string) =>
  lab.cluster.apply(
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: ${node}, terminationGracePeriodSeconds: 1, containers: [{name: c, image: busybox, command: [sleep, infinity]}]}\n`,
  )
const column = (name: string) => kubectl(`get pod ${name} --no-headers --ignore-not-found`)

test('a node that is cut off takes no orders and answers nobody; when it is back it has done what was asked meanwhile', async () => {
  await start('far', 'worker2')
  await until(
    () => column('far'),
    (seen) => seen.includes('Running'),
  )
  expect(await kubectl('exec far -- echo here')).toBe('here\n')
  await run('node/worker2', 'iptables -I OUTPUT -d 172.18.0.2 -p tcp --dport 6443 -j DROP')
  await until(
    () => kubectl('exec far -- echo here'),
    (seen) => seen.includes('error dialing backend: dial tcp 172.18.0.4:10250: connect: no route to host'),
    40_000,
  )
  await kubectl('delete pod far --wait=false')
  await start('late', 'worker2')
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(await column('far')).toContain('Terminating')
  expect(await column('late')).toContain('Pending')
  expect(await run('node/worker2', 'pgrep -c sleep')).toBe('1\n')

  await run('node/worker2', 'iptables -D OUTPUT -d 172.18.0.2 -p tcp --dport 6443 -j DROP')
  await until(
    async () => [await column('far'), await column('late')],
    ([far, late]) => far === '' && late?.includes('Running') === true,
    20_000,
  )
}, 90_000)

test('a node without its CNI file is NotReady and says why, until it has one', async () => {
  const status = () => kubectl('get node worker --no-headers')
  await run('node/worker', 'mv /etc/cni/net.d/10-kindnet.conflist /root/')
  await until(status, (seen) => seen.includes('NotReady'), 30_000)
  expect(await kubectl('describe node worker')).toMatch(
    /Ready +False .* KubeletNotReady +container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized/,
  )
  expect(await kubectl('describe node worker')).toContain('node.kubernetes.io/not-ready:NoExecute')
  await run('node/worker', 'mv /root/10-kindnet.conflist /etc/cni/net.d/')
  await until(status, (seen) => / Ready /.test(seen), 30_000)
  expect(await kubectl('describe node worker')).toMatch(/Taints: +<none>/)
}, 90_000)
