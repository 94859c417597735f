// The life of pods as kubectl shows it, in a real embedded cluster: crashes, images that are not there, probes, deletion, killed sandboxes, streams.
import { expect, test } from 'vitest'
import { oneCluster } from './testing/one-cluster.ts'

const lab = oneCluster('podstest')
const { run } = lab
const kubectl = (command: string) => run('laptop', `kubectl ${command}`)

// biome-ignore lint/suspicious/noExplicitAny: a Pod as the API gives it
async function pod(name: string): Promise<any> {
  return (await lab.cluster.api({ method: 'GET', path: `/api/v1/namespaces/default/pods/${name}` })).body
}
// biome-ignore lint/suspicious/noExplicitAny: a Pod as the API gives it
async function until(name: string, holds: (pod: any) => boolean, timeoutMs = 6000): Promise<any> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const seen = await pod(name)
    if (holds(seen)) return seen
    if (Date.now() > deadline) throw new Error(`pod ${name} stayed ${JSON.stringify(seen.status)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
async function events(name: string): Promise<string[]> {
  const { body } = await lab.cluster.api({
    method: 'GET',
    path: `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name}`,
  })
  return (body as { items: { reason: string; message: string }[] }).items.map(({ reason, message }) => `${reason}: ${message}`)
}
const manifest = (name: string, spec: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {nodeName: worker, terminationGracePeriodSeconds: 2, ${spec}}\n`
const state = (seen: { status: { containerStatuses?: { state: Record<string, unknown> }[] } }) => seen.status.containerStatuses?.[0]?.state

