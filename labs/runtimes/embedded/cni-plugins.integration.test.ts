// What the kubelet does with /etc/cni/net.d: our fast plugin and the real ones leave a node and a pod in the same state, and the files decide which network.
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { oneCluster } from './testing/one-cluster.ts'

const conflist = '/etc/cni/net.d/10-kindnet.conflist'

const lab = oneCluster('cniplugs')
const run = async (target: string, script: string) => (await lab.run(target, script)).output
// biome-ignore lint/suspicious/noExplicitAny: a Pod as the API gives it
async function until(name: string, holds: (pod: any) => boolean): Promise<any> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const seen = (await lab.cluster.api({ method: 'GET', path: `/api/v1/namespaces/default/pods/${name}` })).body
    if (holds(seen)) return seen
    if (Date.now() > deadline) throw new Error(`pod ${name} stayed ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const start = (name: string, more = '') =>
  lab.cluster.apply(
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: worker, terminationGracePeriodSeconds: 1, containers: [{name: c, image: busybox, command: [sleep, infinity]${more}}]}\n`,
  )
async function startPod(name: string, more = ''): Promise<string> {
  await start(name, more)
  return (await until(name, (pod) => pod.status?.phase === 'Running')).status.podIP
}
async function events(name: string): Promise<string[]> {
  const path = `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name}`
  const { items } = (await lab.cluster.api({ method: 'GET', path })).body as { items: { reason: string; message: string }[] }
  return items.map(({ reason, message }) => `${reason}: ${message}`)
}
async function deletePod(name: string): Promise<void> {
  await run('laptop', `kubectl delete pod ${name} --now`)
}

/** Everything that a plugin has made for one pod, its address and the random names blotted out. */
async function traces(name: string, address: string): Promise<string> {
  const inPod = await run(
    `pod/${name}`,
    `ip -o link show eth0 | sed -E 's/^.*eth0@[^:]*: //; s/ether [0-9a-f:]+/ether …/'; ip -o -4 addr show dev eth0 | sed 's/^[0-9]*: //'; ip route; ip neigh show nud permanent
    for each in /proc/sys/net/ipv4/conf/eth0/{forwarding,proxy_arp,rp_filter}; do echo "\${each##*/} $(cat $each)"; done`,
  )
  const onNode = await run(
    'node/worker',
    `link=$(ip route show ${address} | awk '{ print $3 }')
    ip route show ${address}; ip -o -4 addr show dev $link | sed 's/^[0-9]*: //'; ip -o -6 addr show dev $link
    ip -o -d link show $link | sed -E 's/^[0-9]+: //; s/@[^:]*//; s/link-netns(id)? [^ ]+/…/; s/ether [0-9a-f:]+/ether …/'
    for each in /proc/sys/net/ipv4/conf/$link/{forwarding,proxy_arp,rp_filter}; do echo "\${each##*/} $(cat $each)"; done
    tr -d '\\r' < /run/cni-ipam-state/kindnet/${address} | sed -E 's/^[0-9a-f]{64}$/sandbox/'; echo
    iptables-save | grep -v '^[#:]' | sort; nft list tables`,
  )
  return (inPod + onNode).replace(new RegExp(`\\b${address.replaceAll('.', '\\.')}\\b`, 'g'), 'ADDRESS').replace(/veth[0-9a-f]{8}/g, 'LINK')
}

const hasPlugins = existsSync('/usr/lib/cni/ptp')
const missing = 'containernetworking-plugins is not installed on this machine'

test('ours leaves behind what the real plugins leave behind', async (context) => {
  if (!hasPlugins) context.skip(missing)
  const ours = await traces('ours', await startPod('ours'))
  expect(ours).toContain('ADDRESS dev LINK scope host')
  // another text with the same meaning is not what kindnet wrote, so the plugins run
  await run('node/worker', `echo >> ${conflist}`)
  const theirs = await traces('theirs', await startPod('theirs'))
  expect(theirs).toBe(ours)
})

