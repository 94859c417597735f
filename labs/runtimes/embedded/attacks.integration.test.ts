// The attack table: a student's root shell against the sandbox, started as root and as an ordinary user, with and without subordinate ids.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseIdMapping, type IdMapping } from './sandbox-recipe.ts'
import { type Attack, allowedTable, attackTable, type Surroundings } from './testing/attacks.ts'
import { DrivenSandbox, type StagedAssets, stageForTests } from './testing/driven-sandbox.ts'
import { isThere, makeTestUser, processesBelow, type TestUser, until } from './testing/machine.ts'

const isRoot = process.getuid?.() === 0
let staged: StagedAssets
let user: TestUser | undefined
let userAssets: string
let folder: string
let server: Server
let abstractListener: ChildProcess
const surroundings = {} as Surroundings

beforeAll(async () => {
  staged = await stageForTests()
  if (isRoot) {
    user = makeTestUser()
    userAssets = staged.ownedBy(user.uid, user.gid)
  } else {
    userAssets = staged.folder
  }
  folder = mkdtempSync(join(tmpdir(), 'podwire-attacks-'))
  chmodSync(folder, 0o755)
  const hostFile = join(folder, 'readable-by-all')
  writeFileSync(hostFile, 'a file of this machine')
  server = createServer((_, response) => response.end('a server of this machine')).listen(0, '0.0.0.0')
  await new Promise((resolve) => server.once('listening', resolve))
  const abstractSocket = `podwire-attack-${process.pid}`
  abstractListener = spawn('socat', [`ABSTRACT-LISTEN:${abstractSocket},fork`, 'SYSTEM:echo abstract'], { stdio: 'ignore' })
  const address = Object.values(networkInterfaces())
    .flat()
    .find((a) => a?.family === 'IPv4' && !a.internal)?.address
  Object.assign(surroundings, {
    hostFile,
    abstractSocket,
    hostPort: (server.address() as AddressInfo).port,
    hostAddress: address ?? '127.0.0.2',
    hostPids: [process.pid, process.ppid, 1],
  })
})
afterAll(() => {
  server?.close()
  abstractListener?.kill()
  rmSync(folder, { recursive: true, force: true })
  staged?.remove()
  user?.remove()
})

interface Mode {
  name: string
  /** why this mode cannot be tried here */
  skip?: string
  assets(): string
  user(): { uid: number; gid: number } | undefined
  mapping(): IdMapping | undefined
}
const rootOnly = isRoot ? undefined : 'only root can start a sandbox as root, or as another user'
const modes: Mode[] = [
  { name: 'started by root', skip: rootOnly, assets: () => staged.folder, user: () => undefined, mapping: () => ({ kind: 'root' }) },
  {
    name: 'started by a user with subordinate ids',
    skip: rootOnly,
    assets: () => userAssets,
    user: () => user,
    mapping: () => chooseIdMapping({ name: 'podwire-test', uid: user?.uid as number }),
  },
  { name: 'started by a user with a single id', assets: () => userAssets, user: () => user, mapping: () => ({ kind: 'single' }) },
]
const laterOf = (promise: Promise<unknown>, ms: number) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, 'late'))])