test('a crashing container is restarted at once, then backs off; its last run can be read', async () => {
  await kubectl("run crash --image=busybox -- sh -c 'echo boom; exit 3'")
  const seen = await until('crash', (pod) => state(pod)?.waiting !== undefined && pod.status.containerStatuses[0].restartCount === 1)
  expect(state(seen)).toMatchObject({
    waiting: { reason: 'CrashLoopBackOff', message: expect.stringMatching(/^back-off 10s restarting failed/) },
  })
  expect(seen.status.containerStatuses[0].lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
  expect(seen.status.phase).toBe('Running')
  expect((await kubectl('logs crash --previous')).output).toBe('boom\n')
  expect(await events('crash')).toContainEqual(
    expect.stringMatching(/^BackOff: Back-off restarting failed container crash in pod crash_default/),
  )
  await kubectl('delete pod crash')
})

test('an image that is not there is told as the kubelet tells it', async () => {
  await kubectl('run typo --image=nginx:lates')
  const seen = await until('typo', (pod) => (state(pod)?.waiting as { reason?: string })?.reason === 'ImagePullBackOff')
  expect(state(seen)).toMatchObject({ waiting: { message: expect.stringContaining('docker.io/library/nginx:lates: not found') } })
  expect(await events('typo')).toEqual(
    expect.arrayContaining([
      'Pulling: Pulling image "nginx:lates"',
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "nginx:lates"',
    ]),
  )
  await kubectl('set image pod/typo typo=nginx:1.27')
  await until('typo', (pod) => state(pod)?.running !== undefined, 1000)
  await kubectl('set image pod/typo typo=nginx:1.28')
  await until('typo', (pod) => state(pod)?.running !== undefined && pod.status.containerStatuses[0].restartCount === 1, 2000)
  await kubectl('delete pod typo')
})

test('a pod that runs once succeeds, and gives its address back', async () => {
  await kubectl('run once --image=busybox --restart=Never -- echo done')
  const seen = await until('once', (pod) => pod.status?.phase === 'Succeeded')
  expect(state(seen)).toMatchObject({ terminated: { exitCode: 0, reason: 'Completed' } })
  expect((await kubectl('logs once')).output).toBe('done\n')
  expect((await lab.cluster.places()).some(({ target }) => target.kind === 'pod' && target.name === 'once')).toBe(false)
  await kubectl('delete pod once')
})

test('init containers run first, one after the other; a failing one keeps the pod back', async () => {
  const init = (name: string, script: string) => `{name: ${name}, image: busybox, command: [sh, -c, '${script}']}`
  const main = '{name: main, image: busybox, command: [sleep, infinity]}'
  await lab.cluster.apply(
    manifest('inits', `initContainers: [${init('a', 'echo a > /root/x')}, ${init('b', 'echo b >> /root/x')}], containers: [${main}]`),
  )
  await until('inits', (pod) => pod.status?.phase === 'Running')
  expect((await run('pod/inits', 'cat /root/x')).output).toBe('a\nb\n')
  await lab.cluster.apply(manifest('stuck', `restartPolicy: Never, initContainers: [${init('a', 'exit 1')}], containers: [${main}]`))
  const seen = await until('stuck', (pod) => pod.status?.phase === 'Failed')
  expect(state(seen)).toEqual({ waiting: { reason: 'PodInitializing' } })
  await kubectl('delete pod inits stuck')
})

test('readiness follows the probe, both ways, and failures are events', async () => {
  const probe = 'readinessProbe: {exec: {command: [test, -e, /root/ready]}, periodSeconds: 1, failureThreshold: 1}'
  await lab.cluster.apply(manifest('ready', `containers: [{name: c, image: busybox, command: [sleep, infinity], ${probe}}]`))
  const isReady = (pod: { status: { conditions?: { type: string; status: string }[] } }) =>
    pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  await until('ready', (pod) => pod.status?.phase === 'Running')
  expect(isReady(await pod('ready'))).toBe(false)
  await run('pod/ready', 'touch /root/ready')
  await until('ready', isReady)
  await run('pod/ready', 'rm /root/ready')
  const seen = await until('ready', (pod) => !isReady(pod))
  expect(seen.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', reason: 'ContainersNotReady', message: 'containers with unready status: [c]' }),
  )
  expect(await events('ready')).toContainEqual(expect.stringMatching(/^Unhealthy: Readiness probe failed: /))
  await kubectl('delete pod ready')
})

test('a container that fails its liveness probe is restarted', async () => {
  const probe = 'livenessProbe: {httpGet: {path: /healthz, port: 9}, periodSeconds: 1, failureThreshold: 1}'
  await lab.cluster.apply(manifest('sick', `containers: [{name: c, image: busybox, command: [sleep, infinity], ${probe}}]`))
  await until('sick', (pod) => pod.status?.containerStatuses?.[0]?.restartCount >= 1)
  const seen = await events('sick')
  expect(seen).toContain('Killing: Container c failed liveness probe, will be restarted')
  expect(seen).toContainEqual(
    expect.stringMatching(
      /^Unhealthy: Liveness probe failed: Get "http:\/\/10\.244\.1\.\d+:9\/healthz": dial tcp .*: connect: connection refused$/,
    ),
  )
  await kubectl('delete pod sick')
})

test('deletion asks first, and insists after the grace period', async () => {
  await lab.cluster.apply(
    manifest('deaf', `containers: [{name: c, image: busybox, command: [sh, -c, 'trap "" TERM; while :; do sleep 0.1; done']}]`),
  )
  await until('deaf', (pod) => pod.status?.phase === 'Running')
  const started = Date.now()
  await kubectl('delete pod deaf --grace-period=1')
  expect(Date.now() - started).toBeGreaterThan(900)
  expect(await events('deaf')).toContain('Killing: Stopping container c')
  expect((await lab.cluster.api({ method: 'GET', path: '/api/v1/namespaces/default/pods/deaf' })).status).toBe(404)
})

test('a pod whose pause was killed on its node comes back with a new address', async () => {
  await lab.cluster.apply(manifest('struck', 'containers: [{name: c, image: busybox, command: [sleep, infinity]}]'))
  const before = await until('struck', (pod) => pod.status?.phase === 'Running')
  await run('node/worker', 'kill -9 $(pgrep -f /pause)')
  const after = await until('struck', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1 && state(pod)?.running !== undefined)
  expect(after.status.podIP).not.toBe(before.status.podIP)
  expect(await events('struck')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.')
  expect((await run('node/worker', `ping -c 1 -W 1 ${after.status.podIP}`)).code).toBe(0)
  await kubectl('delete pod struck')
})

test('ConfigMaps reach containers as variables and files; a missing one is waited for', async () => {
  const env = 'env: [{name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}]'
  const volumes = 'volumes: [{name: v, configMap: {name: settings}}]'
  const container = `{name: c, image: busybox, command: [sleep, infinity], ${env}, volumeMounts: [{name: v, mountPath: /settings}]}`
  await lab.cluster.apply(manifest('configured', `${volumes}, containers: [${container}]`))
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(await events('configured')).toContainEqual(
    expect.stringMatching(/^FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found/),
  )
  await kubectl('create configmap settings --from-literal=colour=blue')
  await until('configured', (pod) => pod.status?.phase === 'Running')
  expect((await kubectl("exec configured -- sh -c 'echo $COLOUR; cat /settings/colour'")).output).toBe('blue\nblue')
  await kubectl('delete pod configured')
})

test('exec, logs -f, port-forward and run --rm work as on any cluster', async () => {
  await lab.cluster.apply(
    manifest('server', "containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: [netexec, --http-port=8080]}]"),
  )
  await until('server', (pod) => pod.status?.phase === 'Running')
  expect(await kubectl("exec server -- sh -c 'hostname; exit 4'")).toEqual({
    code: 4,
    output: 'server\ncommand terminated with exit code 4\n',
  })
  expect((await run('laptop', 'echo hi | kubectl exec -i server -- cat')).output).toBe('hi\n')
  const forward =
    'kubectl port-forward pod/server 9000:8080 >/dev/null & p=$!; for i in $(seq 50); do curl -sf -m 2 localhost:9000/hostname && break; sleep 0.1; done; kill $p'
  expect((await run('laptop', forward)).output).toBe('server')
  expect(await kubectl("run tmp --rm -i --quiet --image=busybox --restart=Never -- sh -c 'sleep 0.5; hostname; exit 6'")).toMatchObject({
    code: 6,
    output: expect.stringContaining('tmp\n'),
  })
  const follow = await run(
    'laptop',
    "kubectl run ticks --image=busybox --restart=Never -- sh -c 'for i in 1 2 3; do echo $i; sleep 0.2; done' >/dev/null; kubectl wait --for=jsonpath={.status.phase}=Running pod/ticks >/dev/null; kubectl logs -f ticks",
  )
  expect(follow.output).toBe('1\n2\n3\n')
  await kubectl('delete pod server ticks')
})

test('a pod on the host network has the address, the names and the ports of its node', async () => {
  const server = "{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: [netexec, --http-port=8088]}"
  await lab.cluster.apply(manifest('onhost', `hostNetwork: true, containers: [${server}]`))
  const seen = await until('onhost', (pod) => pod.status?.phase === 'Running')
  expect(seen.status.podIP).toBe('172.18.0.3')
  expect((await run('laptop', 'curl -s -m 2 --retry 5 --retry-connrefused --retry-delay 1 http://172.18.0.3:8088/hostname')).output).toBe(
    'worker',
  )
  await kubectl('delete pod onhost')
  expect((await run('laptop', 'curl -s -m 1 http://172.18.0.3:8088/hostname')).code).not.toBe(0)
  expect((await run('node/worker', 'true')).code).toBe(0)
})

test('a Job runs to its end as kubectl tells it, and one that fails says why', async () => {
  await kubectl("create job pi --image=busybox -- sh -c 'echo 3.14159'")
  expect(await kubectl('wait --for=condition=complete job/pi --timeout=10s')).toEqual({ code: 0, output: 'job.batch/pi condition met\n' })
  expect((await kubectl('logs job/pi')).output).toBe('3.14159\n')
  expect((await kubectl('get jobs')).output).toMatch(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\npi +Complete +1\/1 +\d+s +\d+s\n$/)
  expect((await kubectl('get pods -l job-name=pi --no-headers')).output).toMatch(/^pi-\w{5} +0\/1 +Completed +0 /)
  expect(await events('pi')).toEqual([expect.stringMatching(/^SuccessfulCreate: Created pod: pi-/), 'Completed: Job completed'])
  const failing = { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['false'] }] }
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'bad' },
    spec: { backoffLimit: 0, template: { spec: failing } },
  }
  await run('laptop', `kubectl apply -f - <<'EOF'\n${JSON.stringify(manifest)}\nEOF`)
  expect((await kubectl('wait --for=condition=failed job/bad --timeout=10s')).code).toBe(0)
  expect((await kubectl('describe job bad')).output).toContain('Job has reached the specified backoff limit')
  expect((await kubectl('delete job pi bad')).code).toBe(0)
  await expect.poll(async () => (await kubectl('get pods -l job-name --no-headers')).output).toContain('No resources found')
})

