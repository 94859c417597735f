// The sandbox's life and its processes, with real namespaces: start, terminals, streams, ends of every kind. Runs as whoever runs the tests.
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../system/log.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import { processTreeMemory } from './memory.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import { DrivenSandbox, type StagedAssets, stageForTests } from './testing/driven-sandbox.ts'
import { findProcesses, hostLinks, hostMounts, isThere, processesBelow, until } from './testing/machine.ts'

let staged: StagedAssets
beforeAll(async () => {
  staged = await stageForTests()
})
afterAll(() => staged?.remove())

const nodes = ['control-plane', 'worker', 'worker2', 'laptop']
const createNodes = (sandbox: Sandbox) =>
  Promise.all(nodes.map((name) => sandbox.init.createNamespace({ name, kind: name === 'laptop' ? 'host' : 'node', hostname: name })))

const keptCharacters = 16 << 10

/** Collects a process's output and acknowledges it; `until` resolves when the output matches. */
function follow(process: SandboxProcess) {
  let text = ''
  const waiters: { pattern: RegExp; resolve(): void }[] = []
  const take = (bytes: Buffer) => {
    process.ack(bytes.length)
    text = (text + bytes.toString('latin1')).slice(-keptCharacters)
    for (const waiter of waiters) if (waiter.pattern.test(text)) waiter.resolve()
  }
  process.onStdout(take)
  process.onStderr(take)
  return {
    text: () => text,
    forget: () => {
      text = ''
    },
    until: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        if (pattern.test(text)) return resolve()
        const timer = setTimeout(() => reject(new Error(`no ${pattern} in ${JSON.stringify(text.slice(-500))}`)), 10_000)
        waiters.push({
          pattern,
          resolve: () => {
            clearTimeout(timer)
            resolve()
          },
        })
      }),
  }
}