describe.each(modes.filter((mode) => !mode.skip))('$name', (mode) => {
  let sandbox: DrivenSandbox
  let pid: number

  const start = async () => {
    const driven = DrivenSandbox.launch(staged.driver, mode.user())
    const started = await driven.ask('start', { assets: mode.assets(), mapping: mode.mapping() })
    await driven.ask('createNamespace', { name: 'worker', kind: 'node', hostname: 'worker' })
    await driven.ask('createNamespace', { name: 'laptop', kind: 'host', hostname: 'laptop' })
    await driven.ask('createNamespace', { name: 'pod', parent: 'worker', kind: 'pod', hostname: 'web-1' })
    return { driven, pid: started.pid }
  }
  beforeAll(async () => {
    const started = await start()
    sandbox = started.driven
    pid = started.pid
    expect(await sandbox.ask('startControl', 'attack')).toBe('config attack')
  })
  afterAll(() => sandbox?.end())

  const tryOut = async (attack: Attack) => {
    const { output } = await sandbox.bash(attack.on ?? 'worker', attack.script)
    for (const pattern of [attack.shows].flat()) expect(output).toMatch(pattern)
    if (attack.hides) expect(output).not.toMatch(attack.hides)
  }
  const template = attackTable({ hostFile: '', hostPort: 0, hostAddress: '', abstractSocket: '', hostPids: [] })
  test.each(template.map(({ name }, index) => ({ name, index })))('refused: $name', ({ index }) =>
    tryOut(attackTable({ ...surroundings, hostPids: [...surroundings.hostPids, ...processesBelow(pid).slice(0, 6)] })[index] as Attack),
  )
  test.each(allowedTable)('allowed: $name', tryOut)

  test('the control plane is as before', async () => {
    expect(await sandbox.ask('askControl', 'still there')).toBe('echo still there')
  })

  test('a pod whose init is killed is reported, and can be made again', async () => {
    await sandbox.bash('worker', 'kill -9 $(pgrep -x pause)')
    let output = ''
    // its end is reported a moment after the kill; until then it is the one that answers
    for (let i = 0; i < 100 && !output.includes('pod is not there'); i++) output = (await sandbox.bash('pod', 'sleep 0.02')).output
    expect(output).toContain('pod is not there')
    for (let i = 0; i < 100 && output !== 'web-1'; i++) {
      await sandbox.ask('createNamespace', { name: 'pod', parent: 'worker', kind: 'pod', hostname: 'web-1' })
      output = (await sandbox.bash('pod', 'hostname')).output
    }
    expect(output).toBe('web-1')
  })

  test('links and special files in a node do not lead the platform out of it, nor make it wait', async () => {
    const prepare = `ln -s /../../../../lab/pki/ca.key /etc/out; ln -s ${surroundings.hostFile} /etc/machine; ln -s /proc/1/root/etc/passwd /etc/around
      rm -f /etc/hosts; mkfifo /etc/hosts; ln -s /etc/written /etc/link; mknod /etc/tty c 5 0 2>/dev/null; echo ready`
    expect((await sandbox.bash('laptop', prepare)).output).toContain('ready')
    const read = (path: string) => sandbox.ask('readFile', { namespace: 'laptop', path })
    await expect(read('/etc/out')).rejects.toThrow('No such file')
    await expect(read('/etc/machine')).rejects.toThrow('No such file')
    await expect(read('/../../lab/pki/ca.key')).rejects.toThrow('No such file')
    await expect(read('/etc/around')).rejects.toThrow('Too many levels of symbolic links')
    await expect(read('/etc/hosts')).rejects.toThrow('Invalid argument')
    await expect(read('/etc')).rejects.toThrow('Is a directory')
    await expect(sandbox.ask('writeFile', { namespace: 'laptop', path: '/etc/hosts', data: 'x' })).rejects.toThrow('No such device')
    await sandbox.ask('writeFile', { namespace: 'laptop', path: '/etc/link', data: 'inside' })
    expect((await sandbox.bash('laptop', 'cat /etc/written')).output).toBe('inside')
  })

  test('a fork bomb ends at the limit, spares the control plane and the platform, and a reset of its node ends it', async () => {
    // not awaited: its own exit cannot be told before the bomb is gone
    void sandbox
      .ask('run', { namespace: 'worker', view: 'inside', argv: ['bash', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 30'] })
      .catch(() => {})
    await until(() => processesBelow(pid).length > 350, 10_000)
    expect(processesBelow(pid).length).toBeLessThan(450)
    const before = performance.now()
    expect(await sandbox.ask('askControl', 'under a bomb')).toBe('echo under a bomb')
    expect((await sandbox.bash('worker', 'echo fine', { view: 'platform' })).output).toBe('fine')
    expect(performance.now() - before).toBeLessThan(2000)
    expect((await sandbox.bash('laptop', 'echo started')).output).toMatch(/^started$|process limit/)
    expect(await laterOf(sandbox.ask('destroyNamespace', 'worker'), 10_000)).not.toBe('late')
    expect((await sandbox.bash('laptop', 'echo again')).output).toBe('again')
  })

  test('nothing outlives the lab: not a daemon in a session of its own, nor a namespace held open', async () => {
    const { driven, pid } = await start()
    const daemon = `python3 -c '
import os, signal, time
for s in range(1, 32):
    try: signal.signal(s, signal.SIG_IGN)
    except OSError: pass
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
time.sleep(1000)'; (setsid nohup unshare -nmpf sleep 1001 >/dev/null 2>&1 &); ip netns add kept; sleep 0.2; ps -ef | grep -c "[s]leep 1001"`
    expect((await driven.bash('worker', daemon)).output).toMatch(/^[1-9]/)
    const pids = processesBelow(pid)
    expect(pids.length).toBeGreaterThan(6)
    await driven.ask('kill', null)
    expect(pids.filter(isThere)).toEqual([])
    await driven.end()
  })
})

for (const { name, skip } of modes.filter((mode) => mode.skip)) test.skip(`${name} (${skip})`, () => {})