test('a DaemonSet is on every worker, rolls out and back, and drain knows it', async () => {
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'busybox', command: ['sleep', '1000'] }] },
      },
    },
  }
  await run('laptop', `kubectl apply -f - <<'EOF'\n${JSON.stringify(manifest)}\nEOF`)
  expect((await kubectl('rollout status ds/agent --timeout=10s')).output).toMatch(/daemon set "agent" successfully rolled out\n$/)
  expect((await kubectl('get ds')).output).toMatch(
    /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\nagent +2 +2 +2 +2 +2 +<none> +\d+s\n$/,
  )
  await kubectl('set env ds/agent COLOUR=blue')
  expect((await kubectl('rollout status ds/agent --timeout=30s')).code).toBe(0)
  expect((await kubectl('rollout undo ds/agent')).output).toContain('daemonset.apps/agent rolled back\n')
  expect((await kubectl('rollout status ds/agent --timeout=30s')).code).toBe(0)
  expect((await kubectl('rollout history ds/agent')).output).toMatch(/^2 .*\n3 /m)
  expect((await kubectl('get controllerrevisions --no-headers')).output).toMatch(/daemonset\.apps\/agent +3 /)
  const drained = await kubectl('drain worker2 --ignore-daemonsets --force --grace-period=1 --timeout=20s')
  expect(drained.output).toMatch(/ignoring DaemonSet-managed Pods: default\/agent-\w{5}/)
  expect(drained.code).toBe(0)
  expect((await kubectl('get pods -l app=agent -o name')).output.trim().split('\n')).toHaveLength(2)
  await kubectl('uncordon worker2')
  await kubectl('delete ds agent')
  await expect.poll(async () => (await kubectl('get pods -l app=agent --no-headers')).output).toContain('No resources found')
}, 60_000)

