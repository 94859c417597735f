// The built command line on a real lab: exit codes, streams byte for byte, JSON, and a lab that is solved with it.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnFolders, openOwnFolders, whyNoLabs } from '../sessions/testing/own-folders.ts'
import { installationRoot } from '../system/installation.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)
const program = join(installationRoot(), 'bin/podwire.mjs')

let own: OwnFolders
beforeAll(async () => {
  if (!reason) own = await openOwnFolders()
})
afterAll(async () => {
  await own?.close()
})

interface Ran {
  code: number | null
  stdout: Buffer
  stderr: string
}
function podwire(
  argv: string[],
  options: { stdin?: Buffer; env?: Record<string, string>; onStdout?: (child: ReturnType<typeof spawn>) => void } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...argv], { env: { ...process.env, ...own.env, ...options.env } })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (bytes) => {
    stdout.push(bytes)
    options.onStdout?.(child)
  })
  child.stderr.on('data', (bytes) => stderr.push(bytes))
  child.stdin.on('error', () => {}) // the command may end before it has read everything
  child.stdin.end(options.stdin)
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() })),
  )
}
const json = (ran: Ran) => JSON.parse(ran.stdout.toString())

describe.skipIf(reason)('podwire', () => {
  test('without a lab: a clear error, in words and in JSON', async () => {
    expect(await podwire(['lab', 'status'])).toMatchObject({ code: 1, stderr: expect.stringContaining('No lab is running.') })
    const ran = await podwire(['lab', 'stop', '--json'])
    expect([ran.code, ran.stdout.length, JSON.parse(ran.stderr).error.code]).toEqual([1, 0, 'lab-unknown'])
    expect(await podwire(['lab', 'start', 'sd-selector-tpyo'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('sd-selector-typo'),
    })
    expect(await podwire(['lab', 'list', '--jsno'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--json') })
    expect(await podwire(['lab', 'list'], { env: { PODWIRE_MAX_LABS: 'many' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PODWIRE_MAX_LABS=many'),
    })
  })

  test.each([['PODWIRE_RUNTIME_DIR'], ['PODWIRE_STATE_DIR']])('%s where no folder can be made is refused by name', async (name) => {
    const ran = await podwire(['lab', 'start', 'sd-selector-typo'], { env: { [name]: '/proc/x' } })
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(`/proc/x.* cannot be made: .*\n→ Set ${name} to a folder`) })
  })

  test('help is for people, on stdout', async () => {
    for (const argv of [['--help'], ['lab', '--help'], ['lab', 'exec', '--help'], ['clean', '-h'], ['doctor', '-h']]) {
      const ran = await podwire(argv)
      expect([ran.code, ran.stderr, ran.stdout.toString()]).toEqual([0, '', expect.stringContaining('USAGE')])
    }
  })

  test('start shows steps, ticket, tasks and what to type; starting again continues', async () => {
    const ran = await podwire(['lab', 'start', 'sd-selector-typo'])
    const text = ran.stdout.toString()
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    for (const words of ['✔ Sandbox', '✔ Prepare the exercise', 'From: Mei', 'Tasks', 'npx podwire lab shell'])
      expect(text).toContain(words)
    expect(json(await podwire(['lab', 'start', 'sd-selector-typo', '--json']))).toMatchObject({ resumed: true, state: 'broken' })
    const list = json(await podwire(['lab', 'list', '--json']))
    expect(list.running).toMatchObject([{ scenarioId: 'sd-selector-typo', state: 'broken' }])
  })

  test('exec passes stdin, stdout, stderr and the exit code, whatever the bytes', async () => {
    const bytes = randomBytes(3_000_000)
    const ran = await podwire(['lab', 'exec', '--in', 'node/worker', '--', 'bash', '-c', 'cat; echo oops >&2; exit 42'], { stdin: bytes })
    expect([ran.code, ran.stderr, ran.stdout.equals(bytes)]).toEqual([42, 'oops\n', true])
    expect(await podwire(['lab', 'exec', 'sd-selector-typo', '--', 'bash', '-c', 'kill -TERM $$'])).toMatchObject({ code: 143 })
    expect((await podwire(['lab', 'exec', '--in', 'pod/client', '--', 'hostname'])).stdout.toString()).toBe('client\n')
    expect(await podwire(['lab', 'exec', '--', 'no-such-command'])).toMatchObject({ code: 127 })
    expect(await podwire(['lab', 'exec', '--in', 'pod/nobody', '--', 'true'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nobody'),
    })
    expect(await podwire(['lab', 'exec', '--in', 'somewhere', '--', 'true'])).toMatchObject({ code: 2 })
    expect(await podwire(['lab', 'exec', '--in', 'laptop'])).toMatchObject({ code: 2 })
  })

  test('map lists the network with its traffic; with --watch it goes on with what changes', async () => {
    const { map, traffic } = json(await podwire(['map', '--json']))
    expect(map.places.map(({ place }: { place: string }) => place)).toEqual(expect.arrayContaining(['laptop', 'node/worker', 'pod/client']))
    // the grader's probes alone are some
    expect(traffic.flows.length).toBeGreaterThan(0)
    let acted = false
    const watched = await podwire(['map', '--watch'], {
      onStdout(child) {
        if (acted) return
        acted = true
        child.stdout?.on('data', (bytes) => String(bytes).includes('192.0.2.9') && child.kill('SIGINT'))
        void podwire(['lab', 'exec', '--in', 'laptop', '--', 'ip', 'addr', 'add', '192.0.2.9/32', 'dev', 'eth0'])
      },
    })
    expect([watched.code, watched.stderr]).toEqual([130, ''])
    const text = watched.stdout.toString()
    expect(text).toContain('default via 172.18.0.1 dev eth0')
    expect(text).toMatch(/\d\d:\d\d:\d\d {2}laptop {2}address new {2}192\.0\.2\.9\/32 eth0\n$/)
  })

  test('Ctrl-C reaches the command; a reader that leaves ends it', async () => {
    let told = false
    const ran = await podwire(
      ['lab', 'exec', '--', 'bash', '-c', 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.05; done'],
      {
        onStdout(child) {
          if (!told) child.kill('SIGINT')
          told = true
        },
      },
    )
    expect([ran.code, ran.stdout.toString()]).toEqual([9, 'ready\ncaught\n'])
    const flood = await podwire(['lab', 'exec', '--', 'yes'], { onStdout: (child) => child.stdout?.destroy() })
    expect(flood.code).toBe(141)
  })

  test('a lab solved here: status tells, the store has it, stop frees it', async () => {
    expect(json(await podwire(['lab', 'hint', '--json'])).hints.open).toHaveLength(1)
    await expect
      .poll(async () => json(await podwire(['lab', 'status', '--json'])).tasks.some(({ state }: { state: string }) => state === 'fail'), {
        timeout: 10_000,
      })
      .toBe(true)
    expect((await podwire(['lab', 'status'])).stdout.toString()).toMatch(/✘ .*\n +seen: .*\n +wanted: /)
    const watching = podwire(['lab', 'status', '--watch', '--json'])
    await podwire(['lab', 'exec', '--', 'kubectl', 'patch', 'service', 'web', '-p', '{"spec":{"selector":{"app":"web"}}}'])
    const lines = (await watching).stdout.toString().trim().split('\n')
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ state: 'solved', debrief: { hints: 1, resets: 0 } })
    expect((await podwire(['lab', 'status'])).stdout.toString()).toContain('Solved in')
    expect(await podwire(['lab', 'stop'])).toMatchObject({ code: 0, stdout: expect.anything() })
    const { labs, running } = json(await podwire(['lab', 'list', '--json']))
    expect(running).toEqual([])
    const row = labs.find(({ scenarioId }: { scenarioId: string }) => scenarioId === 'sd-selector-typo')
    expect(row).toMatchObject({ solved: { times: 1 }, last: { endReason: 'stopped', hints: 1 } })
    // the debrief outlives the lab, by its id, by its scenario, and as the last one there was
    for (const ref of [[row.last.labId], ['sd-selector-typo'], []]) {
      const ran = await podwire(['lab', 'status', ...ref])
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      for (const words of [`Lab ${row.last.labId} (sd-selector-typo) was stopped.`, 'Solved in', '1 hint, 0 resets', 'It happened'])
        expect(ran.stdout.toString()).toContain(words)
    }
    expect(json(await podwire(['lab', 'status', 'sd-selector-typo', '--json']))).toMatchObject({
      labId: row.last.labId,
      state: 'stopped',
      debrief: {
        hints: 1,
        commands: expect.arrayContaining([expect.objectContaining({ command: expect.stringContaining('kubectl patch') })]),
      },
    })
    expect(await podwire(['lab', 'hint', 'sd-selector-typo'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No lab is running'),
    })
  })

  test('a start that is interrupted leaves no lab', async () => {
    let told = false
    const ran = await podwire(['lab', 'start', 'sd-selector-typo'], {
      onStdout(child) {
        if (!told) child.kill('SIGINT')
        told = true
      },
    })
    expect(ran.code).toBe(130)
    expect(json(await podwire(['lab', 'list', '--json'])).running).toEqual([])
  })

  test('clean ends every lab', async () => {
    await podwire(['lab', 'start', 'sd-selector-typo', '--healthy'])
    expect(json(await podwire(['clean', '--json'])).ended).toHaveLength(1)
    expect(json(await podwire(['clean', '--json'])).ended).toEqual([])
    // what was given up after it was solved once has no debrief, and the list still says that it was solved
    expect(await podwire(['lab', 'status', 'sd-selector-typo'])).toMatchObject({ code: 1 })
    expect((await podwire(['lab', 'list'])).stdout.toString()).toMatch(/sd-selector-typo .*solved in/)
  })
})