test('real plugins give their address back, and never one that ours has given', async (context) => {
  if (!hasPlugins) context.skip(missing)
  const leases = async () => (await run('node/worker', 'cd /run/cni-ipam-state/kindnet; echo 10.*')).trim().split(' ')
  const before = await leases()
  expect(before).toHaveLength(2)
  const given = await startPod('third')
  expect(before).not.toContain(given)
  expect(await leases()).toEqual([...before, given].sort())
  await deletePod('third')
  expect(await leases()).toEqual(before)
  expect(await run('node/worker', `ip route show ${given}`)).toBe('')
})

test('a host port is opened by portmap, and closed with the pod', async (context) => {
  if (!hasPlugins) context.skip(missing)
  await lab.cluster.apply(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: open}\nspec: {nodeName: worker2, terminationGracePeriodSeconds: 1, containers: [{name: c, image: "registry.k8s.io/e2e-test-images/agnhost:2.47", args: [netexec, --http-port=8080], ports: [{containerPort: 8080, hostPort: 8181}]}]}\n',
  )
  await until('open', (pod) => pod.status?.containerStatuses?.[0]?.ready === true)
  expect(await run('laptop', 'curl -m 2 -sS --retry 20 --retry-delay 0 --retry-connrefused http://worker2:8181/hostname')).toBe('open')
  await deletePod('open')
  expect(await run('node/worker2', 'iptables-save | grep -c "to-destination.*:8080"')).toBe('0\n')
})

test('pods that start at one moment, by ours and by the real plugins, never share an address; nor with one taken by hand', async (context) => {
  if (!hasPlugins) context.skip(missing)
  const leases = 'cd /run/cni-ipam-state/kindnet && echo 10.*'
  await run('node/worker2', `touch /run/cni-ipam-state/kindnet/10.244.2.9`)
  const names = Array.from({ length: 12 }, (_, i) => `at-once-${i}`)
  const pod = (name: string, i: number) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: 'worker2',
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'c',
          image: 'busybox',
          command: ['sleep', 'infinity'],
          ...(i % 3 ? {} : { ports: [{ containerPort: 80, hostPort: 9000 + i }] }),
        },
      ],
    },
  })
  await lab.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map(pod) }))
  const given: string[] = await Promise.all(
    names.map(async (name) => (await until(name, (seen) => seen.status?.phase === 'Running')).status.podIP),
  )
  expect(new Set([...given, '10.244.2.9']).size, given.join()).toBe(13)
  expect((await run('node/worker2', leases)).trim().split(' ')).toEqual(expect.arrayContaining(given))
  await run('laptop', `kubectl delete pod ${names.join(' ')} --now`)
  const left = (await run('node/worker2', leases)).trim().split(' ')
  expect(left).toContain('10.244.2.9')
  for (const address of given) expect(left).not.toContain(address)
})

test('the first file in order decides; what it asks for in vain is an event, and mending it is enough', async () => {
  const leftover = '/etc/cni/net.d/05-old.conf'
  await run('node/worker', `echo '{"cniVersion": "0.3.1", "name": "old", "type": "weave-net"}' > ${leftover}`)
  await start('waits')
  await until('waits', (pod) => pod.status?.phase === 'Pending')
  await expect
    .poll(() => events('waits'), { timeout: 5000 })
    .toContainEqual(
      expect.stringMatching(
        /^FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "[0-9a-f]{64}": plugin type="weave-net" failed \(add\): failed to find plugin "weave-net" in path \[\/opt\/cni\/bin\]$/,
      ),
    )
  await run('node/worker', `rm ${leftover}`)
  await until('waits', (pod) => pod.status?.phase === 'Running')
})

test('a file that is no JSON, or none at all, leaves the node without a network; the agent writes its own when it starts', async () => {
  await run('node/worker', `echo '{' > ${conflist}`)
  await start('nowhere')
  await expect
    .poll(() => events('nowhere'), { timeout: 5000 })
    .toContainEqual(expect.stringMatching(/^NetworkNotReady: network is not ready: .*cni plugin not initialized$/))
  await run('node/worker', `rm ${conflist}`)
  await lab.cluster.resync()
  await until('nowhere', (pod) => pod.status?.phase === 'Running')
})