test('a StatefulSet’s pods have names in DNS that outlive them, and kubectl rolls it out, back and down', async () => {
  const set = `apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: c, image: "registry.k8s.io/e2e-test-images/agnhost:2.47", args: [netexec, --http-port=8080]}]
`
  await lab.cluster.apply(set)
  expect((await kubectl('rollout status sts/db --timeout=20s')).output).toContain(
    'partitioned roll out complete: 2 new pods have been updated',
  )
  expect((await kubectl('get sts db')).output).toMatch(/^NAME +READY +AGE\ndb +2\/2 +\d+s\n$/)
  expect((await kubectl('get pods -l app=db -o name')).output).toBe('pod/db-0\npod/db-1\n')
  const address = async () => (await pod('db-1')).status.podIP
  const resolved = async () => (await run('pod/db-0', 'dig +short db-1.db.default.svc.cluster.local')).output.trim()
  const before = await address()
  await expect.poll(resolved, { timeout: 5000 }).toBe(before)
  expect((await run('pod/db-0', 'curl -s -m 2 http://db-1.db:8080/hostname')).output).toBe('db-1')

  await kubectl('delete pod db-1')
  await kubectl('rollout status sts/db --timeout=20s')
  const after = await address()
  expect(after).not.toBe(before)
  await expect.poll(resolved, { timeout: 5000 }).toBe(after)

  await kubectl('set env sts/db COLOUR=blue')
  await kubectl('rollout status sts/db --timeout=20s')
  expect((await run('pod/db-1', 'echo $COLOUR')).output).toBe('blue\n')
  expect((await kubectl('rollout undo sts/db')).output).toContain('statefulset.apps/db rolled back\n')
  await kubectl('rollout status sts/db --timeout=20s')
  expect((await run('pod/db-1', 'echo $COLOUR')).output).toBe('\n')
  await kubectl('scale sts/db --replicas=1')
  await expect.poll(async () => (await kubectl('get pods -l app=db -o name')).output, { timeout: 5000 }).toBe('pod/db-0\n')
  expect((await kubectl('describe sts db')).output).toMatch(/SuccessfulDelete .*delete Pod db-1 in StatefulSet db successful/)
  await kubectl('delete sts,svc db')
})

