// runCommand with real processes: output, failures, abort, timeout.
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LabError } from '../spec/errors.ts'
import { type CommandFailure, runCommand } from './command.ts'
import { identify, isAlive } from './processes.ts'

const sh = (script: string) => ['/bin/sh', '-c', script]
const failure = (work: Promise<unknown>): Promise<LabError> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error) => error,
  )

describe('runCommand', () => {
  it('collects stdout and stderr apart, without the last newline', async () => {
    expect(await runCommand(sh('echo out; echo err >&2'))).toEqual({ stdout: 'out', stderr: 'err' })
  })

  it('hands over input, environment and folder, and an empty stdin without input', async () => {
    const { stdout } = await runCommand(sh('cat; test -n "$HOME" || echo none; echo "$WORD $PWD"'), {
      input: 'in\n',
      env: { WORD: 'word', HOME: undefined },
      cwd: '/usr',
    })
    expect(stdout).toBe('in\nnone\nword /usr')
    expect(await runCommand(['cat'])).toEqual({ stdout: '', stderr: '' })
  })

  it('takes streams in and out, more than it would collect', async () => {
    const between = new PassThrough()
    const chunk = Buffer.alloc(1 << 20)
    const source = Readable.from(
      (function* () {
        for (let i = 0; i < 120; i++) yield chunk
      })(),
    )
    const [first, second] = await Promise.all([
      runCommand(['cat'], { input: source, output: between }),
      runCommand(['wc', '-c'], { input: between }),
    ])
    expect(first.stdout).toBe('')
    expect(Number(second.stdout)).toBe(120 << 20)
  })

  it('gives lines as they are printed, before the end', async () => {
    const lines: [string, string, number][] = []
    const startedMs = performance.now()
    const { stdout } = await runCommand(sh('echo one; sleep 0.5; echo two >&2; echo three'), {
      onLine: (line, stream) => lines.push([line, stream, performance.now() - startedMs]),
    })
    expect(stdout).toBe('one\nthree')
    expect(lines.map(([line, stream]) => `${stream} ${line}`).sort()).toEqual(['stderr two', 'stdout one', 'stdout three'])
    expect(lines.find(([line]) => line === 'one')?.[2]).toBeLessThan(450)
  })

  it('names the command and the last lines of stderr in its failure', async () => {
    const error = await failure(runCommand(sh('echo first >&2; echo second >&2; echo third >&2; exit 3')))
    expect(error).toBeInstanceOf(LabError)
    expect(error.code).toBe('command-failed')
    expect(error.message).toMatch(/^\/bin\/sh -c ".*" failed with exit code 3: second \/ third$/)
    expect(error.cause).toMatchObject({ exitCode: 3, signal: undefined, stderr: 'first\nsecond\nthird' } satisfies Partial<CommandFailure>)
    expect((error.cause as CommandFailure).argv[0]).toBe('/bin/sh')
  })

  it('tells by which signal a program was ended', async () => {
    const error = await failure(runCommand(sh('kill -9 $$')))
    expect(error.message).toContain('was ended by SIGKILL')
    expect(error.cause).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' })
  })

  it('says that a program is not installed, and tells it from a missing folder', async () => {
    const missing = await failure(runCommand(['podwire-no-such-program', 'x']))
    expect(missing).toMatchObject({ code: 'runtime-unavailable', message: 'podwire-no-such-program is not installed.' })
    const unusable = await failure(runCommand(['/etc/passwd']))
    expect(unusable).toMatchObject({ code: 'runtime-unavailable', message: '/etc/passwd cannot be run.' })
    expect(await failure(runCommand(['true'], { cwd: '/nonexistent' }))).toMatchObject({ code: 'command-failed' })
  })

  it('ends the child when it is aborted, and rejects with the reason', async () => {
    const stop = new AbortController()
    const reason = new LabError('lab-state', 'stopped')
    let pid = 0
    const running = failure(runCommand(sh('echo $$; exec sleep 60'), { signal: stop.signal, onLine: (line) => (pid = Number(line)) }))
    while (!pid) await delay(10)
    const identity = identify(pid)
    stop.abort(reason)
    expect(await running).toBe(reason)
    expect(isAlive(identity)).toBe(false)
    expect(await failure(runCommand(['true'], { signal: stop.signal }))).toBe(reason)
  })

  it('does not wait for a grandchild that holds the pipes of an aborted child', async () => {
    const stop = new AbortController()
    const startedMs = performance.now()
    const running = failure(runCommand(sh('sleep 3 & sleep 3'), { signal: stop.signal }))
    await delay(100)
    stop.abort(new Error('enough'))
    expect((await running).message).toBe('enough')
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })

  it('kills what does not heed SIGTERM', { timeout: 15_000 }, async () => {
    const stop = new AbortController()
    let pid = 0
    const deaf = `process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)`
    const running = failure(runCommand([process.execPath, '-e', deaf], { signal: stop.signal, onLine: (line) => (pid = Number(line)) }))
    while (!pid) await delay(10)
    stop.abort(new Error('enough'))
    expect((await running).message).toBe('enough')
    expect(isAlive(identify(pid))).toBe(false)
  })

  it('ends with a timeout', async () => {
    const error = await failure(runCommand(['sleep', '60'], { timeoutMs: 200 }))
    expect(error).toMatchObject({ code: 'timeout', message: 'sleep 60 was not done within 0.2 s.' })
  })
})