describe('a sandbox that runs', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ assets: staged.folder, log: silentLog })
    await createNodes(sandbox)
    await sandbox.init.createNamespace({ name: 'pod', parent: 'worker', kind: 'pod', hostname: 'web-1' })
  })
  afterAll(() => sandbox?.kill())
  const shell = (namespace: string, script: string) => sandbox.init.run({ namespace, view: 'inside', argv: ['bash', '-c', script] })
  const terminal = (namespace = 'worker', argv = ['bash']) => {
    const process = sandbox.init.spawn({ namespace, view: 'inside', argv, tty: { cols: 100, rows: 30 } })
    return { process, screen: follow(process) }
  }

  test('exit codes pass through, signals as 128 + n', async () => {
    expect((await shell('worker', 'exit 42')).code).toBe(42)
    expect((await shell('worker', 'kill -9 $$')).code).toBe(137)
    const missing = await sandbox.init.run({ namespace: 'worker', view: 'inside', argv: ['no-such-program'] })
    expect(missing.code).toBe(127)
    expect(missing.stderr.toString()).toContain('exec: "no-such-program": executable file not found in $PATH')
    expect((await sandbox.init.run({ namespace: 'nowhere', view: 'inside', argv: ['true'] })).code).toBe(126)
  })

  test('stdout and stderr stay apart; environment, folder and host name are the namespace’s', async () => {
    const done = await sandbox.init.run({
      namespace: 'pod',
      view: 'inside',
      argv: ['sh', '-c', 'echo "$A $HOME $(pwd) $(hostname) $(cat /etc/hostname)"; echo no >&2'],
      env: { A: 'x=y' },
      cwd: '/etc',
    })
    expect(done.stdout.toString()).toBe('x=y /root /etc web-1 web-1\n')
    expect(done.stderr.toString()).toBe('no\n')
  })

  test('16 MiB go in and come out unchanged', async () => {
    const data = randomBytes(16 << 20)
    const process = sandbox.init.spawn({ namespace: 'worker', view: 'inside', argv: ['cat'] })
    const hash = createHash('sha256')
    process.onStdout((bytes) => {
      hash.update(bytes)
      process.ack(bytes.length)
    })
    process.write(data)
    process.end()
    expect(await process.exited).toBe(0)
    expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'))
  })

  test('no more than a window of output is sent unacknowledged', async () => {
    const process = sandbox.init.spawn({ namespace: 'worker', view: 'inside', argv: ['yes'] })
    let bytes = 0
    process.onStdout((chunk) => {
      bytes += chunk.length
    })
    await until(() => bytes >= 256 << 10, 5000)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(bytes).toBe(256 << 10)
    process.kill(9)
    process.ack(bytes)
    expect(await process.exited).toBe(137)
  })

  test('a process that does not read does not hold others up', async () => {
    const stuck = sandbox.init.spawn({ namespace: 'worker', view: 'inside', argv: ['sleep', '100'] })
    stuck.write(Buffer.alloc(4 << 20))
    expect((await shell('worker', 'echo on')).stdout.toString()).toBe('on\n')
    stuck.kill(15)
    expect(await stuck.exited).toBe(143)
  })

  test('an exit is told although a process in the background keeps the output open', async () => {
    const before = performance.now()
    expect((await shell('worker', 'sleep 5 & echo started')).stdout.toString()).toBe('started\n')
    expect((await shell('worker', 'yes & sleep 0.1')).code).toBe(0)
    expect(performance.now() - before).toBeLessThan(3000)
    await shell('worker', 'kill $(pgrep -x yes) $(pgrep -x sleep)')
  })

  test('run gives up after its time', async () => {
    await expect(sandbox.init.run({ namespace: 'worker', view: 'inside', argv: ['sleep', '9'], timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
    })
  })

  test('a terminal has a prompt in the node’s own devpts, job control, size and marks', async () => {
    const { process, screen } = terminal()
    await screen.until(/worker:~# $/)
    process.write(Buffer.from('tty; stty size\r'))
    await screen.until(/\/dev\/pts\/\d+\r\n30 100\r\n/)
    // Only at the prompt: readline reads the size and sets it again when it starts, and would undo a change in between, in any terminal.
    await screen.until(/633;D;0;tty\\x3b stty size[\s\S]*# $/)
    process.resize(120, 40)
    process.write(Buffer.from('stty size\r'))
    await screen.until(/40 120\r\n/)
    process.write(Buffer.from('sleep 100\r'))
    await screen.until(/sleep 100\r\n/)
    await until(() => false, 100)
    process.write(Buffer.from('\x1a'))
    await screen.until(/Stopped +sleep 100/)
    process.write(Buffer.from('kill %1; false\r'))
    await screen.until(/633;D;1;kill %1\\x3b false[\s\S]*# $/)
    process.end()
    expect(await process.exited).toBe(1)
  })

  test('the window size is told to the program in the foreground', async () => {
    const { process, screen } = terminal('worker', [
      'bash',
      '--norc',
      '-c',
      'trap "stty size; exit 0" WINCH; echo ready; while :; do sleep 0.05; done',
    ])
    await screen.until(/ready/)
    process.resize(77, 22)
    await screen.until(/22 77/)
    expect(await process.exited).toBe(0)
  })

  test('Ctrl-C ends a flood at once', async () => {
    const { process, screen } = terminal()
    await screen.until(/# $/)
    process.write(Buffer.from('yes\r'))
    await screen.until(/(y\r\n){100}/)
    screen.forget()
    const before = performance.now()
    process.write(Buffer.from('\x03'))
    await screen.until(/633;D;130;yes/)
    expect(performance.now() - before).toBeLessThan(500)
    // Ctrl-D before readline is there would be an end of input that nobody reads
    await screen.until(/633;D;130;yes[\s\S]*# $/)
    process.write(Buffer.from('\x04'))
    expect(await process.exited).toBe(130)
  })

  test('a hang-up ends a shell and what it started', async () => {
    const { process, screen } = terminal()
    await screen.until(/# $/)
    process.write(Buffer.from('sleep 4321\r'))
    await screen.until(/sleep 4321\r\n/)
    expect((await shell('worker', 'for i in $(seq 50); do pgrep -x sleep && break; sleep 0.02; done')).code).toBe(0)
    process.kill(1)
    expect(await process.exited).toBe(129)
    expect((await shell('worker', 'sleep 0.2; pgrep -f "sleep 432[1]"')).code).toBe(1)
  })

  test('files: folders above are made, modes kept, big ones whole; sysctls are the namespace’s', async () => {
    const data = randomBytes(3 << 20)
    await sandbox.init.writeFile('worker', '/etc/kubernetes/manifests/a.bin', data, 0o600)
    expect((await sandbox.init.readFile('worker', '/etc/kubernetes/manifests/a.bin')).equals(data)).toBe(true)
    expect((await shell('worker', 'stat -c "%a %U %s" /etc/kubernetes/manifests/a.bin')).stdout.toString()).toBe(`600 root ${3 << 20}\n`)
    await expect(
      sandbox.init.writeFile('worker', '/etc/too-big', Buffer.alloc(5 << 20)).then(() => sandbox.init.readFile('worker', '/etc/too-big')),
    ).rejects.toThrow('File too large')
    await sandbox.init.writeSysctls('worker', { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.lo.rp_filter': '2' })
    expect((await shell('worker', 'sysctl -n net.ipv4.ip_forward net.ipv4.conf.lo.rp_filter')).stdout.toString()).toBe('1\n2\n')
    expect((await shell('worker2', 'sysctl -n net.ipv4.ip_forward')).stdout.toString()).toBe('0\n')
    expect((await sandbox.init.readFile('worker', '/proc/sys/net/ipv4/ip_forward')).toString()).toBe('1\n')
    await expect(sandbox.init.writeSysctls('worker', { 'kernel.panic': '1' })).rejects.toThrow('kernel.panic')
    await expect(sandbox.init.writeSysctls('worker', { 'net/../kernel/panic': '1' })).rejects.toThrow('Invalid argument')
  })

  test('the platform’s view has the target’s network and root folder, and its own tools', async () => {
    const { stdout } = await sandbox.init.run({
      namespace: 'worker',
      view: 'platform',
      argv: [
        'sh',
        '-c',
        'cat $ROOT/etc/hostname /proc/sys/net/ipv4/ip_forward; echo $XTABLES_LOCKFILE; ls /lab/bin; iptables-nft -S | head -1',
      ],
    })
    expect(stdout.toString()).toBe(
      'worker\n1\n/run/xtables.worker\nlabinit\npodwire-probe\npodwire-tracepoint\npodwire-witness\npodwire-workload\n-P INPUT ACCEPT\n',
    )
  })

  test('names: taken, unknown, asked for twice', async () => {
    const { init } = sandbox
    const same = { name: 'twin', kind: 'host', hostname: 'twin' } as const
    const pids = await Promise.all([init.createNamespace(same), init.createNamespace(same)])
    expect(pids[0]).toEqual(pids[1])
    await expect(init.createNamespace({ ...same, hostname: 'other' })).rejects.toThrow('the name is taken')
    await expect(init.createNamespace({ ...same, name: 'a/b' })).rejects.toThrow('bad name')
    await expect(init.createNamespace({ ...same, name: 'orphan', parent: 'nobody' })).rejects.toThrow('its parent nobody is not there')
    await init.destroyNamespace('twin')
    await expect(init.destroyNamespace('twin')).rejects.toThrow('is not there')
  })

  test('destroying a node ends its processes and its pods, and tells of the pods', async () => {
    const { init } = sandbox
    await init.createNamespace({ name: 'node', kind: 'node', hostname: 'node' })
    await init.createNamespace({ name: 'child', parent: 'node', kind: 'pod', hostname: 'child' })
    const inside = ['node', 'child'].map((namespace) => init.spawn({ namespace, view: 'inside', argv: ['sleep', '1000'] }))
    const lost = new Promise<string>((resolve) => init.onNamespaceLost(resolve))
    await init.destroyNamespace('node')
    expect(await Promise.all(inside.map((process) => process.exited))).toEqual([137, 137])
    expect(await lost).toBe('child')
  })

  test('memory counts processes and files in memory', async () => {
    const before = await processTreeMemory(sandbox.pid)
    await shell('worker2', 'head -c 20M /dev/zero > /tmp/fill')
    const filled = await processTreeMemory(sandbox.pid)
    expect(filled - before).toBeGreaterThan(19 << 20)
    expect(filled - before).toBeLessThan(30 << 20)
    const hog = sandbox.init.spawn({
      namespace: 'laptop',
      view: 'inside',
      argv: ['python3', '-c', 'a = bytearray(40 << 20); print("held", flush=True); input()'],
    })
    await follow(hog).until(/held/)
    expect((await processTreeMemory(sandbox.pid)) - filled).toBeGreaterThan(39 << 20)
    hog.end()
    await hog.exited
  })
})

describe('the end of a sandbox', () => {
  let driven: DrivenSandbox | undefined
  afterEach(async () => {
    await driven?.end()
    driven = undefined
  })
  const launch = async () => {
    driven = DrivenSandbox.launch(staged.driver)
    const { pid } = await driven.ask('start', { assets: staged.folder })
    await driven.ask('createNamespace', { name: 'worker', kind: 'node', hostname: 'worker' })
    await driven.ask('createNamespace', { name: 'pod', parent: 'worker', kind: 'pod', hostname: 'pod' })
    await driven.ask('startControl', '{}')
    const setUp =
      'ip link add lan type bridge && ip link add v0 type veth peer name v1 && (setsid sleep 1000 >/dev/null 2>&1 &) ; mount --bind /etc /srv'
    expect((await driven.bash('worker', setUp)).output).toBe('')
    return { driven, pids: processesBelow(pid), bwrap: Number(processesBelow(driven.process.pid as number)[1]) }
  }

  test('starts fast', async () => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const before = performance.now()
      const sandbox = await startSandbox({ assets: staged.folder, log: silentLog })
      await createNodes(sandbox)
      times.push(performance.now() - before)
      await sandbox.kill()
    }
    console.info(`sandbox and four namespaces: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    // 35 to 90 ms on an idle machine of two processors
    expect(Math.min(...times)).toBeLessThan(400)
  })

  test('kill leaves no process, mount or link', async () => {
    const before = { mounts: hostMounts(), links: hostLinks() }
    const { driven, pids } = await launch()
    expect(pids.length).toBeGreaterThanOrEqual(5)
    await driven.ask('kill', null)
    expect(pids.filter(isThere)).toEqual([])
    expect({ mounts: hostMounts(), links: hostLinks() }).toEqual(before)
    await driven.ask('kill', null)
  })

  test('kill -9 of its parent leaves nothing', async () => {
    const { driven, pids } = await launch()
    driven.process.kill('SIGKILL')
    expect(await until(() => pids.every((pid) => !isThere(pid)), 3000)).toBe(true)
  })

  test('kill -9 of bwrap ends it, is told, and leaves nothing', async () => {
    const { driven, pids, bwrap } = await launch()
    process.kill(bwrap, 'SIGKILL')
    expect(await driven.exited).toContain('bwrap ended with SIGKILL')
    await driven.ask('kill', null)
    expect(pids.filter(isThere)).toEqual([])
  })

  test('kill -9 of labinit ends it and is told', async () => {
    const { driven, pids } = await launch()
    process.kill(pids[0] as number, 'SIGKILL')
    expect(await driven.exited).toContain('bwrap ended')
    expect(await until(() => pids.every((pid) => !isThere(pid)), 3000)).toBe(true)
    await expect(driven.ask('createNamespace', { name: 'late', kind: 'node', hostname: 'late' })).rejects.toThrow('the sandbox is gone')
  })

  test('the end of the control plane is told', async () => {
    const { driven } = await launch()
    await driven.ask('run', { view: 'platform', argv: ['sh', '-c', 'kill -9 $(pgrep -f control.mjs | head -1)'] })
    expect(await driven.exited).toContain('the control plane ended (exit code 137)')
  })

  test('an abort at any moment of the start leaves nothing', async () => {
    for (let ms = 0; ms < 40; ms += 2) {
      const abort = new AbortController()
      const starting = startSandbox({ assets: staged.folder, log: silentLog, signal: abort.signal })
      const timer = setTimeout(() => abort.abort(new Error('no longer wanted')), ms)
      const outcome = await starting.then(
        (sandbox) => sandbox.kill().then(() => 'no longer wanted'), // it was faster than the abort
        (error: Error) => error.message,
      )
      clearTimeout(timer)
      expect(outcome).toBe('no longer wanted')
    }
    expect(findProcesses(staged.folder)).toEqual([])
  })

  test('kill -9 of bwrap at any moment of the start leaves nothing', async () => {
    for (let ms = 0; ms < 40; ms += 2) {
      const starting = startSandbox({ assets: staged.folder, log: silentLog })
      const settled = starting.then(
        (sandbox) => sandbox.exited.then(() => sandbox.kill()),
        (error: Error) => expect(error).toMatchObject({ code: 'sandbox-failed' }),
      )
      await new Promise((resolve) => setTimeout(resolve, ms))
      // the oldest of the two is bwrap; it stays when the other dies
      const [bwrap] = findProcesses(`--ro-bind ${staged.folder} /lab`).sort((a, b) => a - b)
      if (bwrap) process.kill(bwrap, 'SIGKILL')
      else
        starting.then(
          (sandbox) => sandbox.kill(),
          () => {},
        )
      await settled
      // also the child of a bwrap that died before it told the child's pid
      expect(await until(() => findProcesses(staged.folder).length === 0, 2000)).toBe(true)
    }
  })

  test('a start that cannot succeed says why', async () => {
    await expect(startSandbox({ assets: `${staged.folder}/none`, log: silentLog })).rejects.toMatchObject({
      code: 'sandbox-failed',
      message: expect.stringContaining("Can't find source path"),
    })
  })
})