test('a sidecar starts before the containers, runs beside them and ends after them', async () => {
  const side = `{name: side, image: busybox, restartPolicy: Always, command: [sh, -c, 'sleep 1000 & wait']}`
  const long = `initContainers: [${side}], containers: [{name: app, image: busybox, command: [sleep, '1000']}]`
  await run('laptop', `kubectl apply -f - <<'EOF'\n${manifest('beside', long)}EOF`)
  await until('beside', (pod) => pod.status?.conditions?.some((c: Record<string, string>) => c.type === 'Ready' && c.status === 'True'))
  expect((await kubectl('get pod beside --no-headers')).output).toMatch(/^beside +2\/2 +Running +0 /)
  await kubectl('delete pod beside')
  const short = `restartPolicy: Never, initContainers: [${side}], containers: [{name: app, image: busybox, command: [sh, -c, 'echo done']}]`
  await run('laptop', `kubectl apply -f - <<'EOF'\n${manifest('done', short)}EOF`)
  const ended = await until('done', (pod) => pod.status?.initContainerStatuses?.[0].state.terminated !== undefined)
  expect(ended.status.phase).toBe('Succeeded')
})

// many files, so that writing them takes a while
const others = Array.from({ length: 400 }, (_, i) => `other-${i}: "${i}"`).join(', ')
const busyMap = (name: string, value: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}", ${others}}\n`
const mountsBusy = (name: string) =>
  manifest(
    name,
    `containers: [{name: c, image: busybox, command: [sleep, '99'], volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, configMap: {name: ${name}}}]`,
  )
const seenIn = async (name: string) => (await run(`pod/${name}`, 'cat /v/value')).output

// the one change falls into another moment of the pod's start each time; one pod after the other, for a change anywhere in the namespace refreshes all
test.each([0, 20, 40, 80])('a ConfigMap that changes %i ms after its pod was made reaches the volume', async (ms) => {
  const name = `busy-${ms}`
  await lab.cluster.apply(`${busyMap(name, 0)}---\n${mountsBusy(name)}`)
  await new Promise((resolve) => setTimeout(resolve, ms))
  await lab.cluster.apply(busyMap(name, 1))
  await until(name, ({ status }) => status.phase === 'Running')
  await expect.poll(() => seenIn(name), { timeout: 4000, interval: 200 }).toBe('1')
  await kubectl(`delete --force pod/${name} configmap/${name}`)
})

test('a ConfigMap that never stops changing is followed all the same', async () => {
  await lab.cluster.apply(`${busyMap('restless', 0)}---\n${mountsBusy('restless')}`)
  await until('restless', ({ status }) => status.phase === 'Running')
  const end = performance.now() + 4000
  for (let value = 1; performance.now() < end; value++) {
    await lab.cluster.apply(busyMap('restless', value))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(Number(await seenIn('restless'))).toBeGreaterThan(1)
  await kubectl('delete --force pod/restless configmap/restless')
})

test('a changed ConfigMap reaches its volume within seconds, and a subPath never', async () => {
  await kubectl('create configmap live --from-literal=a=1 --from-literal=b=1')
  const mounts = 'volumeMounts: [{name: v, mountPath: /etc/live}, {name: v, mountPath: /etc/pinned, subPath: a}]'
  const spec = `volumes: [{name: v, configMap: {name: live}}], containers: [{name: app, image: busybox, command: [sleep, '1000'], ${mounts}}]`
  await run('laptop', `kubectl apply -f - <<'EOF'\n${manifest('live', spec)}EOF`)
  await until('live', (pod) => pod.status?.phase === 'Running')
  await kubectl(`patch configmap live --type=json -p '[{"op":"replace","path":"/data/a","value":"2"},{"op":"remove","path":"/data/b"}]'`)
  const look = async () => (await kubectl("exec live -- sh -c 'cat /etc/live/a /etc/pinned; ls /etc/live'")).output
  await expect.poll(look, { timeout: 5000 }).toBe('21a\n')
})
